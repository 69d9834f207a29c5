import { sign, type KeyObject } from 'node:crypto';

/** JSON in base64url; a string is taken as it is. */
export function encoded(part: unknown): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/**
 * Signs any header and any claims with SHA-256, whatever the header says: an honest library would refuse most of them.
 *
 * @param header - JSON, or a text that is taken for it
 * @param claims - JSON, or a text that is taken for it
 */
export function signedText(header: unknown, claims: unknown, key: KeyObject): string {
  const input = `${encoded(header)}.${encoded(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}
