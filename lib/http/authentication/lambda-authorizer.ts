import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { singleBearer, type IssuerRules } from '../../identity/index.ts';
import { CLOCK_TOLERANCE, tokenDigest } from '../../issuers/index.ts';
import { toSeconds } from '../../runtime/time.ts';
import { headerOf } from '../messages/headers.ts';
import { decodeBearer, unauthenticated } from './bearer.ts';

/** The claims of a token that the Lambda authorizer verified, and the rules of its issuer. */
export interface VerifiedByIssuer {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly issuer: IssuerRules;
}

/**
 * Returns the claims of the token that the Lambda authorizer verified, in a stage with several issuers.
 *
 * The authorizer's context has the digest of the verified token. The bearer token of the request must have the same, so all of its
 * claims are verified. API Gateway may have kept the authorizer's answer for a minute, also across a deployment. So the issuer must be
 * one that the stage has now, and the token must not have expired since.
 *
 * @param issuers - by the issuer's name
 * @throws Problem 401 if there is no context of the Lambda authorizer, the bearer token is not the verified one, or it has expired
 */
export function verifiedByIssuer(
  event: APIGatewayProxyEventV2,
  issuers: ReadonlyMap<string, IssuerRules>,
): VerifiedByIssuer {
  const { issuer: name, tokenDigest: digest } = authorizerContext(event);
  const authorization = headerOf(event, 'authorization');
  const claims = decodeBearer(authorization);
  const token = singleBearer(authorization ?? '')?.token ?? '';
  if (tokenDigest(token) !== digest) throw unauthenticated('The bearer token differs from the verified one.');
  const issuer = issuers.get(name);
  if (issuer === undefined || claims['iss'] !== issuer.issuer) {
    throw unauthenticated("The API no longer accepts tokens of the bearer token's issuer.");
  }
  const { exp } = claims;
  // API Gateway's time of the request. No part of it comes from the client.
  const now = toSeconds(event.requestContext.timeEpoch);
  if (typeof exp !== 'number' || exp + CLOCK_TOLERANCE <= now) {
    throw unauthenticated('The bearer token has expired.');
  }
  return { claims, issuer };
}

/** Reads the answer of the Lambda authorizer. Lambda's type of the event lacks it. */
function authorizerContext(event: APIGatewayProxyEventV2): { issuer: string; tokenDigest: string } {
  const { authorizer } = event.requestContext as {
    readonly authorizer?: { readonly lambda?: Readonly<Record<string, unknown>> | null };
  };
  const { issuer, tokenDigest: digest } = authorizer?.lambda ?? {};
  if (typeof issuer === 'string' && typeof digest === 'string') return { issuer, tokenDigest: digest };
  throw unauthenticated('The request did not come through the authorizer.');
}
