import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { claimIn, isPrincipalName, type ClaimName, type Claims } from '../../identity/index.ts';
import { headerOf } from '../messages/headers.ts';
import { decodeBearer, unauthenticated } from './bearer.ts';
import { isRenderingOf, isRenderingOfAudience } from './rendered-claim.ts';

/** The claims by which the verified token is recognized, if the authorizer's context has them. */
const IDENTIFYING = ['iss', 'sub', 'aud', 'client_id', 'exp', 'iat', 'jti'];

/**
 * Returns the claims of the token that API Gateway's JWT authorizer verified.
 *
 * The authorizer's context holds them as text, in forms that are ambiguous: a group `a b` looks like two groups. So the bearer token is
 * decoded again, once. It must be the verified one: the header holds a single token, and its identifying claims and its user id equal
 * those of the context. Everything else is then taken from the bearer.
 *
 * @param userId - the claim with the user id. If it is nested, the context does not have it by itself, and the identifying claims alone
 * show that the bearer is the verified token
 * @throws Problem 401 if there is no authorizer context, or the bearer token is not the verified one
 */
export function verifiedClaims(event: APIGatewayProxyEventV2, userId: ClaimName): Claims {
  const verified = authorizerClaims(event);
  if (verified === undefined) throw unauthenticated('The request did not come through the authorizer.');
  const claims = decodeBearer(headerOf(event, 'authorization'));
  const identifying = IDENTIFYING.filter((name) => Object.hasOwn(verified, name));
  // API Gateway verifies "iss" and "exp" of every token. A context without any of these claims shows no token.
  if (identifying.length === 0) throw unauthenticated('The authorizer did not pass on the verified claims.');
  const compared = [
    ...identifying.filter((name) => name !== userId),
    ...(mustEqual(claims, verified, userId) ? [userId] : []),
  ];
  const different = compared.find((name) => {
    const isSame = name === 'aud' ? isRenderingOfAudience : isRenderingOf;
    return !isSame(claimIn(claims, name), claimIn(verified, name));
  });
  if (different === undefined) return claims;
  throw unauthenticated(`The claim "${different}" of the bearer token differs from the verified one.`);
}

/** Leaves a claim at the top that is no user id to the code that reads it, which refuses it for its shape. */
function mustEqual(claims: Claims, verified: Claims, userId: ClaimName): boolean {
  if (userId.startsWith('/')) return false;
  const claim = claimIn(claims, userId);
  return claim === undefined
    ? Object.hasOwn(verified, userId)
    : typeof claim === 'string' && isPrincipalName(claim);
}

/** The claims that the authorizer verified; undefined without an authorizer. Lambda's type of the event lacks them. */
function authorizerClaims(event: APIGatewayProxyEventV2): Claims | undefined {
  const { authorizer } = event.requestContext as {
    readonly authorizer?: { readonly jwt?: { readonly claims?: Claims } };
  };
  return authorizer?.jwt?.claims;
}
