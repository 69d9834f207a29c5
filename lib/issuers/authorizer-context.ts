import { createHash } from 'node:crypto';

/**
 * The answer of our Lambda authorizer to API Gateway, which hands it to the functions of the API in
 * `requestContext.authorizer.lambda`.
 *
 * It binds the very token that was verified, and repeats none of its claims: API Gateway does not document the limits of such a context,
 * nor its rendering of every value. The functions decode the bearer token, and accept it only if it has this digest.
 */
export interface AuthorizerContext {
  /** The stage's name of the issuer that signed the token. */
  readonly issuer: string;
  /** See {@link tokenDigest}. */
  readonly tokenDigest: string;
}

/** Computes the SHA-256 of a token as it was sent, base64url. */
export function tokenDigest(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** The time for which the clocks of an issuer and of this service may differ, seconds. A token counts for so long after its expiry. */
export const CLOCK_TOLERANCE = 30;
