import { describe, expect, test } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import { inspect } from 'node:util';
import {
  acceptSigningKey,
  ALGORITHMS,
  NoSigningKeyError,
  parseSigningKeySecret,
  pkcs8Of,
  UnusableSigningKeyError,
  type Algorithm,
} from '../../../lib/signing-keys/index.ts';
import { ecPem, pointOf } from '../../support/signing-keys/ec-numbers.ts';
import { ecPair, pairFor, pkcs8, secretJson, shownOf } from '../../support/signing-keys/keys.ts';
import { CARMICHAEL, inverse, PRIMES, rsaPem } from '../../support/signing-keys/rsa-numbers.ts';
import { misfits, UNSOUND_EC_KEYS, UNSOUND_RSA_KEYS } from '../../support/signing-keys/unsound-keys.ts';

const sound: Readonly<Record<Algorithm, string>> = {
  ES256: pkcs8(pairFor('ES256').privateKey),
  ES512: pkcs8(pairFor('ES512').privateKey),
  RS256: rsaPem({ p: PRIMES.p, q: PRIMES.q }),
  RS512: rsaPem({ p: PRIMES.q, q: PRIMES.p }),
};

test.each(ALGORITHMS)('A sound key for %s is accepted, and its PKCS#8 again', async (algorithm) => {
  const pair = await acceptSigningKey(sound[algorithm], algorithm);

  const again = await acceptSigningKey(pkcs8Of(pair.privateKey), algorithm);

  expect(again.kid).toBe(pair.kid);
  expect(again.publicKey.equals(createPublicKey(sound[algorithm]))).toBe(true);
});

test('A key with a private exponent modulo (p−1)(q−1) is accepted, as older tools write it (RFC 2313)', async () => {
  const { p, q } = PRIMES;
  const jwk = createPublicKey(sound.RS256).export({ format: 'jwk' });
  const phi = (p - 1n) * (q - 1n);
  const pair = await acceptSigningKey(rsaPem({ p, q, d: inverse(65_537n, phi) }), 'RS256');

  expect(pair.publicKey.export({ format: 'jwk' })).toEqual(jwk);
});

describe('A stolen or forged token cannot come from a key with a known weakness, because it is refused:', () => {
  test.each([...UNSOUND_RSA_KEYS, ...UNSOUND_EC_KEYS, ...misfits()])(
    '$algorithm with $name',
    async ({ algorithm, pem, fault }) => {
      const error: unknown = await acceptSigningKey(pem, algorithm).catch((reason: unknown) => reason);

      expect(error).toBeInstanceOf(UnusableSigningKeyError);
      expect(error).toMatchObject({ message: expect.stringMatching(fault) });
      expect(inspect(error, { showHidden: true })).not.toMatch(/error:[0-9A-F]{8}|routines/);
      expect(shownOf(pem, error)).toEqual([]);
      // OpenSSL keeps a queue of errors. None must be left for the next key.
      await expect(acceptSigningKey(sound.ES256, 'ES256')).resolves.toMatchObject({ alg: 'ES256' });
    },
  );
});

test('Tokens of another key cannot be forged with a curve of its own base point (CVE-2020-0601): it is refused', async () => {
  const victim = pointOf(ecPair().publicKey, 'uncompressed');
  // With the victim's public point as the base point, the private number of that public key is 1, and 2 is as easy.
  const forged = ecPem('ES256', { scalar: 2n, explicit: true, base: victim });

  await expect(acceptSigningKey(forged, 'ES256')).rejects.toThrow(/on a curve without a name/);
  await expect(parseSigningKeySecret(forged, 'ES256')).rejects.toThrow(/on a curve without a name/);
});

test('A process that signs refuses all of them but the Carmichael numbers: proving primes would slow down its start', async () => {
  const read = await Promise.all(
    [...UNSOUND_RSA_KEYS, ...UNSOUND_EC_KEYS].map(async ({ name, algorithm, pem }) =>
      (await parseSigningKeySecret(pem, algorithm).catch(() => undefined)) ? [name] : [],
    ),
  );

  expect(read.flat()).toEqual(['a Carmichael number as a prime', 'a Carmichael number as the second prime']);
  expect(CARMICHAEL.toString(2)).toHaveLength(1_024);
});

test('A secret without a key yet is told from one with an unusable key', async () => {
  await expect(acceptSigningKey('{"state":"none"}', 'ES256')).rejects.toThrow(NoSigningKeyError);
});

test("A public half of another key is refused in the secret's JSON", async () => {
  const { publicKey } = secretJson(ecPair(), 'ES256');

  const forged = JSON.stringify({ ...secretJson(ecPair(), 'ES256'), publicKey });

  await expect(acceptSigningKey(forged, 'ES256')).rejects.toThrow(/not halves of one pair/);
});
