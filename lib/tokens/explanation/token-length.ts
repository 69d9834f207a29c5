import { createPublicKey } from 'node:crypto';
import { readPublishedKeys, type PublishedKey } from '../../signing-keys/index.ts';
import type { Table } from '../../table/index.ts';
import type { ClientTokenClaims } from '../claims.ts';
import { MAX_TOKEN_BYTES } from '../lifetime.ts';

/** The header of every token has this length: `alg` has five characters, and `kid`, a SHA-256 in base64url, 43. */
const HEADER_BYTES = JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: '-'.repeat(43) }).length;

/** The longest signature: of an RSA key of 16,384 bits, the longest that a signing key can have. */
const LONGEST_SIGNATURE = 2048;

/** The shortest: of ES256 (RFC 7518 section 3.4). */
const SHORTEST_SIGNATURE = 64;

/**
 * Tells whether a token of these claims would be too long to sign, without the private key. Only the length of the signature depends on
 * the key. The published keys are read only if this length decides; without one that signs, the shortest signature counts.
 *
 * @throws StoreUnavailableError if the published keys cannot be read
 */
export async function wouldBeTooLong(claims: ClientTokenClaims, table: Table): Promise<boolean> {
  const rest =
    base64urlLength(HEADER_BYTES) + base64urlLength(Buffer.byteLength(JSON.stringify(claims))) + '..'.length;
  const isTooLongWith = (signatureBytes: number): boolean =>
    rest + base64urlLength(signatureBytes) > MAX_TOKEN_BYTES;
  if (isTooLongWith(SHORTEST_SIGNATURE)) return true;
  if (!isTooLongWith(LONGEST_SIGNATURE)) return false;
  const current = (await readPublishedKeys(table)).find(({ state }) => state === 'current');
  return isTooLongWith(current ? signatureBytesOf(current) : SHORTEST_SIGNATURE);
}

/** Computes the length of a text of so many bytes in base64url without padding (RFC 7515 section 2). */
function base64urlLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}

/** Computes the length of a key's signatures, in bytes (RFC 7518 sections 3.3 and 3.4). */
function signatureBytesOf({ alg, publicKey }: PublishedKey): number {
  switch (alg) {
    case 'ES256':
      return SHORTEST_SIGNATURE;
    case 'ES512':
      return 132;
    case 'RS256':
    case 'RS512':
      return Math.ceil((createPublicKey(publicKey).asymmetricKeyDetails?.modulusLength ?? 0) / 8);
  }
}
