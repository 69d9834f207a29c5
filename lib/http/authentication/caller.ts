import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decodeBearer, unauthenticated } from './bearer.ts';
import { headerOf } from '../messages/headers.ts';
import { Problem } from '../problems/problem.ts';
import {
  displayName,
  isPrincipalName,
  MAX_GROUPS,
  type CallerRules,
  type Subject,
} from '../../identity/index.ts';

/** The sender of a request: the person or backend of the OIDC token that API Gateway verified. */
export interface Caller {
  readonly subject: Subject;
  readonly scopes: ReadonlySet<string>;
}

/** The claims in the authorizer's context. API Gateway writes each one as a string. */
type AuthorizerClaims = Readonly<Record<string, unknown>>;

/**
 * Identifies the caller of a request.
 *
 * The authorizer's context holds the verified claims, but it renders an array as one string, `[a b]`. A group `a b` then looks like
 * two groups. So the bearer token is decoded again, and every claim that is used must equal the authorizer's rendering of it. A
 * display name that differs is not used. It gives no rights, and API Gateway does not document its rendering of every character.
 *
 * @throws Problem 401 if there is no authorizer context, the bearer token is not the verified one, or a claim is missing or malformed;
 * Problem 403 if the caller is in more than 500 groups
 */
export function callerOf(event: APIGatewayProxyEventV2, { claims: names }: CallerRules): Caller {
  const verified = authorizerClaims(event);
  if (verified === undefined) throw unauthenticated('The request did not come through the authorizer.');
  const claims = decodeBearer(headerOf(event, 'authorization'));
  const userId = userIdOf(claims[names.userId], names.userId);
  assertSame(names.userId, userId, verified);
  const groups = listedGroups(claims[names.groups], names.groups);
  // Some issuers send null for a missing claim. It adds no group, so it need not equal the verified claim.
  if (claims[names.groups] !== null) assertSame(names.groups, claims[names.groups], verified);
  const name = displayName(claims[names.name]);
  return {
    subject: {
      userId,
      groups: grantable(groups),
      ...(name !== undefined && name === verified[names.name] && { name }),
    },
    scopes: scopesOf(verified),
  };
}

/** The claims that the authorizer verified; undefined without an authorizer. Lambda's type of the event lacks them. */
function authorizerClaims(event: APIGatewayProxyEventV2): AuthorizerClaims | undefined {
  const { authorizer } = event.requestContext as {
    readonly authorizer?: { readonly jwt?: { readonly claims?: AuthorizerClaims } };
  };
  return authorizer?.jwt?.claims;
}

function assertSame(name: string, claim: unknown, verified: AuthorizerClaims): void {
  const rendered = verified[name];
  if (!isSame(renderedByAuthorizer(claim), rendered))
    throw unauthenticated(`The claim "${name}" of the bearer token differs from the verified one.`);
}

/**
 * Compares a claim with the authorizer's rendering. Only ill-formed text may differ: API Gateway cannot write half a surrogate
 * pair in UTF-8, and does not document the replacement. No name with such a half is ever used.
 */
function isSame(claim: string | undefined, rendered: unknown): boolean {
  if (claim === rendered) return true;
  if (claim === undefined || claim.isWellFormed() || typeof rendered !== 'string') return false;
  return withoutHalves(claim) === withoutHalves(rendered);
}

/** Replaces each run of surrogate halves, and of the characters that encoders write for them, by one character. */
function withoutHalves(text: string): string {
  return text.toWellFormed().replace(/[?\uFFFD]+/g, '?');
}

/** Renders a claim as API Gateway does; undefined for a claim of a type that is not used. */
function renderedByAuthorizer(claim: unknown): string | undefined {
  if (typeof claim === 'string') return claim;
  if (isStringArray(claim)) return `[${claim.join(' ')}]`;
  return undefined;
}

function isStringArray(claim: unknown): claim is string[] {
  return Array.isArray(claim) && claim.every((element) => typeof element === 'string');
}

function userIdOf(claim: unknown, name: string): string {
  if (claim === undefined) throw unauthenticated(`The claim "${name}" with the caller's user id is missing.`);
  if (typeof claim === 'string' && isPrincipalName(claim)) return claim;
  throw unauthenticated(
    `The claim "${name}" must be the caller's user id: a string of 1 to 512 bytes without control characters.`,
  );
}

function listedGroups(claim: unknown, name: string): readonly string[] {
  if (claim === undefined || claim === null) return [];
  if (typeof claim === 'string') return [claim];
  if (isStringArray(claim)) return claim;
  throw unauthenticated(
    `The claim "${name}" must be the caller's groups: an array of strings, or one string.`,
  );
}

/** Drops repeated groups, and names that no grant can have. */
function grantable(listed: readonly string[]): readonly string[] {
  const groups = [...new Set(listed)].filter(isPrincipalName);
  if (groups.length > MAX_GROUPS) {
    throw new Problem(
      'too-many-groups',
      `The caller is in ${groups.length} groups; at most ${MAX_GROUPS} are considered.`,
    );
  }
  return groups;
}

/** Reads the scopes, each a whole word. `scope` separates them by spaces (RFC 8693 section 4.2); some issuers send `scp` instead. */
function scopesOf(verified: AuthorizerClaims): ReadonlySet<string> {
  const claim = verified['scope'] ?? verified['scp'];
  if (typeof claim !== 'string') return new Set();
  return new Set(
    claim
      .replace(/^\[(.*)\]$/s, '$1')
      .split(' ')
      .filter(Boolean),
  );
}
