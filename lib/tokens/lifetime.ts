import type { Seconds } from '../runtime/time.ts';

/** The longest token, in bytes. Tokens travel in URLs and headers, which servers limit to about 8 KB. */
export const MAX_TOKEN_BYTES = 8192;

const REFRESH_AT = 0.8;

/** Returns the time for a client to ask for the next token: at 80 % of the life. All times are since the Unix epoch. */
export function refreshAtOf(issuedAt: Seconds, expiresAt: Seconds): Seconds {
  return issuedAt + Math.floor((expiresAt - issuedAt) * REFRESH_AT);
}
