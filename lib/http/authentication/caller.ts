import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decodeBearer, unauthenticated } from './bearer.ts';
import { headerOf } from '../messages/headers.ts';
import { Problem } from '../problems/problem.ts';
import { isPrincipalName, MAX_GROUPS, type Subject, type ClaimNames } from '../../identity/index.ts';

/** The holder of the OIDC token that API Gateway verified. */
export interface Caller {
  readonly subject: Subject;
  readonly scopes: ReadonlySet<string>;
}

/** The authorizer's claims: each one as a text. */
type AuthorizerClaims = Readonly<Record<string, unknown>>;

/**
 * Identifies the caller of a request.
 *
 * The authorizer's context is what was verified, but it renders an array as one text, `[a b]`, in which a group `a b`
 * cannot be told from two groups. So the bearer is decoded again, and every claim that is used must equal the
 * authorizer's rendering of it.
 *
 * @throws Problem 401 if there is no authorizer context, the bearer is not the one that was verified, or a claim is
 * missing or malformed; Problem 403 if the caller is in more than 500 groups.
 */
export function callerOf(event: APIGatewayProxyEventV2, names: ClaimNames): Caller {
  const verified = authorizerClaims(event);
  if (verified === undefined) throw unauthenticated('The request did not come through the authorizer.');
  const claims = decodeBearer(headerOf(event, 'authorization'));
  const userId = userIdOf(claims[names.userId], names.userId);
  assertSame(names.userId, userId, verified);
  const groups = listedGroups(claims[names.groups], names.groups);
  // Some issuers write null for no groups. It is not used, and neither is a name that is no text.
  if (claims[names.groups] !== null) assertSame(names.groups, claims[names.groups], verified);
  const name = claims[names.name];
  if (name === undefined || typeof name === 'string') assertSame(names.name, name, verified);
  const shown = displayName(name);
  return {
    subject: { userId, groups: grantable(groups), ...(shown !== undefined && { name: shown }) },
    scopes: scopesOf(verified),
  };
}

/** The claims that the authorizer verified, if there was one; Lambda's type of the event does not foresee that. */
function authorizerClaims(event: APIGatewayProxyEventV2): AuthorizerClaims | undefined {
  const { authorizer } = event.requestContext as {
    readonly authorizer?: { readonly jwt?: { readonly claims?: AuthorizerClaims } };
  };
  return authorizer?.jwt?.claims;
}

function assertSame(name: string, claim: unknown, verified: AuthorizerClaims): void {
  const rendered = verified[name];
  const same = claim === undefined ? rendered === undefined : rendered === renderedByAuthorizer(claim);
  if (!same)
    throw unauthenticated(`The claim "${name}" of the bearer token is not the one that was verified.`);
}

/** The text that API Gateway makes of a claim. */
function renderedByAuthorizer(claim: unknown): string | undefined {
  if (typeof claim === 'string') return claim;
  if (isListOfTexts(claim)) return `[${claim.join(' ')}]`;
  return undefined; // Nothing that is used has another type.
}

function isListOfTexts(claim: unknown): claim is string[] {
  return Array.isArray(claim) && claim.every((element) => typeof element === 'string');
}

function userIdOf(claim: unknown, name: string): string {
  if (typeof claim === 'string' && isPrincipalName(claim)) return claim;
  throw unauthenticated(
    `The claim "${name}" must be the caller's user id: a text of 1 to 512 bytes without control characters.`,
  );
}

function listedGroups(claim: unknown, name: string): readonly string[] {
  if (claim === undefined || claim === null) return [];
  if (typeof claim === 'string') return [claim];
  if (isListOfTexts(claim)) return claim;
  throw unauthenticated(`The claim "${name}" must be the caller's groups: a list of texts, or one text.`);
}

/** Groups without repeats, and without names that cannot have been given a grant. */
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

/** The scopes, each a whole word (RFC 8693 section 4.2: `scope` is a list with spaces; some issuers send `scp`). */
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

/** The name that records show, if the token has one that can be shown; the rules are those of user ids. */
function displayName(claim: unknown): string | undefined {
  return typeof claim === 'string' && isPrincipalName(claim) ? claim : undefined;
}
