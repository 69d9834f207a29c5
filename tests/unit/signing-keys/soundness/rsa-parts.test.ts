import { expect, test } from '@jest/globals';
import { numberOf, unsoundRsa } from '../../../../lib/signing-keys/soundness/rsa-parts.ts';
import {
  HALF_PRIMES,
  inverse,
  lambda,
  PRIMES,
  rsaJwk,
  UNEVEN_PRIMES,
} from '../../../support/signing-keys/rsa-numbers.ts';

const { p, q } = PRIMES;
const least = lambda(p, q);

test('Parts that fit are sound, with the longer prime first or second', () => {
  expect(unsoundRsa(rsaJwk({ p, q }))).toBeUndefined();
  expect(unsoundRsa(rsaJwk({ p: q, q: p }))).toBeUndefined();
});

test('A private exponent may be longer than the shortest one that fits, but not than the modulus', () => {
  const d = inverse(65_537n, least);

  expect(unsoundRsa(rsaJwk({ p, q, d: d + least }))).toBeUndefined();
  expect(unsoundRsa(rsaJwk({ p, q, d: d + 5n * least }))).toMatch(/private exponent/);
});

test('A private exponent of half the length of the modulus could be computed from the public key (Wiener)', () => {
  const [short, long] = [HALF_PRIMES.r, UNEVEN_PRIMES.p];

  expect(unsoundRsa(rsaJwk({ p, q, d: short, e: inverse(short, least) }))).toMatch(/\(Wiener\)/);
  expect(unsoundRsa(rsaJwk({ p, q, d: long, e: inverse(long, least) }))).toBeUndefined();
});

test('A number of signing modulo each prime that is right, but written longer, is refused: OpenSSL does not sign with it', () => {
  expect(unsoundRsa(rsaJwk({ p, q, qi: inverse(q, p) + p }))).toMatch(/\(CRT\)/);
});

test('A missing number counts as 0', () => {
  expect(numberOf(undefined)).toBe(0n);
  expect(numberOf('AQAB')).toBe(65_537n);
  expect(unsoundRsa({ kty: 'RSA' })).toMatch(/lacks its primes/);
});
