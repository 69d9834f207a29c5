import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decodeBearer, unauthenticated } from './bearer.ts';
import { headerOf } from '../messages/headers.ts';
import { Problem } from '../problems/problem.ts';
import { isPrincipalName, MAX_GROUPS, type Subject, type ClaimNames } from '../../identity/index.ts';

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
 * two groups. So the bearer token is decoded again, and every claim that is used must equal the authorizer's rendering of it.
 *
 * @throws Problem 401 if there is no authorizer context, the bearer token is not the verified one, or a claim is missing or malformed;
 * Problem 403 if the caller is in more than 500 groups
 */
export function callerOf(event: APIGatewayProxyEventV2, names: ClaimNames): Caller {
  const verified = authorizerClaims(event);
  if (verified === undefined) throw unauthenticated('The request did not come through the authorizer.');
  const claims = decodeBearer(headerOf(event, 'authorization'));
  const userId = userIdOf(claims[names.userId], names.userId);
  assertSame(names.userId, userId, verified);
  const groups = listedGroups(claims[names.groups], names.groups);
  // Some issuers send null for a missing claim. It adds no group, so it need not equal the verified claim; nor need an unused name.
  if (claims[names.groups] !== null) assertSame(names.groups, claims[names.groups], verified);
  const name = claims[names.name];
  if (name === undefined || typeof name === 'string') assertSame(names.name, name, verified);
  const shown = displayName(name);
  return {
    subject: { userId, groups: grantable(groups), ...(shown !== undefined && { name: shown }) },
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
  const same = claim === undefined ? rendered === undefined : rendered === renderedByAuthorizer(claim);
  if (!same) throw unauthenticated(`The claim "${name}" of the bearer token differs from the verified one.`);
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

/** Returns the name to show in records; undefined unless it keeps the rules of user ids. */
function displayName(claim: unknown): string | undefined {
  return typeof claim === 'string' && isPrincipalName(claim) ? claim : undefined;
}
