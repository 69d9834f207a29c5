import { hash } from 'node:crypto';

const FAMILY_BYTES = 16;

/**
 * The `jti` of all tokens that a user holds for a document in one epoch (RFC 7519 section 4.1.7 asks for an id that is
 * not assigned twice by accident; here a family of tokens shares one on purpose, so that Document Engine revokes all
 * of them by one). SHA-256 of a JSON array, which no choice of ids can make ambiguous, cut to 128 bits, base64url.
 */
export function familyId(documentId: string, userId: string, epoch: number): string {
  return hash('sha256', JSON.stringify([documentId, userId, epoch]), 'buffer')
    .subarray(0, FAMILY_BYTES)
    .toString('base64url');
}
