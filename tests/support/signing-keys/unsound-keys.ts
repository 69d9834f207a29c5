import { generateKeyPairSync } from 'node:crypto';
import { type Algorithm } from '../../../lib/signing-keys/index.ts';
import { CURVES, ecPem, type EcAlgorithm } from './ec-numbers.ts';
import { der, integer, octets, sequence } from './der.ts';
import { ecPair, pem, pkcs8 } from './keys.ts';
import {
  CARMICHAEL,
  HALF_PRIMES,
  lambda,
  inverse,
  PRIMES,
  rocaPrimes,
  rsaPem,
  SHORTER_PRIME,
  THREE_PRIMES,
  UNEVEN_PRIMES,
} from './rsa-numbers.ts';

/** A private key that must never sign. */
export interface UnsoundKey {
  readonly name: string;
  readonly algorithm: Algorithm;
  readonly pem: string;
  /** The fault that the refusal names. */
  readonly fault: RegExp;
}

const { p, q, close } = PRIMES;
const { r, s } = HALF_PRIMES;
const [first, second, third] = THREE_PRIMES;

/** The exponent that belongs to the true primes, if the key states others. */
const exponentOf = (...primes: readonly bigint[]): bigint => inverse(65_537n, lambda(...primes));

const rsa = (name: string, fault: RegExp, key: string): UnsoundKey => ({
  name,
  algorithm: 'RS256',
  pem: key,
  fault,
});

const NOT_PRIME = /prime of the RSA key is not prime/;
const NO_PRODUCT = /modulus of the RSA key is not the product of its two primes/;
const EXPONENT = /private exponent of the RSA key does not belong to/;
const CRT = /numbers for signing modulo each prime \(CRT\)/;
const SHORT = /prime of the RSA key is much shorter/;
const CLOSE = /two primes of the RSA key are equal or close together/;

/** RSA keys of 2,048 bits with faults in their numbers, as Project Wycheproof has them and faulty generators made them. */
export const UNSOUND_RSA_KEYS: readonly UnsoundKey[] = [
  rsa('a prime that is the product of two', EXPONENT, rsaPem({ p: r * s, q: p, d: exponentOf(r, s, p) })),
  rsa(
    'a prime with a small factor',
    EXPONENT,
    rsaPem({ p: 503n * SHORTER_PRIME, q, d: exponentOf(503n, SHORTER_PRIME, q) }),
  ),
  rsa('a Carmichael number as a prime', NOT_PRIME, rsaPem({ p: CARMICHAEL, q })),
  rsa('a Carmichael number as the second prime', NOT_PRIME, rsaPem({ p: q, q: CARMICHAEL })),
  rsa(
    'an even prime',
    /modulus of the RSA key is even/,
    rsaPem({ p: p + 1n, q, d: inverse(65_537n, lambda(p + 1n, q)) }),
  ),
  rsa('a modulus of other primes', NO_PRODUCT, rsaPem({ p, q, n: close * q })),
  rsa('an even modulus', NO_PRODUCT, rsaPem({ p, q, n: p * q + 1n })),
  rsa(
    'three primes',
    /more than two primes/,
    rsaPem({ p: first, q: second, n: first * second * third, d: exponentOf(first, second, third) }, third),
  ),
  rsa('1 as a prime', SHORT, rsaPem({ p: p * q, q: 1n, d: exponentOf(p, q), dq: 0n, qi: 1n })),
  rsa('primes of 1,280 and 768 bits', SHORT, rsaPem(UNEVEN_PRIMES)),
  rsa('one prime twice', CLOSE, rsaPem({ p, q: p, d: inverse(65_537n, p * (p - 1n)), qi: 1n })),
  rsa('two primes next to each other (Fermat)', CLOSE, rsaPem({ p, q: close })),
  rsa('the structure of RSALib (ROCA)', /ROCA, CVE-2017-15361/, rsaPem(rocaPrimes())),
  rsa('a foreign private exponent', EXPONENT, rsaPem({ p, q, d: exponentOf(p, close) })),
  rsa(
    'a private exponent that fits modulo one prime alone',
    EXPONENT,
    rsaPem({ p, q, d: inverse(65_537n, p - 1n) }),
  ),
  rsa('a wrong exponent modulo p', CRT, rsaPem({ p, q, dp: 5n })),
  rsa('a wrong exponent modulo q', CRT, rsaPem({ p, q, dq: 5n })),
  rsa('a wrong inverse of q', CRT, rsaPem({ p, q, qi: 7n })),
  rsa('no numbers for signing modulo each prime', CRT, rsaPem({ p, q, dp: 0n, dq: 0n, qi: 0n })),
  rsa(
    'no primes',
    /lacks its primes/,
    rsaPem({ p: 0n, q: 0n, n: p * q, d: exponentOf(p, q), dp: 0n, dq: 0n, qi: 0n }),
  ),
  rsa(
    'a public exponent of 65 bits',
    /odd public exponent of at most 64 bits/,
    rsaPem({ p, q, e: 2n ** 64n + 13n }),
  ),
  rsa('an even public exponent', /odd public exponent/, rsaPem({ p, q, e: 65_538n, d: 3n })),
];

const scalarsOf = (algorithm: EcAlgorithm): UnsoundKey[] => {
  const { order, size, base } = CURVES[algorithm];
  const longest = algorithm === 'ES256' ? 2n ** BigInt(8 * size) - 1n : 2n ** 521n - 1n;
  const scalars = {
    '0': 0n,
    '1': 1n,
    'n−1': order - 1n,
    n: order,
    'n+1': order + 1n,
    'all bits set': longest,
  };
  const named = Object.entries(scalars).flatMap(([name, scalar]) => [
    { name: `the private number ${name}`, pem: ecPem(algorithm, { scalar }) },
    {
      name: `the private number ${name}, and the base point as public half`,
      pem: ecPem(algorithm, { scalar, point: base }),
    },
  ]);
  return named.map((one) => ({
    ...one,
    algorithm,
    fault: /private number of the EC key is not between 2 and n−2/,
  }));
};

/** EC keys with a private number outside 2 … n−2. */
export const UNSOUND_EC_KEYS: readonly UnsoundKey[] = [...scalarsOf('ES256'), ...scalarsOf('ES512')];

const misfit = (name: string, algorithm: Algorithm, fault: RegExp, key: string): UnsoundKey => ({
  name,
  algorithm,
  pem: key,
  fault,
});

/** Writes a private key of an algorithm with a group of numbers as PKCS#8 PEM. @param oid - of the algorithm, in hexadecimal */
const inGroup = (oid: string, group: readonly bigint[]): string =>
  pem(
    'PRIVATE KEY',
    sequence(
      integer(0n),
      sequence(der(0x06, Buffer.from(oid, 'hex')), sequence(...group.map(integer))),
      octets(integer(12_345n)),
    ),
  );

/** Keys of another kind than the algorithm's, made anew by each call. */
export const misfits = (): readonly UnsoundKey[] => [
  misfit(
    'P-384',
    'ES256',
    /P-256, and this one is on secp384r1 \(P-384\)/,
    pkcs8(ecPair('secp384r1').privateKey),
  ),
  misfit(
    'secp256k1',
    'ES256',
    /P-256, and this one is on secp256k1\./,
    pkcs8(ecPair('secp256k1').privateKey),
  ),
  misfit(
    'P-521 for ES256',
    'ES256',
    /and this one is on secp521r1 \(P-521\)/,
    pkcs8(ecPair('secp521r1').privateKey),
  ),
  misfit(
    'Ed25519',
    'ES256',
    /a key of type ed25519 \(EdDSA, which Document Engine cannot verify\)/,
    pkcs8(generateKeyPairSync('ed25519').privateKey),
  ),
  misfit('Ed448', 'RS256', /a key of type ed448 \(EdDSA/, pkcs8(generateKeyPairSync('ed448').privateKey)),
  misfit(
    'X25519',
    'ES256',
    /a key of type x25519 \(for key agreement: it cannot sign\)/,
    pkcs8(generateKeyPairSync('x25519').privateKey),
  ),
  misfit(
    'X448',
    'ES256',
    /a key of type x448 \(for key agreement: it cannot sign\)/,
    pkcs8(generateKeyPairSync('x448').privateKey),
  ),
  misfit(
    'Diffie-Hellman',
    'RS256',
    /a key of type dh \(for key agreement: it cannot sign\)/,
    inGroup('2a864886f70d010301', [p, 2n]),
  ),
  misfit(
    'DSA',
    'RS256',
    /a key of type dsa \(DSA, which no algorithm of JWTs uses\)/,
    inGroup('2a8648ce380401', [p, r, 4n]),
  ),
  misfit('RSA for ES256', 'ES256', /and this is a key of type rsa\./, rsaPem({ p, q })),
  misfit('EC for RS256', 'RS256', /RSA key, and this is a key of type ec\./, pkcs8(ecPair().privateKey)),
];
