import { createHash } from 'node:crypto';
import { headerOf } from '../messages/headers.ts';
import { json, type ApiEvent, type ApiResult } from './route.ts';

/**
 * Makes a JSON answer that caches can keep, with a strong `ETag` of its body, or a 304 without a body if the client holds it already
 * (RFC 9110 sections 8.8.3 and 13.1.2).
 *
 * Each answer names `Origin` in `Vary`: with CORS, API Gateway writes the page's origin into the answer, and a cache must not hand
 * that to a page of another origin.
 *
 * @param cacheControl - the value of `Cache-Control`
 * @param others - more headers, for the 304 too
 */
export function cacheable(
  event: ApiEvent,
  body: unknown,
  cacheControl: string,
  others: Readonly<Record<string, string>> = {},
): ApiResult {
  const answer = json(200, body);
  const etag = etagOf(answer.body ?? '');
  const headers = { 'cache-control': cacheControl, etag, vary: 'Origin', ...others };
  if (isHeld(event, etag)) return { statusCode: 304, headers };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** Makes the strong `ETag` of a content. */
export function etagOf(content: string): string {
  return `"${createHash('sha256').update(content).digest('base64url')}"`;
}

/** Tells whether the client already holds this answer (`If-None-Match`: weak comparison). */
export function isHeld(event: ApiEvent, etag: string): boolean {
  const tags = headerOf(event, 'if-none-match')?.split(',') ?? [];
  return tags.some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
