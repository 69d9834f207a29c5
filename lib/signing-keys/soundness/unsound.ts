import type { JsonWebKey, KeyObject } from 'node:crypto';
import { UnusableSigningKeyError } from '../errors.ts';
import { numberOf, unsoundRsa } from './rsa-parts.ts';

/** The number of points on each curve that an algorithm uses (NIST SP 800-186, sections 3.2.1.3 and 3.2.1.5). */
const ORDERS: Readonly<Record<string, bigint>> = {
  'P-256': 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n,
  'P-521':
    0x1ff_ffffffff_ffffffff_ffffffff_ffffffff_ffffffff_ffffffff_ffffffff_fffffffa_51868783_bf2f966b_7fcc0148_f709a5d0_3bb5c9b8_899c47ae_bb6fb71e_91386409n,
};

/**
 * Makes sure that the numbers of a private key have no known fault. It takes less than half a millisecond, and every process that signs
 * does it once for each version of the secret.
 *
 * It does not prove the primes of an RSA key. That takes 50 ms for 2,048 bits and 400 ms for 4,096 on a whole vCPU, which no cold start
 * has to spare. `acceptSigningKey` does it, before a key is stored. A composite prime that passes here was built for that, as a
 * Carmichael number. If somebody can write such a key into the secret by hand, they can write any key of their own, so the time would
 * buy nothing.
 *
 * @param privateKey - an EC key on P-256 or P-521, or an RSA key
 * @throws UnusableSigningKeyError that names the fault, and quotes no number of the key
 */
export function assertSound(privateKey: KeyObject): void {
  const jwk = partsOf(privateKey);
  const fault = jwk.kty === 'RSA' ? unsoundRsa(jwk) : unsoundScalar(jwk);
  if (fault !== undefined) throw new UnusableSigningKeyError(`${fault}. Do not use it: make another key`);
}

/** Reads the numbers of a key. OpenSSL throws if an EC key has no public half: its private number is 0, or a multiple of the order. */
function partsOf(privateKey: KeyObject): JsonWebKey {
  try {
    return privateKey.export({ format: 'jwk' });
  } catch {
    return {};
  }
}

/** NIST SP 800-186 allows 1 … n−1. The public halves of 1 and n−1 are the base point and its mirror image, known to everybody. */
function unsoundScalar({ crv = '', d }: JsonWebKey): string | undefined {
  const order = ORDERS[crv] ?? 0n;
  const scalar = numberOf(d);
  return scalar >= 2n && scalar <= order - 2n
    ? undefined
    : 'The private number of the EC key is not between 2 and n−2 (n: the order of the curve), so everybody can know it';
}
