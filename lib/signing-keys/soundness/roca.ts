/** The largest of the small primes that are looked at, see {@link hasRocaFingerprint}. */
const LAST_PRIME = 353;

/** The generator that the faulty library used for all its primes. */
const GENERATOR = 65_537;

/**
 * Tells whether an RSA modulus has the form that Infineon's RSALib gave to its keys (ROCA, CVE-2017-15361). Such a key can be
 * factored.
 *
 * Source: Nemec, Sys, Svenda, Klinec and Matyas, "The Return of Coppersmith's Attack", ACM CCS 2017, sections 2.1 and 2.2. The
 * library made every prime as k·M + (65537^a mod M), and M is the product of at least the primes up to 353 in keys of 992 bits and more.
 * So modulo each of these small primes, the modulus is a power of 65537.
 *
 * **Bound.** 40 of them have residues that are no such power. A modulus of any other origin has this form with a probability of
 * 2^-83. (The detection tool of the same authors stops at 167, for keys from 512 bits on: 2^-27.8.)
 */
export function hasRocaFingerprint(modulus: bigint): boolean {
  for (let prime = 3; prime <= LAST_PRIME; prime += 2)
    if (isSmallPrime(prime) && !isPowerOfGenerator(Number(modulus % BigInt(prime)), prime)) return false;
  return true;
}

function isSmallPrime(odd: number): boolean {
  for (let divisor = 3; divisor * divisor <= odd; divisor += 2) if (odd % divisor === 0) return false;
  return true;
}

function isPowerOfGenerator(residue: number, prime: number): boolean {
  let power = 1;
  do {
    if (power === residue) return true;
    power = (power * GENERATOR) % prime;
  } while (power !== 1);
  return false;
}
