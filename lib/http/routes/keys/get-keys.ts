import { createHash } from 'node:crypto';
import type { output } from 'zod/mini';
import { secondsOf, type Clock } from '../../../runtime/clock.ts';
import type { Logger } from '../../../runtime/log.ts';
import { nowVerifies, publicJwk, readPublishedKeys, type PublishedKey } from '../../../signing-keys/index.ts';
import { headerOf } from '../../messages/headers.ts';
import type { Jwks } from './schemas.ts';
import { json, route, type ApiEvent, type ApiHandler } from '../route.ts';
import type { Table } from '../../../table/index.ts';

/** The dependencies of publishing keys. They do not reach the secret: published keys hold nothing private. */
export interface GetKeysDependencies {
  readonly table: Table;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Caches keep the keys for a minute, so a verifier soon gets a new key, and soon loses a dropped one. If this service fails, a cache
 * can use them for an hour (RFC 5861 section 4), as long as the mint function uses the key that it holds.
 */
const CACHE_CONTROL = 'public, max-age=60, stale-if-error=3600';

/** Makes the handler of `GET /.well-known/jwks.json`: the public keys that now verify tokens. */
export function getKeysHandler({ table, clock, log }: GetKeysDependencies): ApiHandler {
  return route('getKeys', log, async (event, note) => {
    const published = (await readPublishedKeys(table)).filter((key) => nowVerifies(key, secondsOf(clock)));
    const keys = published.toSorted(currentFirst).flatMap((key) => {
      const jwk = publicJwk(key);
      if (jwk === undefined) log.error('a published key cannot be read and is left out', { kid: key.kid });
      return jwk ?? [];
    });
    note({ kids: keys.map(({ kid }) => kid) });
    const answer = json(200, { keys } satisfies output<typeof Jwks>, { 'cache-control': CACHE_CONTROL });
    const etag = `"${createHash('sha256')
      .update(answer.body ?? '')
      .digest('base64url')}"`;
    const headers = { ...answer.headers, etag };
    return holds(event, etag)
      ? { statusCode: 304, headers: { 'cache-control': CACHE_CONTROL, etag } }
      : { ...answer, headers };
  });
}

const ORDER = { current: 0, pending: 1, previous: 2, dropped: 3 } as const;

/** Sorts the current key first, for verifiers that use only the first key, and equals by `kid`, so that an unchanged set keeps its ETag. */
function currentFirst(one: PublishedKey, other: PublishedKey): number {
  return ORDER[one.state] - ORDER[other.state] || (one.kid < other.kid ? -1 : 1);
}

/** Tells whether the client already holds this answer (`If-None-Match`, RFC 9110 section 13.1.2: weak comparison). */
function holds(event: ApiEvent, etag: string): boolean {
  const tags = headerOf(event, 'if-none-match')?.split(',') ?? [];
  return tags.some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
