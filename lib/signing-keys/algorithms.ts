import { createPublicKey, type KeyObject } from 'node:crypto';

/** The algorithms that Document Engine verifies (`JWT_ALGORITHM`; RFC 7518 section 3.1). One at a time, for all keys. */
export const ALGORITHMS = ['ES256', 'ES512', 'RS256', 'RS512'] as const;

/** One of the algorithms that Document Engine verifies. */
export type Algorithm = (typeof ALGORITHMS)[number];

/** Tells whether a name is of an algorithm that Document Engine verifies. */
export function isAlgorithm(name: string): name is Algorithm {
  return ALGORITHMS.some((algorithm) => algorithm === name);
}

const CURVES: Readonly<Record<Algorithm, { jose: string; openssl: string } | undefined>> = {
  ES256: { jose: 'P-256', openssl: 'prime256v1' },
  ES512: { jose: 'P-521', openssl: 'secp521r1' },
  RS256: undefined,
  RS512: undefined,
};

const RSA_MIN_BITS = 2048; // RFC 7518 section 3.3
const RSA_MIN_EXPONENT = 65_537n; // NIST SP 800-56B; smaller ones have a history of attacks

/**
 * Tells why a key cannot be used with an algorithm.
 *
 * @returns undefined if it can, else a sentence that says why not and what would be right.
 */
export function unfitFor(key: KeyObject, algorithm: Algorithm): string | undefined {
  const curve = CURVES[algorithm];
  const details = key.asymmetricKeyDetails ?? {};
  if (curve !== undefined) {
    if (key.asymmetricKeyType !== 'ec') {
      return `${algorithm} needs an EC key on curve ${curve.jose}, and this is ${kindOf(key)}`;
    }
    if (details.namedCurve !== curve.openssl) {
      return `${algorithm} needs an EC key on curve ${curve.jose}, and this one is on ${details.namedCurve ?? 'a curve without a name'}`;
    }
    return undefined;
  }
  if (key.asymmetricKeyType !== 'rsa') return `${algorithm} needs an RSA key, and this is ${kindOf(key)}`;
  const { modulusLength = 0, publicExponent = 0n } = details;
  if (modulusLength < RSA_MIN_BITS) {
    return `${algorithm} needs an RSA key of at least ${RSA_MIN_BITS} bits, and this one has ${modulusLength}`;
  }
  if (publicExponent < RSA_MIN_EXPONENT) {
    return `${algorithm} needs an RSA key with a public exponent of at least ${RSA_MIN_EXPONENT.toString()}, and this one's is ${publicExponent.toString()}`;
  }
  return undefined;
}

/** Tells whether a text is a public key, as SPKI PEM, that can be used with an algorithm. */
export function isPublicKeyFor(pem: string, algorithm: Algorithm): boolean {
  // Node would take a private key too.
  if (!pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) return false;
  try {
    return unfitFor(createPublicKey(pem), algorithm) === undefined;
  } catch {
    return false;
  }
}

function kindOf(key: KeyObject): string {
  const type = key.asymmetricKeyType ?? 'unknown';
  return type === 'rsa-pss' ? 'an RSA-PSS key (RS algorithms use a plain RSA key)' : `a key of type ${type}`;
}
