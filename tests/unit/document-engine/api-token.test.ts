import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  startSecretsManager,
  type LocalSecretsManager,
} from '../../../tools/local/stand-ins/secrets-manager/index.ts';
import { ApiToken, ApiTokenUnavailableError } from '../../../lib/document-engine/index.ts';
import { ManualClock } from '../../support/runtime/clock.ts';

let server: LocalSecretsManager;
let client: SecretsManagerClient;
let clock: ManualClock;
let token: ApiToken;

beforeEach(async () => {
  server = await startSecretsManager();
  client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  clock = new ManualClock();
  token = new ApiToken(client, 'api-token', clock);
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const replace = (value: string) =>
  client.send(new PutSecretValueCommand({ SecretId: 'api-token', SecretString: value }));

test('The API token is read when it is first needed, and cached for a minute', async () => {
  server.createSecret('api-token', ' first\n');
  expect(server.calls('GetSecretValue')).toBe(0);
  expect(await token.current()).toBe('first');

  await replace('second');
  clock.advance(59_999);
  expect(await token.current()).toBe('first');
  clock.advance(1);
  expect(await token.current()).toBe('second');
});

test('A discarded token is read again', async () => {
  server.createSecret('api-token', 'first');
  await token.current();
  await replace('second');

  token.forget();

  expect(await token.current()).toBe('second');
});

test.each(['{"token": "s3cr3t-t0ken"}', 's3cr3t "t0ken', 's3cr3t\nt0ken', 's3cr3t-tökén'])(
  'A text that cannot be a token in a header is refused and not quoted: %j',
  async (value) => {
    server.createSecret('api-token', value);

    const failure: unknown = await token.current().catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ApiTokenUnavailableError);
    expect(inspect(failure, { showHidden: true })).not.toContain('s3cr3t');
  },
);

test('The error for an unreadable secret names its stage parameter', async () => {
  await expect(token.current()).rejects.toThrow(/ResourceNotFoundException.*documentEngineApiTokenSecretArn/);
});
