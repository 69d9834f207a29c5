import { createHash } from 'node:crypto';
import type { output } from 'zod/mini';
import { secondsOf, type Clock } from '../../../runtime/clock.ts';
import type { Logger } from '../../../runtime/log.ts';
import { nowVerifies, publicJwk, readPublishedKeys, type PublishedKey } from '../../../signing-keys/index.ts';
import { headerOf } from '../../messages/headers.ts';
import type { Jwks } from './schemas.ts';
import { json, route, type ApiEvent, type ApiHandler } from '../route.ts';
import type { Table } from '../../../table/index.ts';

/** The parts that publishing keys takes: the published keys only, which cannot hold anything private. */
export interface GetKeysDependencies {
  readonly table: Table;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * For a minute: a verifier that meets a new `kid` and asks again soon learns of it, and a dropped key is gone as soon. If
 * this service fails, a cache may keep them for an hour, as the mint function keeps its key (RFC 5861 section 4).
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

/** For those who take the first; among equals by `kid`, so that an unchanged set keeps its ETag. */
function currentFirst(one: PublishedKey, other: PublishedKey): number {
  return ORDER[one.state] - ORDER[other.state] || (one.kid < other.kid ? -1 : 1);
}

/** Tells whether a cache says that it holds this already (`If-None-Match`, RFC 9110 section 13.1.2: weak comparison). */
function holds(event: ApiEvent, etag: string): boolean {
  const tags = headerOf(event, 'if-none-match')?.split(',') ?? [];
  return tags.some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
