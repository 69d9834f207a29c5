import type { KeyObject } from 'node:crypto';

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

/**
 * OpenSSL, and with it Document Engine, verifies with no longer modulus (OPENSSL_RSA_MAX_MODULUS_BITS). One that fills a secret would keep a
 * process busy for minutes, before the first signature fails.
 */
const RSA_MAX_BITS = 16_384;

const RSA_MIN_EXPONENT = 65_537n; // NIST SP 800-56B; smaller ones have a history of attacks

/**
 * FIPS 186-5 (section A.1.1) allows up to 256 bits, but OpenSSL, and with it Document Engine, verifies with no more than 64 if the
 * modulus is longer than 3,072 bits (OPENSSL_RSA_MAX_PUBEXP_BITS). Verifying takes the longer, the longer the exponent is.
 */
const RSA_MAX_EXPONENT = 2n ** 64n;

/** The names of standard curves beside OpenSSL's, as other programs show them. */
const CURVE_NAMES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/**
 * Checks the type, curve and size of a key against an algorithm.
 *
 * @returns undefined if the key fits, else a clause with the requirement and the property that violates it
 */
export function unfitFor(key: KeyObject, algorithm: Algorithm): string | undefined {
  const curve = CURVES[algorithm];
  return curve === undefined
    ? unfitRsa(key, algorithm)
    : unfitEc(key, `${algorithm} needs an EC key on curve ${curve.jose}`, curve.openssl);
}

function unfitEc(key: KeyObject, needs: string, curve: string): string | undefined {
  if (key.asymmetricKeyType !== 'ec') return `${needs}, and this is ${kindOf(key)}`;
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (namedCurve === curve) return undefined;
  if (namedCurve === undefined) return `${needs}, and this one is on a curve without a name`;
  const other = CURVE_NAMES[namedCurve];
  return `${needs}, and this one is on ${namedCurve}${other === undefined ? '' : ` (${other})`}`;
}

function unfitRsa(key: KeyObject, algorithm: Algorithm): string | undefined {
  if (key.asymmetricKeyType !== 'rsa') return `${algorithm} needs an RSA key, and this is ${kindOf(key)}`;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < RSA_MIN_BITS) {
    return `${algorithm} needs an RSA key of at least ${RSA_MIN_BITS} bits, and this one has ${modulusLength}`;
  }
  if (modulusLength > RSA_MAX_BITS) {
    return `${algorithm} needs an RSA key of at most ${RSA_MAX_BITS} bits, and this one has ${modulusLength}`;
  }
  if (publicExponent < RSA_MIN_EXPONENT) {
    return `${algorithm} needs an RSA key with a public exponent of at least ${RSA_MIN_EXPONENT.toString()}, and this one's is ${publicExponent.toString()}`;
  }
  if (publicExponent >= RSA_MAX_EXPONENT || publicExponent % 2n === 0n) {
    return `${algorithm} needs an RSA key with an odd public exponent of at most 64 bits; 65537 is usual`;
  }
  return undefined;
}

/** The kinds of keys that teams have beside the two that sign here, each with the reason for which it does not fit. */
const KINDS: Readonly<Record<string, string>> = {
  'rsa-pss': 'an RSA-PSS key (RS algorithms use a plain RSA key)',
  ed25519: 'a key of type ed25519 (EdDSA, which Document Engine cannot verify)',
  ed448: 'a key of type ed448 (EdDSA, which Document Engine cannot verify)',
  dsa: 'a key of type dsa (DSA, which no algorithm of JWTs uses)',
  x25519: 'a key of type x25519 (for key agreement: it cannot sign)',
  x448: 'a key of type x448 (for key agreement: it cannot sign)',
  dh: 'a key of type dh (for key agreement: it cannot sign)',
};

function kindOf(key: KeyObject): string {
  const type = key.asymmetricKeyType ?? 'unknown';
  return KINDS[type] ?? `a key of type ${type}`;
}
