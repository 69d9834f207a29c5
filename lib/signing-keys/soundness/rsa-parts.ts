import type { JsonWebKey } from 'node:crypto';
import { hasRocaFingerprint } from './roca.ts';

/** The bits by which FIPS 186-5 (section A.1.3) keeps two primes apart: closer ones are found by Fermat's method. */
const CLOSE = 100;

/** The numbers of a private RSA key with two primes (RFC 8017 section 3.2). */
export interface RsaNumbers {
  readonly modulus: bigint;
  readonly publicExponent: bigint;
  readonly privateExponent: bigint;
  readonly p: bigint;
  readonly q: bigint;
  /** The exponents modulo p−1 and q−1, and the inverse of q modulo p: signing uses these, not the private exponent. */
  readonly dp: bigint;
  readonly dq: bigint;
  readonly inverse: bigint;
}

/** Reads the numbers of a private RSA key from its JWK (RFC 7518 section 6.3). A missing number is 0. */
export function rsaNumbersOf({ n, e, d, p, q, dp, dq, qi }: JsonWebKey): RsaNumbers {
  return {
    modulus: numberOf(n),
    publicExponent: numberOf(e),
    privateExponent: numberOf(d),
    p: numberOf(p),
    q: numberOf(q),
    dp: numberOf(dp),
    dq: numberOf(dq),
    inverse: numberOf(qi),
  };
}

/** Reads a number in base64url, most significant byte first. */
export function numberOf(text = ''): bigint {
  return BigInt(`0x0${Buffer.from(text, 'base64url').toString('hex')}`);
}

/**
 * Looks for a fault in the numbers of a private RSA key: parts that do not fit together (RFC 8017 section 3.2, NIST SP 800-56B
 * revision 2 section 6.4.1), and primes that can be found. OpenSSL checks none of this when it reads a key, and signs with most of them.
 *
 * @returns undefined if there is none, else a clause that names the fault
 */
export function unsoundRsa(jwk: JsonWebKey): string | undefined {
  const key = rsaNumbersOf(jwk);
  return unsoundPrimes(key) ?? unsoundExponents(key);
}

function unsoundPrimes({ modulus, p, q }: RsaNumbers): string | undefined {
  const product = p * q;
  if (product === 0n) return 'The RSA key lacks its primes, and OpenSSL cannot sign without them';
  if (modulus !== product) {
    return modulus % product === 0n
      ? 'The RSA key has more than two primes, which FIPS 186-5 does not allow'
      : 'The modulus of the RSA key is not the product of its two primes';
  }
  const [shorter, longer] = p < q ? [p, q] : [q, p];
  // The root of a modulus of 2k bits has k bits.
  const distance = 1n << BigInt(Math.max(0, Math.ceil(bitsOf(modulus) / 2) - CLOSE));
  if (shorter < distance)
    return 'A prime of the RSA key is much shorter than the other, so the key can be factored';
  if (longer - shorter <= distance)
    return 'The two primes of the RSA key are equal or close together, so the key can be factored (Fermat)';
  if (modulus % 2n === 0n) return 'The modulus of the RSA key is even';
  if (hasRocaFingerprint(modulus))
    return 'The RSA key comes from a faulty chip or library and can be factored (ROCA, CVE-2017-15361)';
  return undefined;
}

function unsoundExponents(key: RsaNumbers): string | undefined {
  const { modulus, publicExponent, privateExponent: d, p, q, dp, dq, inverse } = key;
  // For both together: modulo the least common multiple of p−1 and q−1.
  const isInverse = [p, q].every((prime) => (publicExponent * d) % (prime - 1n) === 1n);
  if (!isInverse || d >= modulus)
    return 'The private exponent of the RSA key does not belong to its public exponent and its primes';
  if (d >> BigInt(Math.ceil(bitsOf(modulus) / 2)) === 0n)
    return 'The private exponent of the RSA key is so small that it can be computed (Wiener)';
  const fits = dp === d % (p - 1n) && dq === d % (q - 1n) && inverse < p && (q * inverse) % p === 1n;
  return fits
    ? undefined
    : 'The numbers for signing modulo each prime (CRT) do not belong to the RSA key: one signature can show its primes';
}

function bitsOf(number: bigint): number {
  return number.toString(2).length;
}
