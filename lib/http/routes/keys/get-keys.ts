import type { output } from 'zod/mini';
import { secondsOf, type Clock } from '../../../runtime/clock.ts';
import type { Logger } from '../../../runtime/log.ts';
import type { Seconds } from '../../../runtime/time.ts';
import { nowVerifies, publicJwk, readPublishedKeys, type PublishedKey } from '../../../signing-keys/index.ts';
import { cacheable } from '../cacheable.ts';
import * as routes from '../catalogue.ts';
import { route, type ApiHandler } from '../route.ts';
import type { Jwks } from './schemas.ts';
import type { Table } from '../../../table/index.ts';

/** The dependencies of publishing keys. They do not reach the secret: published keys hold nothing private. */
export interface GetKeysDependencies {
  readonly table: Table;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Caches keep the keys for a minute, so a verifier soon gets a new key, and soon loses a dropped one. No longer time would do: a
 * rotation publishes its new key only seconds before that key signs, and a verifier is to lose a leaked key at once. If this service fails, a cache
 * can use them for an hour (RFC 5861 section 4), as long as the mint function uses the key that it holds.
 */
const CACHE_CONTROL = 'public, max-age=60, stale-if-error=3600';

/**
 * Every web page can read the keys. They hold nothing that depends on the reader. (API Gateway drops these headers if the stage has
 * `corsOrigins`, and then lets the pages of those origins read the keys.)
 */
const FOR_EVERY_PAGE = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag',
};

/** Makes the handler of `GET /.well-known/jwks.json`: the public keys that now verify tokens. */
export function getKeysHandler({ table, clock, log }: GetKeysDependencies): ApiHandler {
  return route(routes.getKeys, log, async (event, note) => {
    const published = (await readPublishedKeys(table)).filter((key) => nowVerifies(key, secondsOf(clock)));
    const keys = published.toSorted(currentFirst).flatMap((key) => {
      const jwk = publicJwk(key);
      if (jwk === undefined) log.error('a published key cannot be read and is left out', { kid: key.kid });
      return jwk === undefined ? [] : { ...jwk, ...timesOf(key) };
    });
    note({ kids: keys.map(({ kid }) => kid) });
    return cacheable(event, { keys } satisfies output<typeof Jwks>, CACHE_CONTROL, FOR_EVERY_PAGE);
  });
}

/**
 * Gives the times of a key by the names of OpenID Federation 1.0 section 8.7. RFC 7517 section 4 lets a verifier ignore members that it
 * does not know.
 */
function timesOf({ createdAt, verifiesUntil }: PublishedKey): {
  readonly iat?: Seconds;
  readonly exp?: Seconds;
} {
  return {
    ...(createdAt !== undefined && { iat: createdAt }),
    ...(verifiesUntil !== undefined && { exp: verifiesUntil }),
  };
}

const ORDER = { current: 0, pending: 1, previous: 2, dropped: 3 } as const;

/** Sorts the current key first, for verifiers that use only the first key, and equals by `kid`, so that an unchanged set keeps its ETag. */
function currentFirst(one: PublishedKey, other: PublishedKey): number {
  return ORDER[one.state] - ORDER[other.state] || (one.kid < other.kid ? -1 : 1);
}
