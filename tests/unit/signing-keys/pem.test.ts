import { describe, expect, test } from '@jest/globals';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { acceptSigningKey, pkcs8Of, publicJwk, spkiOf } from '../../../lib/signing-keys/index.ts';
import { ecPemOf, ecSpki } from '../../support/signing-keys/ec-numbers.ts';
import { pairFor, pkcs8, rsaPair, spki } from '../../support/signing-keys/keys.ts';

const forms = (['ES256', 'ES512'] as const).flatMap((algorithm) =>
  (['uncompressed', 'compressed', 'hybrid'] as const).flatMap((form) =>
    [true, false].map((explicit) => ({ algorithm, form, explicit })),
  ),
);

describe.each(forms)(
  'A key for $algorithm with its point $form (explicit curve parameters: $explicit)',
  (it) => {
    const { algorithm, form, explicit } = it;
    const pair = pairFor(algorithm);
    const stored = ecPemOf(algorithm, pair.privateKey, form, explicit);

    test('leaves as SPKI and PKCS#8 with a named curve and an uncompressed point', async () => {
      const read = await acceptSigningKey(stored, algorithm);

      expect(spkiOf(read.publicKey)).toBe(spki(pair.publicKey));
      expect(pkcs8Of(read.privateKey)).toBe(pkcs8(pair.privateKey));
      expect(read.kid).toBe((await acceptSigningKey(pkcs8(pair.privateKey), algorithm)).kid);
    });

    test('has a public half that is accepted and leaves in the same form', () => {
      const pem = ecSpki(algorithm, pair.publicKey, form, explicit);

      expect(spkiOf(createPublicKey(pem))).toBe(spki(pair.publicKey));
      expect(
        publicJwk({ kid: 'k', alg: algorithm, publicKey: pem, state: 'current', longestLife: 1 }),
      ).toEqual({ ...pair.publicKey.export({ format: 'jwk' }), use: 'sig', alg: algorithm, kid: 'k' });
    });
  },
);

test('The fixtures are what they say: OpenSSL alone would hand on the form in which it read the key', () => {
  const { privateKey, publicKey } = pairFor('ES256');
  const handedOn = forms
    .filter(({ algorithm }) => algorithm === 'ES256')
    .map(({ form, explicit }) => spki(createPublicKey(ecPemOf('ES256', privateKey, form, explicit))));

  expect(new Set(handedOn).size).toBe(6);
  expect(handedOn).toContain(spki(publicKey));
});

test('An RSA key leaves unchanged', () => {
  const { privateKey, publicKey } = rsaPair();

  expect(spkiOf(publicKey)).toBe(spki(publicKey));
  expect(createPrivateKey(pkcs8Of(privateKey)).equals(privateKey)).toBe(true);
});
