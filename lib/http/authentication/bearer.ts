import { Problem } from '../problems/problem.ts';

/** The header that RFC 6750 section 3 asks of a 401: the scheme, and the reason of the refusal. */
const INVALID_TOKEN = { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };

/** Makes the problem of a caller that cannot be identified. */
export function unauthenticated(detail: string): Problem {
  return new Problem('unauthenticated', detail, INVALID_TOKEN);
}

// The scheme is optional, as it is for API Gateway. A comma cannot occur: repeated headers arrive joined by one.
const SINGLE_BEARER = /^(?:Bearer +)?([\w-]+)\.([\w-]+)\.([\w-]+)$/i;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Decodes the claims of the bearer that API Gateway has verified. Nothing is verified here: only claims that equal
 * what the authorizer passed on may be used.
 *
 * @param authorization - the Authorization header
 * @throws Problem 401 unless the header is a single JWS in compact form (RFC 7515 section 3.1) with a JSON object.
 */
export function decodeBearer(authorization: string | undefined): Readonly<Record<string, unknown>> {
  const payload = authorization === undefined ? undefined : SINGLE_BEARER.exec(authorization)?.[2];
  if (payload === undefined) {
    throw unauthenticated(
      'The Authorization header must hold exactly one bearer token, a signed JWT of three parts.',
    );
  }
  try {
    const claims: unknown = JSON.parse(utf8.decode(Buffer.from(payload, 'base64url')));
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return { ...claims };
  } catch {
    // Not JSON: refused below, without the parser's message, which quotes the token.
  }
  throw unauthenticated("The bearer token's payload must be a JSON object.");
}
