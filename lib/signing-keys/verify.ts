import { verify } from 'node:crypto';
import type { Algorithm } from './algorithms.ts';
import { publicKeyOf } from './jwk.ts';
import type { PublishedKey } from './published-keys.ts';

const HASHES: Readonly<Record<Algorithm, string>> = {
  ES256: 'sha256',
  ES512: 'sha512',
  RS256: 'sha256',
  RS512: 'sha512',
};

/**
 * Tells whether a published key verifies a JWS signature (RFC 7515 section 5.2). The algorithm is the key's own, never the one
 * in the token's header.
 *
 * @param input - the signed text: encoded header, dot, encoded payload
 */
export function verifiesJws(published: PublishedKey, input: string, signature: Buffer): boolean {
  const key = publicKeyOf(published);
  if (key === undefined) return false;
  try {
    // RFC 7518 section 3.4: an ECDSA signature is the concatenation of its two numbers. RSA ignores this option.
    return verify(HASHES[published.alg], Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false; // OpenSSL throws if the signature has a wrong form.
  }
}
