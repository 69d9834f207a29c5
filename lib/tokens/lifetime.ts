import type { Random } from '../runtime/random.ts';
import type { Seconds } from '../runtime/time.ts';

/** The longest token, in bytes. Tokens travel in URLs and headers, which servers limit to about 8 KB. */
export const MAX_TOKEN_BYTES = 8192;

const REFRESH_FROM = 70; // percent of the life
const REFRESH_UNTIL = 85;

/**
 * Chooses the time for a client to ask for the next token: at random between 70 and 85 % of the life. Clients that got
 * their tokens at the same moment, for example after an outage, then do not come back at the same moment.
 *
 * @param issuedAt - since the Unix epoch, in whole seconds
 * @param expiresAt - since the Unix epoch, in whole seconds
 * @returns whole seconds since the Unix epoch, from `issuedAt` on and before `expiresAt`. A life of a few seconds can
 * have no whole second between these bounds; the last one before 85 % is taken then.
 */
export function refreshAtOf(issuedAt: Seconds, expiresAt: Seconds, random: Random): Seconds {
  const life = expiresAt - issuedAt;
  const latest = Math.floor((life * REFRESH_UNTIL) / 100);
  const earliest = Math.min(Math.ceil((life * REFRESH_FROM) / 100), latest);
  return issuedAt + earliest + Math.floor(random() * (latest - earliest + 1));
}
