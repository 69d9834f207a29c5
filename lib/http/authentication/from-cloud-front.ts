import { hash, timingSafeEqual } from 'node:crypto';

/** The header that CloudFront adds to each request, in lower case as API Gateway passes it on. It replaces a header of the viewer. */
export const ORIGIN_HEADER = 'x-layermint-origin';

/**
 * Tells whether a request came through the stage's CloudFront distribution. Anything else that reaches the API has gone around its web
 * ACL. The time that this takes says nothing about the value.
 *
 * @param accepted - the SHA-256 digests of the values that the header can have; two while the value is changed
 */
export function isFromCloudFront(
  headers: Readonly<Record<string, string | undefined>>,
  accepted: readonly Buffer[],
): boolean {
  const value = headers[ORIGIN_HEADER] ?? '';
  if (value === '') return false;
  const given = hash('sha256', value, 'buffer');
  return accepted.map((digest) => timingSafeEqual(digest, given)).includes(true);
}
