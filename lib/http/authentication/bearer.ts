import { singleBearer } from '../../identity/index.ts';
import { Problem } from '../problems/problem.ts';

/** The header that RFC 6750 section 3 requires of a 401: the scheme and the error code. */
const INVALID_TOKEN = { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };

/** Makes the 401 for a caller that cannot be identified. */
export function unauthenticated(detail: string): Problem {
  return new Problem('unauthenticated', detail, INVALID_TOKEN);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes the claims of the bearer token that API Gateway has verified. This function verifies nothing: use a claim only if it
 * equals the one that the authorizer passed on.
 *
 * @param authorization - the Authorization header; undefined if there is none
 * @throws Problem 401 unless the header is a single JWS in compact form (RFC 7515 section 3.1) with a JSON object as its payload
 */
export function decodeBearer(authorization: string | undefined): Readonly<Record<string, unknown>> {
  if (authorization === undefined) throw unauthenticated('The Authorization header is missing.');
  const payload = singleBearer(authorization)?.payload;
  if (payload === undefined) {
    throw unauthenticated(
      'The Authorization header must hold exactly one bearer token, a signed JWT of three parts.',
    );
  }
  try {
    const claims: unknown = JSON.parse(utf8.decode(Buffer.from(payload, 'base64url')));
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return { ...claims };
  } catch {
    // Not JSON: refused below. The parser's message is not passed on, because it quotes the token.
  }
  throw unauthenticated("The bearer token's payload must be a JSON object.");
}
