import type { Seconds } from '../runtime/time.ts';

/** The longest token, in bytes: it travels in URLs and headers. */
export const MAX_TOKEN_BYTES = 8192;

const REFRESH_AT = 0.8;

/** Tells when a client should ask for the next token: at 80 % of the life. All since the Unix epoch. */
export function refreshAtOf(issuedAt: Seconds, expiresAt: Seconds): Seconds {
  return issuedAt + Math.floor((expiresAt - issuedAt) * REFRESH_AT);
}
