import { expect, test } from '@jest/globals';
import { createPrivateKey } from 'node:crypto';
import { hasCompositePrime } from '../../../../lib/signing-keys/soundness/composite.ts';
import { ecPair } from '../../../support/signing-keys/keys.ts';
import { CARMICHAEL, PRIMES, rsaPem } from '../../../support/signing-keys/rsa-numbers.ts';

const { p, q } = PRIMES;

test.each([
  ['both numbers are prime', { p, q }, false],
  ['the first is a Carmichael number', { p: CARMICHAEL, q }, true],
  ['the second is a Carmichael number', { p, q: CARMICHAEL }, true],
])('An RSA key of which %s', async (_, parts, expected) => {
  expect(await hasCompositePrime(createPrivateKey(rsaPem(parts)))).toBe(expected);
});

test('An EC key has no primes of its own', async () => {
  expect(await hasCompositePrime(ecPair().privateKey)).toBe(false);
});
