import { expect, test } from '@jest/globals';
import { hasRocaFingerprint } from '../../../../lib/signing-keys/soundness/roca.ts';
import { power, PRIMES, productOfPrimes, rocaPrimes } from '../../../support/signing-keys/rsa-numbers.ts';

const M = productOfPrimes(353);

test('A modulus of primes as RSALib made them is recognized', () => {
  const { p, q } = rocaPrimes();

  expect(hasRocaFingerprint(p * q)).toBe(true);
});

test('A modulus that is a power of 65537 modulo the first 71 primes is recognized, whatever else it is', () => {
  for (const exponent of [1n, 2n, 65_536n, 3n ** 200n])
    expect(hasRocaFingerprint(M ** 4n + power(65_537n, exponent, M))).toBe(true);
});

test('A modulus of ordinary primes is not', () => {
  expect(hasRocaFingerprint(PRIMES.p * PRIMES.q)).toBe(false);
});

/** The small primes, each with the part of its residues that are no power of 65537. */
function shares(): ReadonlyMap<number, number> {
  const odd = Array.from({ length: 176 }, (_, at) => 2 * at + 3);
  const primes = odd.filter((number) => !odd.some((by) => by < number && number % by === 0));
  return new Map(
    primes.map((prime) => {
      const powers = new Set(
        Array.from({ length: prime }, (_, k) => power(65_537n, BigInt(k), BigInt(prime))),
      );
      return [prime, powers.size / (prime - 1)];
    }),
  );
}

test('A modulus that is no power modulo a single one of them is not', () => {
  const prime = [...shares()].reduce((last, [number, share]) => (share < 1 ? number : last), 0);
  const step = M / BigInt(prime);
  const modulus = 65_537n + M ** 4n;

  // Other residues modulo this prime, and the same modulo all others.
  const found = Array.from({ length: prime }, (_, k) => hasRocaFingerprint(modulus + step * BigInt(k)));

  expect(found).toContain(true);
  expect(found).toContain(false);
});

test('The bound holds: an ordinary modulus has this form with a probability of 2^-83', () => {
  const telling = [...shares().values()].filter((share) => share < 1);

  expect(telling).toHaveLength(40);
  expect(telling.reduce((bits, share) => bits + Math.log2(share), 0)).toBeCloseTo(-83.08, 2);
});
