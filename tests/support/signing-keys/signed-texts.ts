import { sign, type KeyObject } from 'node:crypto';

/** Encodes a value as JSON in base64url, and a string as it is. */
export function encoded(part: unknown): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/**
 * Signs any header and any claims with SHA-256, regardless of the header's `alg`. A JWT library would refuse most of them.
 *
 * @param header - a value to encode as JSON, or the text to sign instead
 * @param claims - a value to encode as JSON, or the text to sign instead
 */
export function signedText(header: unknown, claims: unknown, key: KeyObject): string {
  const input = `${encoded(header)}.${encoded(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}
