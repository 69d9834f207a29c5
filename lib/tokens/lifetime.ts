/** The longest token, in bytes: it travels in URLs and headers. */
export const MAX_TOKEN_BYTES = 8192;

const REFRESH_AT = 0.8;

/** When a client should ask for the next token: at 80 % of the life. All in Unix seconds. */
export function refreshAtOf(issuedAt: number, expiresAt: number): number {
  return issuedAt + Math.floor((expiresAt - issuedAt) * REFRESH_AT);
}
