import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  startSecretsManager,
  type LocalSecretsManager,
} from '../../../tools/local/stand-ins/secrets-manager/index.ts';
import {
  ALGORITHMS,
  NoSigningKeyError,
  signingKeyFetcher,
  signingKeyOf,
  thumbprint,
  UnusableSigningKeyError,
  type SigningKey,
} from '../../../lib/signing-keys/index.ts';
import { ecPem } from '../../support/signing-keys/ec-numbers.ts';
import { rocaPrimes, rsaPem } from '../../support/signing-keys/rsa-numbers.ts';
import { ecPair, pairFor, pkcs8, secretJson, shownOf } from '../../support/signing-keys/keys.ts';

let server: LocalSecretsManager;
let client: SecretsManagerClient;

beforeEach(async () => {
  server = await startSecretsManager();
  client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const store = (secret: string | Uint8Array) =>
  client.send(
    new PutSecretValueCommand({
      SecretId: 'key',
      ...(typeof secret === 'string' ? { SecretString: secret } : { SecretBinary: secret }),
    }),
  );

const secretFor = (kid: string): string => JSON.stringify(secretJson(ecPair(), 'ES256', kid));

const unheeded = (): Promise<void> => Promise.resolve();

test.each(ALGORITHMS)(
  'A key for %s is imported to sign with and cannot be exported again',
  async (algorithm) => {
    server.createSecret('key', JSON.stringify(secretJson(pairFor(algorithm), algorithm, 'k1')));
    const { kid, alg, privateKey } = await signingKeyFetcher(client, 'key', algorithm, unheeded)();
    expect({ kid, alg }).toEqual({ kid: 'k1', alg: algorithm });
    expect(privateKey.usages).toEqual(['sign']);
    expect(privateKey.extractable).toBe(false);
  },
);

test('An unchanged version is not imported again; a changed one is', async () => {
  server.createSecret('key', secretFor('k1'));
  const used: string[] = [];
  const fetch = signingKeyFetcher(client, 'key', 'ES256', ({ kid }) => {
    used.push(kid);
    return Promise.resolve();
  });
  const first = await fetch();
  expect(await fetch()).toBe(first);
  await store(secretFor('k2'));
  expect(await fetch()).toMatchObject({ kid: 'k2' });
  expect(used).toEqual(['k1', 'k2']);
  expect(server.calls('GetSecretValue')).toBe(3);
});

test('Only the current version is read, not a pending one', async () => {
  server.createSecret('key', secretFor('k1'));
  await client.send(
    new PutSecretValueCommand({
      SecretId: 'key',
      SecretString: secretFor('pending'),
      VersionStages: ['AWSPENDING'],
    }),
  );
  expect(await signingKeyFetcher(client, 'key', 'ES256', unheeded)()).toMatchObject({ kid: 'k1' });
});

test('A key is not used before its use is recorded', async () => {
  server.createSecret('key', secretFor('k1'));
  const told = Promise.withResolvers<SigningKey>();
  const recorded = Promise.withResolvers<undefined>();
  const progress: string[] = [];
  const fetch = signingKeyFetcher(client, 'key', 'ES256', async (key) => {
    told.resolve(key);
    await recorded.promise;
    progress.push('recorded');
  });
  const fetched = fetch().then(() => progress.push('used'));
  expect(await told.promise).toMatchObject({ kid: 'k1' });
  recorded.resolve(undefined);
  await fetched;
  expect(progress).toEqual(['recorded', 'used']);
});

test('A key with a use that could not be recorded is not used, and the next fetch records it again', async () => {
  server.createSecret('key', secretFor('k1'));
  let told = 0;
  const fetch = signingKeyFetcher(client, 'key', 'ES256', () => {
    told += 1;
    return told === 1 ? Promise.reject(new Error('the table is away')) : Promise.resolve();
  });
  await expect(fetch()).rejects.toThrow('the table is away');
  expect(await fetch()).toMatchObject({ kid: 'k1' });
  expect(told).toBe(2);
});

test('The error tells a secret without a key from one with an unusable key', async () => {
  server.createSecret('key', '{"state":"none"}');
  const fetch = signingKeyFetcher(client, 'key', 'ES256', unheeded);
  await expect(fetch()).rejects.toThrow(NoSigningKeyError);
  await store(pkcs8(ecPair('secp384r1').privateKey));
  await expect(fetch()).rejects.toThrow(/P-256, and this one is on secp384r1/);
  await store(Buffer.alloc(64, 255));
  await expect(fetch()).rejects.toThrow(UnusableSigningKeyError);
  await store(secretFor('k1'));
  expect(await fetch()).toMatchObject({ kid: 'k1' });
});

test('A binary secret is read: the JSON that rotation writes, PEM, and DER', async () => {
  server.createSecret('key', '{"state":"none"}');
  const fetch = signingKeyFetcher(client, 'key', 'ES256', unheeded);
  await store(Buffer.from(secretFor('k1')));
  expect(await fetch()).toMatchObject({ kid: 'k1' });
  const { privateKey, publicKey } = ecPair();
  const kid = await thumbprint(publicKey);
  await store(Buffer.from(pkcs8(privateKey)));
  expect(await fetch()).toMatchObject({ kid });
  await store(privateKey.export({ type: 'sec1', format: 'der' }));
  expect(await fetch()).toMatchObject({ kid });
});

test.each([
  ['an EC key that everybody can know', 'ES256', ecPem('ES256', { scalar: 1n })],
  ['an RSA key that can be factored (ROCA)', 'RS256', rsaPem(rocaPrimes())],
] as const)(
  'Tokens cannot be forged with %s in the secret: no process signs with it',
  async (_, algorithm, pem) => {
    server.createSecret('key', pem);
    let used = 0;
    const fetch = signingKeyFetcher(client, 'key', algorithm, () => {
      used += 1;
      return Promise.resolve();
    });

    const error: unknown = await fetch().catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(UnusableSigningKeyError);
    expect(shownOf(pem, error)).toEqual([]);
    expect(used).toBe(0);
  },
);

test('A key that Node.js does not import is named without the error of OpenSSL', () => {
  const { privateKey, publicKey } = ecPair('secp384r1');

  expect(() => signingKeyOf({ kid: 'k', alg: 'ES256', privateKey, publicKey })).toThrow(
    new UnusableSigningKeyError('Node.js cannot sign ES256 with this key. Make another key'),
  );
});

test.each([
  ['throttles', 'throttled', 'ThrottlingException'],
  ['fails', 'server-error', 'InternalServiceError'],
  ['answers outside its protocol', 'garbage', 'SyntaxError'],
  ['drops the connection', 'answer-lost', 'Error'],
] as const)('If Secrets Manager %s, its error is passed on and shows no key', async (_, fault, name) => {
  const secret = secretFor('k1');
  server.createSecret('key', secret);
  const end = server.inject('GetSecretValue', fault);
  const fetch = signingKeyFetcher(client, 'key', 'ES256', unheeded);
  const error: unknown = await fetch().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name });
  expect(shownOf(secret, error)).toEqual([]);
  end();
  expect(await fetch()).toMatchObject({ kid: 'k1' });
});

test('A version without an id is imported each time, so that a change is never overlooked', async () => {
  server.createSecret('key', secretFor('k1'));
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      return { ...result, output: { ...result.output, VersionId: undefined } };
    },
    { step: 'initialize' },
  );
  const fetch = signingKeyFetcher(client, 'key', 'ES256', unheeded);
  expect(await fetch()).toMatchObject({ kid: 'k1' });

  await store(secretFor('k2'));

  expect(await fetch()).toMatchObject({ kid: 'k2' });
});
