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
 * Tells whether a published key verifies a JWS signature (RFC 7515 section 5.2), by its own algorithm and never by what the
 * token's header says.
 *
 * @param input - the encoded header and payload with the dot between, as they were signed
 */
export function verifiesJws(published: PublishedKey, input: string, signature: Buffer): boolean {
  const key = publicKeyOf(published);
  if (key === undefined) return false;
  try {
    // RFC 7518 section 3.4: an ECDSA signature is its two numbers, one after the other. RSA takes no notice of it.
    return verify(HASHES[published.alg], Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false; // OpenSSL stumbled over a signature of a wrong form.
  }
}
