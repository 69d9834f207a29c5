import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { compactVerify, decodeProtectedHeader } from 'jose';
import {
  ALGORITHMS,
  signingKeyOf,
  signJwt,
  type Algorithm,
  type SigningKey,
} from '../../../lib/signing-keys/index.ts';
import { pairFor } from '../../support/signing-keys/keys.ts';
import { signaturesUnderWay } from '../../support/signing-keys/signatures-under-way.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const keyFor = (alg: Algorithm): SigningKey => signingKeyOf({ kid: `key "${alg}" ü`, alg, ...pairFor(alg) });

const CLAIMS = { user_id: 'Ärmel 🎷 \u2028', permissions: ['write'], exp: 1_800_000_000, layer: undefined };

describe.each(ALGORITHMS)('signJwt with %s', (alg) => {
  const key = keyFor(alg);

  test('signs the JSON of the claims as it is, so that jose takes it', async () => {
    const jwt = await signJwt(CLAIMS, key);
    const { payload } = await compactVerify(jwt, key.publicKey, { algorithms: [alg] });
    expect(Buffer.from(payload).toString()).toBe(JSON.stringify(CLAIMS));
  });

  test('has alg, typ and kid in the header, and nothing else', async () => {
    const jwt = await signJwt(CLAIMS, key);
    expect(decodeProtectedHeader(jwt)).toEqual({ alg, typ: 'JWT', kid: key.kid });
    expect(jwt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  test.each([0, 1, 2])('a change of part %d makes it invalid', async (part) => {
    const parts = (await signJwt(CLAIMS, key)).split('.');
    const others = (await signJwt({ ...CLAIMS, user_id: 'mallory' }, { ...key, kid: 'other' })).split('.');
    parts[part] = others[part] ?? '';
    await expect(compactVerify(parts.join('.'), key.publicKey)).rejects.toThrow();
  });
});

test('Signatures are under way side by side: none waits for another', async () => {
  const key = keyFor('ES256');
  const most = signaturesUnderWay();
  await Promise.all(Array.from({ length: 100 }, (_, jti) => signJwt({ jti: `${jti}` }, key)));
  expect(most()).toBe(100);
});
