import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  startSecretsManager,
  type LocalSecretsManager,
  type RotationEvent,
} from '../../../../../../tools/local/stand-ins/secrets-manager/index.ts';

let server: LocalSecretsManager;
let client: SecretsManagerClient;
let arn: string;
let events: RotationEvent[];
let step: (event: RotationEvent) => Promise<unknown>;

beforeEach(async () => {
  events = [];
  step = () => Promise.resolve();
  server = await startSecretsManager({
    invokeRotation: (event) => {
      events.push(event);
      return step(event);
    },
  });
  client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  arn = server.createSecret('key', 'first');
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const rotate = (ClientRequestToken = randomUUID()) =>
  client.send(new RotateSecretCommand({ SecretId: 'key', ClientRequestToken }));

const stages = async () =>
  (await client.send(new DescribeSecretCommand({ SecretId: 'key' }))).VersionIdsToStages;

/** Does the minimum of a rotation function. */
const rotateProperly = async ({ Step, ClientRequestToken }: RotationEvent): Promise<void> => {
  if (Step === 'createSecret') {
    await client.send(
      new PutSecretValueCommand({
        SecretId: 'key',
        ClientRequestToken,
        SecretString: 'second',
        VersionStages: ['AWSPENDING'],
      }),
    );
  }
  if (Step !== 'finishSecret') return;
  const current = Object.entries((await stages()) ?? {}).find(([, labels]) => labels.includes('AWSCURRENT'));
  await client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: 'key',
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: ClientRequestToken,
      RemoveFromVersionId: current?.[0],
    }),
  );
};

test('RotateSecret answers at once, then runs the four steps in their order with the same token', async () => {
  step = rotateProperly;

  const { ARN, VersionId } = await rotate();
  await server.rotationsEnded();

  expect(ARN).toBe(arn);
  expect(events.map(({ Step }) => Step)).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
  for (const event of events) expect(event).toMatchObject({ SecretId: arn, ClientRequestToken: VersionId });
  expect((await client.send(new GetSecretValueCommand({ SecretId: 'key' }))).SecretString).toBe('second');
  expect(await stages()).toMatchObject({ [VersionId ?? '']: ['AWSPENDING', 'AWSCURRENT'] });
});

test('the version to rotate to is labelled AWSPENDING before it has a value', async () => {
  step = () => Promise.reject(new Error('the function fails'));

  const { VersionId = '' } = await rotate();
  await server.rotationsEnded();

  expect(await stages()).toMatchObject({ [VersionId]: ['AWSPENDING'] });
  const get = client.send(
    new GetSecretValueCommand({ SecretId: 'key', VersionId, VersionStage: 'AWSPENDING' }),
  );
  await expect(get).rejects.toThrow(ResourceNotFoundException);
});

test('a failing step ends the rotation; the next RotateSecret is refused, and retries the rotation', async () => {
  step = ({ Step }) => (Step === 'testSecret' ? Promise.reject(new Error('it fails')) : Promise.resolve());
  const { VersionId } = await rotate();
  await server.rotationsEnded();
  expect(events.at(-1)?.Step).toBe('testSecret');
  events.length = 0;
  step = rotateProperly;

  await expect(rotate()).rejects.toThrow(InvalidRequestException);
  await server.rotationsEnded();

  expect(events.map(({ ClientRequestToken }) => ClientRequestToken)).toEqual(Array(4).fill(VersionId));
  expect(await stages()).toMatchObject({ [VersionId ?? '']: ['AWSPENDING', 'AWSCURRENT'] });
});

test.each([
  ['succeeds', () => Promise.resolve()],
  ['fails', () => Promise.reject(new Error('it fails'))],
])(
  'without rotating at once, the function is tested by testSecret alone, and the pending version is removed if it %s',
  async (_, outcome) => {
    const before = await stages();
    let during: Awaited<ReturnType<typeof stages>>;
    step = async () => {
      during = await stages();
      await outcome();
    };
    const token = randomUUID();

    await client.send(
      new RotateSecretCommand({ SecretId: 'key', ClientRequestToken: token, RotateImmediately: false }),
    );
    await server.rotationsEnded();

    expect(events).toEqual([{ Step: 'testSecret', SecretId: arn, ClientRequestToken: token }]);
    expect(during).toEqual({ ...before, [token]: ['AWSPENDING'] });
    expect(await stages()).toEqual(before);
  },
);

test('rotating enables rotation', async () => {
  await rotate();

  expect(await client.send(new DescribeSecretCommand({ SecretId: 'key' }))).toMatchObject({
    RotationEnabled: true,
  });
});

test('without a rotation function nothing can be rotated', async () => {
  const alone = await startSecretsManager();
  alone.createSecret('key', 'first');
  const other = new SecretsManagerClient({
    endpoint: alone.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  await expect(other.send(new RotateSecretCommand({ SecretId: 'key' }))).rejects.toThrow(
    /No Lambda rotation function ARN/,
  );
  other.destroy();
  await alone.close();
});
