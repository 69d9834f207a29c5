import { integer, sequence } from './der.ts';
import { pem } from './keys.ts';

/** Prime numbers of 1,024 bits, for throwaway keys. `close` is next to `p`. */
export const PRIMES = {
  p: 2n ** 1024n - 105n,
  q: 3n * 2n ** 1022n + 1037n,
  close: 2n ** 1024n - 179n,
} as const;

/** Two primes of 512 bits: their product has 1,024 bits, and no test by a few small divisors finds it composite. */
export const HALF_PRIMES = { r: 2n ** 512n - 569n, s: 3n * 2n ** 510n + 761n } as const;

/** A prime of 1,015 bits. */
export const SHORTER_PRIME = 2n ** 1015n - 789n;

/** Three primes with a product of 2,048 bits. */
export const THREE_PRIMES = [2n ** 683n - 45n, 3n * 2n ** 681n + 155n, 2n ** 682n - 63n] as const;

/** A short and a long prime, with a product of 2,048 bits. */
export const UNEVEN_PRIMES = { p: 2n ** 1280n - 1175n, q: 2n ** 768n - 825n } as const;

/** Makes the number (6k+1)(12k+1)(18k+1), a Carmichael number if each factor is prime (Chernick). */
const chernick = (k: bigint): bigint => (6n * k + 1n) * (12n * k + 1n) * (18n * k + 1n);

/** A Carmichael number of 1,024 bits: composite, and for every base that has no factor with it in common, Fermat's test takes it for a prime. */
export const CARMICHAEL =
  chernick(0x35ca7d5c8d636f5f97525172270a563dda1736e59383d69ed516db595b64a727456396fe346afcc0f7490n);

/** Two primes of 1,024 bits as RSALib made them: k·M + (65537^a mod M) with the product M of the primes up to 701 (ROCA). */
export function rocaPrimes(): { readonly p: bigint; readonly q: bigint } {
  const M = productOfPrimes(701);
  return {
    p: ((2n ** 1024n - 1n) / M - 17n) * M + power(65_537n, 123_456_789n, M),
    q: ((7n * 2n ** 1021n) / M - 78n) * M + power(65_537n, 987_654_321n, M),
  };
}

/** Multiplies the primes up to a limit. */
export function productOfPrimes(limit: number): bigint {
  let product = 1n;
  for (let number = 2; number <= limit; number += 1)
    if (!Array.from({ length: number - 2 }, (_, at) => at + 2).some((divisor) => number % divisor === 0))
      product *= BigInt(number);
  return product;
}

/** Raises a number to a power, modulo a third. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let [factor, rest] = [base % modulus, exponent]; rest > 0n; rest >>= 1n) {
    if (rest % 2n === 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

/** The least common multiple of each number less one: the exponent that belongs to a product of primes. */
export const lambda = (...primes: readonly bigint[]): bigint =>
  primes.map((prime) => prime - 1n).reduce((a, b) => (a * b) / gcd(a, b));

/** Inverts a number modulo another. */
export function inverse(number: bigint, modulus: bigint): bigint {
  let [before, rest, factorBefore, factor] = [modulus, number % modulus, 0n, 1n];
  while (rest > 0n) {
    const quotient = before / rest;
    [before, rest] = [rest, before - quotient * rest];
    [factorBefore, factor] = [factor, factorBefore - quotient * factor];
  }
  return ((factorBefore % modulus) + modulus) % modulus;
}

/** The numbers of a private RSA key (RFC 8017 appendix A.1.2). Each that is left out is computed from `p` and `q`, as if they were prime. */
export interface RsaParts {
  readonly p: bigint;
  readonly q: bigint;
  readonly n?: bigint;
  readonly e?: bigint;
  readonly d?: bigint;
  readonly dp?: bigint;
  readonly dq?: bigint;
  readonly qi?: bigint;
}

/** Completes the numbers of a private RSA key. */
export function rsaParts({ p, q, n = p * q, e = 65_537n, ...rest }: RsaParts): Required<RsaParts> {
  const { d = inverse(e, lambda(p, q)) } = rest;
  const { dp = d % (p - 1n), dq = d % (q - 1n), qi = inverse(q, p) } = rest;
  return { n, e, d, p, q, dp, dq, qi };
}

/** Writes a private RSA key as a JWK (RFC 7518 section 6.3). */
export const rsaJwk = (parts: RsaParts): Record<string, string> => ({
  kty: 'RSA',
  ...Object.fromEntries(
    Object.entries(rsaParts(parts)).map(([name, value]) => {
      const hex = value.toString(16);
      return [name, Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')];
    }),
  ),
});

/** Writes a private RSA key as PKCS#1 PEM. @param more - a third prime, for a key of version 1 */
export function rsaPem(parts: RsaParts, more?: bigint): string {
  const { n, e, d, p, q, dp, dq, qi } = rsaParts(parts);
  const others =
    more === undefined
      ? []
      : [sequence(sequence(integer(more), integer(d % (more - 1n)), integer(inverse(p * q, more))))];
  const version = integer(more === undefined ? 0n : 1n);
  return pem('RSA PRIVATE KEY', sequence(version, ...[n, e, d, p, q, dp, dq, qi].map(integer), ...others));
}
