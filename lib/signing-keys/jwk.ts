import { createPublicKey, type KeyObject } from 'node:crypto';
import { unfitFor, type Algorithm } from './algorithms.ts';
import type { PublishedKey } from './published-keys.ts';

/** A public key that verifies signatures, as a JSON Web Key (RFC 7517, RFC 7518 section 6). */
type PublicJwk = (
  | { readonly kty: 'EC'; readonly crv: string; readonly x: string; readonly y: string }
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
) & { readonly use: 'sig'; readonly alg: Algorithm; readonly kid: string };

/** Makes the key object of a published key; undefined if its text is not a public key that fits its algorithm. */
export function publicKeyOf({ alg, publicKey }: PublishedKey): KeyObject | undefined {
  try {
    const key = createPublicKey(publicKey);
    return unfitFor(key, alg) === undefined ? key : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes a published key as a JWK. Its members are named one by one, so that a private key, published by mistake, would not
 * appear in it.
 *
 * @returns undefined if its text is not a public key that fits its algorithm
 */
export function publicJwk(published: PublishedKey): PublicJwk | undefined {
  const { kty, crv, x, y, n, e } = publicKeyOf(published)?.export({ format: 'jwk' }) ?? {};
  const { alg, kid } = published;
  if (kty === 'EC' && crv !== undefined && x !== undefined && y !== undefined)
    return { kty, crv, x, y, use: 'sig', alg, kid };
  if (kty === 'RSA' && n !== undefined && e !== undefined) return { kty, n, e, use: 'sig', alg, kid };
  return undefined;
}
