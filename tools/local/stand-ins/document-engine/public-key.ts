import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { Algorithm } from './options.ts';

/** A key that verifies tokens. */
export interface PublicKey {
  readonly key: KeyObject;
  /** RFC 7638 thumbprint (SHA-256, base64url): the same for two PEMs of the same key. */
  readonly thumbprint: string;
}

const curves: Partial<Record<Algorithm, string>> = { ES256: 'prime256v1', ES512: 'secp521r1' };

/**
 * Reads an SPKI PEM.
 *
 * @returns the key, or undefined if the text is not one or the key is not of the algorithm's type and curve
 */
export function parsePublicKey(pem: string, algorithm: Algorithm): PublicKey | undefined {
  // Node would derive a public key from a private one. Document Engine must never get one.
  if (!pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) return undefined;
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    return undefined;
  }
  const curve = curves[algorithm];
  const fits =
    curve === undefined
      ? key.asymmetricKeyType === 'rsa'
      : key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === curve;
  return fits ? { key, thumbprint: thumbprintOf(key) } : undefined;
}

function thumbprintOf(key: KeyObject): string {
  const { crv, e, kty, n, x, y } = key.export({ format: 'jwk' });
  // RFC 7638 section 3.2: the required members in lexicographic order. JSON leaves out the undefined ones.
  return createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url');
}
