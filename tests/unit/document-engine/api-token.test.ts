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

const replace = (value: string | Uint8Array) =>
  client.send(
    new PutSecretValueCommand({
      SecretId: 'api-token',
      ...(typeof value === 'string' ? { SecretString: value } : { SecretBinary: value }),
    }),
  );

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

test.each<[string, string | Uint8Array]>([
  ['with white space around it', ' s3cr3t-t0ken\r\n'],
  ['after a byte order mark', '\uFEFFs3cr3t-t0ken'],
  ['in "quotes"', '"s3cr3t-t0ken"'],
  ["in 'quotes'", "'s3cr3t-t0ken'"],
  ['as the only member of a key/value secret', '{"API_AUTH_TOKEN":"s3cr3t-t0ken"}'],
  ['as the only text among members', '{ "token": "s3cr3t-t0ken\\n", "version": 3, "former": null }'],
  ['from a binary secret', Buffer.from('s3cr3t-t0ken\n')],
  ['from a binary secret in UTF-16', Buffer.from('\uFEFFs3cr3t-t0ken\r\n', 'utf16le')],
])('The API token is read %s', async (_, value) => {
  server.createSecret('api-token', 'first');
  await replace(value);

  expect(await token.current()).toBe('s3cr3t-t0ken');
});

test('A text that only begins and ends like JSON is the token itself', async () => {
  server.createSecret('api-token', '{s3cr3t-t0ken}');

  expect(await token.current()).toBe('{s3cr3t-t0ken}');
});

test.each([
  [
    '{"token": "s3cr3t-t0ken", "former": "s3cr3t-other"}',
    'holds JSON with 2 texts, and does not say which is the token.',
  ],
  ['{"token": "s3cr3t-t0ken", "token": "s3cr3t-other"}', 'holds JSON that names a member twice.'],
  ['{"token": 5}', 'holds JSON without a text.'],
  ['{"token": ""}', 'is empty.'],
  ['{"token": "s3cr3t t0ken"}', 'holds a text with blanks or quotes, which no API token has.'],
  [' ', 'is empty.'],
  ['s3cr3t "t0ken', 'holds a text with blanks or quotes, which no API token has.'],
  ['["s3cr3t-t0ken"]', 'holds a text with blanks or quotes, which no API token has.'],
  ['s3cr3t\nt0ken', 'holds a text with line breaks or characters outside of ASCII, which no API token has.'],
  [
    's3cr3t-t\u00f6k\u00ean',
    'holds a text with line breaks or characters outside of ASCII, which no API token has.',
  ],
  ['-----BEGIN PRIVATE KEY-----\ns3cr3t', 'holds a key or a certificate in PEM.'],
])(
  'A value that cannot be a token in a header is refused with what is there, and not quoted: %j',
  async (value, fault) => {
    server.createSecret('api-token', 'first');
    await replace(value);

    const failure: unknown = await token.current().catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ApiTokenUnavailableError);
    expect(failure).toMatchObject({
      message: `The secret that the stage parameter "documentEngineApiTokenSecretArn" names ${fault} It must hold Document Engine's API_AUTH_TOKEN, as plain text or as the one text of its JSON`,
    });
    expect(inspect(failure, { showHidden: true })).not.toContain('s3cr3t');
  },
);

test('The error for an unreadable secret names its stage parameter', async () => {
  await expect(token.current()).rejects.toThrow(/ResourceNotFoundException.*documentEngineApiTokenSecretArn/);
});
