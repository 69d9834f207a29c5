import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import jsonwebtoken from 'jsonwebtoken';
import {
  startSecretsManager,
  type LocalSecretsManager,
} from '../../../tools/local/stand-ins/secrets-manager/index.ts';
import { GrantStore } from '../../../lib/grants/index.ts';
import { ALGORITHMS, signingKeyFetcher, type Algorithm } from '../../../lib/signing-keys/index.ts';
import { createMinting } from '../../../lib/tokens/index.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { grant, subject, user } from '../../support/grants/grants.ts';
import { pairFor, secretJson, spki, type Pair } from '../../support/signing-keys/keys.ts';
import { minting } from '../../support/tokens/minting.ts';

// jsonwebtoken shares no code with jose, which signs.
const { verify, JsonWebTokenError, TokenExpiredError } = jsonwebtoken;

let secretsManager: LocalSecretsManager;

beforeAll(async () => {
  secretsManager = await startSecretsManager();
});

afterAll(async () => {
  await secretsManager.close();
});

/** Mints a token for alice with this pair, fetched as in a deployed function. */
async function mintWith(algorithm: Algorithm, pair: Pair, kid: string): Promise<string> {
  const client = new SecretsManagerClient({
    endpoint: secretsManager.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const arn = secretsManager.createSecret(kid, JSON.stringify(secretJson(pair, algorithm, kid)));
  const dependencies = minting({
    signingKeys: { current: signingKeyFetcher(client, arn, algorithm, () => Promise.resolve()) },
  });
  await new GrantStore(dependencies.table).put('contract', grant(user('alice'), 'annotator'));
  const token = await createMinting(dependencies).mintToken(subject('alice', [], 'Alice Ärmel 🎷'), {
    documentId: 'contract',
    layer: '',
    ttlSeconds: 900,
  });
  client.destroy();
  if (token.outcome !== 'minted') throw new TypeError('alice may open the contract');
  return token.jwt;
}

describe.each(ALGORITHMS)('A token signed with %s, to another implementation', (algorithm) => {
  const kid = `key-${algorithm}`;
  const pair = pairFor(algorithm);
  const publicKey = spki(pair.publicKey);
  const signed = { jwt: '' };

  beforeAll(async () => {
    signed.jwt = await mintWith(algorithm, pair, kid);
  });

  const accept = (jwt: string, key = publicKey, clockTimestamp = NOON) =>
    verify(jwt, key, { algorithms: [algorithm], clockTimestamp, complete: true });

  test('verifies with the published public key, and carries the granted permissions', () => {
    const { header, payload } = accept(signed.jwt);
    expect(header).toEqual({ alg: algorithm, typ: 'JWT', kid });
    expect(payload).toEqual({
      document_id: 'contract',
      permissions: ['read-document', 'write', 'download', 'cover-image'],
      collaboration_permissions: [
        'annotations:delete:self',
        'annotations:edit:self',
        'annotations:view:all',
        'comments:delete:self',
        'comments:edit:self',
        'comments:reply:all',
        'comments:view:all',
        'form-fields:view:all',
      ],
      user_id: 'alice',
      creator_name: 'Alice Ärmel 🎷',
      iat: NOON,
      exp: NOON + 900,
      jti: expect.stringMatching(/^[\w-]{22}$/),
    });
  });

  test('verifies until the second before its expiry', () => {
    expect(accept(signed.jwt, publicKey, NOON + 899).header.kid).toBe(kid);
    expect(() => accept(signed.jwt, publicKey, NOON + 900)).toThrow(TokenExpiredError);
  });

  test('is refused by any other key', () => {
    expect(() => accept(signed.jwt, spki(pairFor(algorithm).publicKey))).toThrow(/invalid signature/);
  });

  /** Makes the token with one of its parts changed. */
  function changed(part: 0 | 1 | 2, change: (text: string) => string): string {
    const parts = signed.jwt.split('.');
    parts[part] = change(parts[part] ?? '');
    return parts.join('.');
  }

  const decoded = (text: string): string => Buffer.from(text, 'base64url').toString();
  const encoded = (text: string): string => Buffer.from(text).toString('base64url');

  test.each([
    ['another document', '"contract"', '"mortgage"'],
    ['another user', '"alice"', '"alicf"'],
    ['a later expiry', String(NOON + 900), String(NOON + 901)],
    ['one permission less', ',"cover-image"', ''],
  ])('is refused with %s', (_, from, to) => {
    const forged = changed(1, (text) => encoded(decoded(text).replace(from, to)));
    expect(forged).not.toBe(signed.jwt);
    expect(() => accept(forged)).toThrow(/invalid signature/);
  });

  test.each([
    ['another kid', (text: string) => encoded(decoded(text).replace(kid, `${kid}x`)), /invalid signature/],
    [
      'the algorithm "none"',
      () => encoded(JSON.stringify({ alg: 'none', typ: 'JWT' })),
      /invalid (algorithm|signature)|jwt/,
    ],
    [
      'the public key as an HMAC secret',
      () => encoded(JSON.stringify({ alg: 'HS256', typ: 'JWT', kid })),
      /invalid algorithm/,
    ],
  ])('is refused with %s in its header', (_, change, message) => {
    expect(() => accept(changed(0, change))).toThrow(message);
  });

  test('is refused without its signature, with a shortened one, and with any bit of it flipped', () => {
    expect(() => accept(changed(2, () => ''))).toThrow(JsonWebTokenError);
    expect(() => accept(changed(2, (text) => text.slice(0, -4)))).toThrow(/signature/);
    const signature = Buffer.from(signed.jwt.split('.')[2] ?? '', 'base64url');
    for (let place = 0; place < signature.length; place += 1) {
      const turned = Buffer.from(signature);
      turned.writeUInt8(turned.readUInt8(place) ^ (1 << (place % 8)), place);
      expect(() => accept(changed(2, () => turned.toString('base64url')))).toThrow(JsonWebTokenError);
    }
  });
});

test('The two EC algorithms sign as JOSE requires: r and s concatenated, not in DER', async () => {
  const lengthOf = async (algorithm: Algorithm): Promise<number> => {
    const jwt = await mintWith(algorithm, pairFor(algorithm), `length-${algorithm}`);
    return Buffer.from(jwt.split('.')[2] ?? '', 'base64url').length;
  };
  expect([await lengthOf('ES256'), await lengthOf('ES512')]).toEqual([64, 132]);
});
