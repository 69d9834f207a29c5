import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import {
  claimIn,
  displayName,
  groupsIn,
  isPrincipalName,
  MAX_GROUPS,
  scopesIn,
  type CallerRules,
  type Claims,
  type ClaimName,
  type Subject,
} from '../../identity/index.ts';
import type { Logger } from '../../runtime/log.ts';
import { Problem } from '../problems/problem.ts';
import { verifiedClaims } from './verified-claims.ts';

/** The sender of a request: the person or backend of the verified OIDC token. */
export interface Caller {
  readonly subject: Subject;
  readonly scopes: ReadonlySet<string>;
}

/** The parts that identifying a caller needs. */
export interface CallerDependencies {
  readonly callers: CallerRules;
  readonly log: Logger;
}

/**
 * Identifies the caller of a request. If the token does not tell the caller's groups, this is logged and counted, and the caller has
 * none.
 *
 * @throws Problem 401 if there is no authorizer context, or the bearer token is not the verified one; Problem 403 as {@link callerFrom}
 */
export function callerOf(event: APIGatewayProxyEventV2, { callers, log }: CallerDependencies): Caller {
  const caller = callerFrom(verifiedClaims(event, callers.claims.userId), callers);
  const { unreadGroups } = caller.subject;
  if (unreadGroups !== undefined) {
    const { requestId } = event.requestContext;
    log.warn('a caller token does not tell the groups of its user', { requestId, ...unreadGroups });
    log.count('GroupsUnreadable');
  }
  return caller;
}

/**
 * Reads a caller from the claims of a verified token.
 *
 * @throws Problem 403 if the token has no user id that can be used, or the caller is in more than 500 groups
 */
export function callerFrom(claims: Claims, { claims: names, backends }: CallerRules): Caller {
  const userId = userIdIn(claims, names.userId);
  const { groups, unread } = groupsIn(claims, names);
  if (groups.length > MAX_GROUPS) {
    throw new Problem(
      'too-many-groups',
      `The caller is in ${groups.length} groups; at most ${MAX_GROUPS} are considered.`,
    );
  }
  const name = displayName(claimIn(claims, names.name));
  return {
    subject: { userId, groups, ...(unread && { unreadGroups: unread }), ...(name !== undefined && { name }) },
    scopes: new Set([...scopesIn(claims, names.scopes), ...(backends.get(userId) ?? [])]),
  };
}

/** The fault is one of configuration. A new token would not cure it, so the answer is not the one for an expired token. */
function userIdIn(claims: Claims, name: ClaimName): string {
  const claim = claimIn(claims, name);
  if (typeof claim === 'string' && isPrincipalName(claim)) return claim;
  throw new Problem(
    'caller-not-identified',
    claim === undefined || claim === null
      ? `The caller token has no claim "${name}", which must hold the user id.`
      : `The claim "${name}" of the caller token must be the user id: a string of 1 to 512 bytes without control characters.`,
  );
}
