import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { LOCAL_CREDENTIALS, REGION } from '../../../../../tools/local/stand-ins/aws-account.ts';
import {
  createSecretsManager,
  startSecretsManager,
  type LocalSecretsManager,
  type SecretsManager,
} from '../../../../../tools/local/stand-ins/secrets-manager/index.ts';
import { impatient, ManualClock } from '../../../../support/runtime/clock.ts';

const FIRST = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const SECOND = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
const THIRD = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc';
const SecretId = 'key';

let server: LocalSecretsManager;
let inMemory: SecretsManager;
let clients: readonly [server: SecretsManagerClient, inMemory: SecretsManagerClient];

beforeEach(async () => {
  const options = { clock: impatient(new ManualClock()), invokeRotation: () => Promise.resolve() };
  server = await startSecretsManager(options);
  inMemory = createSecretsManager(options);
  const connection = { endpoint: server.url, region: REGION, credentials: LOCAL_CREDENTIALS, maxAttempts: 1 };
  clients = [new SecretsManagerClient(connection), inMemory.client()];
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await server.close();
});

/** Reads everything that a caller learns from a command, except random values. */
async function outcome(sent: Promise<object>): Promise<unknown> {
  try {
    return withoutRandom({ ...(await sent), $metadata: undefined });
  } catch (error) {
    const { name, message } = error as Error;
    return withoutRandom({ name, message });
  }
}

const withoutRandom = (value: object): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(/(secret:key)-[0-9a-f]{6}/g, '$1'));

test('in memory and behind a socket, every command of the SDK has the same outcome', async () => {
  const commands: readonly ((it: SecretsManagerClient) => Promise<object>)[] = [
    (it) => it.send(new GetSecretValueCommand({ SecretId })),
    (it) => it.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one', ClientRequestToken: FIRST })),
    (it) =>
      it.send(new CreateSecretCommand({ Name: 'key', SecretString: 'two', ClientRequestToken: SECOND })),
    (it) => it.send(new PutSecretValueCommand({ SecretId, SecretString: 'two', ClientRequestToken: SECOND })),
    (it) =>
      it.send(new PutSecretValueCommand({ SecretId, SecretString: 'other', ClientRequestToken: SECOND })),
    (it) => it.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' })),
    (it) =>
      it.send(
        new PutSecretValueCommand({
          SecretId,
          SecretBinary: Buffer.from([0, 255]),
          ClientRequestToken: THIRD,
        }),
      ),
    (it) => it.send(new GetSecretValueCommand({ SecretId })),
    (it) =>
      it.send(
        new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: FIRST }),
      ),
    (it) => it.send(new DescribeSecretCommand({ SecretId })),
    (it) =>
      it.send(
        new RotateSecretCommand({ SecretId, ClientRequestToken: 'dddddddd-dddd-4ddd-8ddd-dddddddddddd' }),
      ),
    (it) => it.send(new DescribeSecretCommand({ SecretId })),
  ];
  const [overSocket, withoutSocket] = clients;
  for (const [at, command] of commands.entries()) {
    const outcomes = [await outcome(command(overSocket)), await outcome(command(withoutSocket))];
    expect([at, outcomes[1]]).toEqual([at, outcomes[0]]);
  }
  expect(inMemory.calls('GetSecretValue')).toBe(server.calls('GetSecretValue'));
});

test.each([
  ['server-error', 'An error occurred on the server side.'],
  ['throttled', 'Rate exceeded'],
  ['answer-lost', 'socket hang up'],
] as const)('the fault %s is an error in memory too', async (fault, message) => {
  for (const manager of [server, inMemory]) {
    manager.createSecret('key', 'one');
    manager.inject('PutSecretValue', fault);
  }
  const put = new PutSecretValueCommand({ SecretId, SecretString: 'two', ClientRequestToken: SECOND });
  for (const client of clients) await expect(client.send(put)).rejects.toThrow(message);
  const values = await Promise.all(
    clients.map(async (client) => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString),
  );
  const expected = fault === 'answer-lost' ? 'two' : 'one';
  expect(values).toEqual([expected, expected]);
});

test('a secret can be read and changed without a command', () => {
  const arn = inMemory.createSecret('key', 'one');
  const secret = inMemory.secret('key');
  secret.addPending(SECOND, 0);
  expect(secret.arn).toBe(arn);
  expect(secret.pendingVersion()?.id).toBe(SECOND);
  expect(() => inMemory.secret('nothing')).toThrow("can't find");
});
