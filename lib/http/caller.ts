import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isPrincipalName, MAX_GROUPS, type Subject } from '../grants/index.ts';
import { decodeBearer, unauthenticated } from './bearer.ts';
import { headerOf } from './headers.ts';
import { Problem } from './problem.ts';

/** Whoever holds the OIDC token that API Gateway verified. */
export interface Caller {
  readonly subject: Subject;
  readonly scopes: ReadonlySet<string>;
}

/** The claims of the caller's token to go by; stage parameters, as every issuer names them differently. */
export interface ClaimNames {
  readonly userId: string;
  readonly groups: string;
  readonly name: string;
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
 * @throws Problem 401 where there is no authorizer context, the bearer is not the one that was verified, or a claim is
 * missing or malformed; Problem 403 where the caller is in more than 500 groups.
 */
export function callerOf(event: APIGatewayProxyEventV2, names: ClaimNames): Caller {
  const verified = authorizerClaims(event);
  if (verified === undefined) throw unauthenticated('The request did not come through the authorizer.');
  const claims = decodeBearer(headerOf(event, 'authorization'));
  assertSame(names.userId, claims, verified);
  assertSame(names.groups, claims, verified);
  // Some issuers say `"name": null`. What is no text is no name, and is not used.
  if (claims[names.name] !== null) assertSame(names.name, claims, verified);

  const userId = verified[names.userId];
  if (typeof userId !== 'string' || typeof claims[names.userId] !== 'string' || !isPrincipalName(userId)) {
    throw unauthenticated(
      `The claim "${names.userId}" must be the caller's user id: a text of 1 to 512 bytes without control characters.`,
    );
  }
  const name = displayName(claims[names.name]);
  return {
    subject: {
      userId,
      groups: groupsOf(claims[names.groups], names.groups),
      ...(name !== undefined && { name }),
    },
    scopes: scopesOf(verified),
  };
}

/** The claims that the authorizer verified, where there was one; Lambda's type of the event does not foresee that. */
function authorizerClaims(event: APIGatewayProxyEventV2): AuthorizerClaims | undefined {
  const { authorizer } = event.requestContext as {
    readonly authorizer?: { readonly jwt?: { readonly claims?: AuthorizerClaims } };
  };
  return authorizer?.jwt?.claims;
}

function assertSame(name: string, decoded: AuthorizerClaims, verified: AuthorizerClaims): void {
  const [claim, rendered] = [decoded[name], verified[name]];
  const same = claim === undefined ? rendered === undefined : rendered === renderedByAuthorizer(claim);
  if (!same)
    throw unauthenticated(`The claim "${name}" of the bearer token is not the one that was verified.`);
}

/** The text that API Gateway makes of a claim. */
function renderedByAuthorizer(claim: unknown): string | undefined {
  if (typeof claim === 'string') return claim;
  if (typeof claim === 'boolean') return String(claim);
  if (Array.isArray(claim) && claim.every((element) => typeof element === 'string'))
    return `[${claim.join(' ')}]`;
  return undefined; // Nothing that is used has another type.
}

/** A name that cannot have been given a grant is left out; one in an array of other things makes the claim unusable. */
function groupsOf(claim: unknown, name: string): readonly string[] {
  const listed: unknown = claim === undefined ? [] : typeof claim === 'string' ? [claim] : claim;
  if (!Array.isArray(listed) || !listed.every((group) => typeof group === 'string')) {
    throw unauthenticated(`The claim "${name}" must be a list of group names, or one group name.`);
  }
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

/** The name that records show, where the token has one that can be shown; the rules are those of user ids. */
function displayName(claim: unknown): string | undefined {
  return typeof claim === 'string' && isPrincipalName(claim) ? claim : undefined;
}
