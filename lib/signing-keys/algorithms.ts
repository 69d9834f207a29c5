import { createPublicKey, type KeyObject } from 'node:crypto';

/** The algorithms that Document Engine can verify (`JWT_ALGORITHM`; RFC 7518 section 3.1). It uses one for all keys. */
export const ALGORITHMS = ['ES256', 'ES512', 'RS256', 'RS512'] as const;

/** One of {@link ALGORITHMS}. */
export type Algorithm = (typeof ALGORITHMS)[number];

/** Tells whether a text is the name of an algorithm that Document Engine can verify. */
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
 * Checks the type, curve and size of a key against an algorithm.
 *
 * @returns undefined if the key fits, else a clause with the requirement and the property that violates it
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

/** Tells whether a text is a public key in SPKI PEM that fits an algorithm. */
export function isPublicKeyFor(pem: string, algorithm: Algorithm): boolean {
  // createPublicKey would accept a private key too.
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
