import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import {
  claimIn,
  displayName,
  groupsIn,
  isPrincipalName,
  MAX_GROUPS,
  nameInStage,
  scopesIn,
  type CallerRules,
  type Claims,
  type ClaimName,
  type IssuerNames,
  type Subject,
  type TokenRules,
} from '../../identity/index.ts';
import type { Logger } from '../../runtime/log.ts';
import { Problem } from '../problems/problem.ts';
import { verifiedByIssuer } from './lambda-authorizer.ts';
import { verifiedClaims } from './verified-claims.ts';

/** The sender of a request: the person or backend of the verified OIDC token. */
export interface Caller {
  readonly subject: Subject;
  /** The app or backend that the token was issued to: its claim `client_id` (RFC 9068), else `azp` (OpenID Connect Core). For the audit log alone. */
  readonly clientId?: string;
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
  const caller = callerFrom(...verifiedToken(event, callers));
  const { unreadGroups } = caller.subject;
  if (unreadGroups !== undefined) {
    const { requestId } = event.requestContext;
    log.warn(
      'a caller token does not tell the groups of its user',
      { requestId, ...unreadGroups },
      { GroupsUnreadable: 1 },
    );
  }
  return caller;
}

/**
 * Returns the claims of a request's verified token, and the rules by which the stage reads them.
 *
 * @throws Problem 401 if there is no authorizer context, or the bearer token is not the verified one
 */
export function verifiedToken(event: APIGatewayProxyEventV2, rules: CallerRules): [Claims, TokenRules] {
  const { issuers, backends } = rules;
  if (issuers === undefined) return [verifiedClaims(event, rules.claims.userId), rules];
  const { claims, issuer } = verifiedByIssuer(event, issuers);
  return [claims, { claims: issuer.claims, names: issuer.names, backends }];
}

/**
 * Reads a caller from the claims of a verified token.
 *
 * @throws Problem 403 if the token has no user id that can be used, or the caller is in more than 500 groups
 */
export function callerFrom(claims: Claims, { claims: rules, names, backends }: TokenRules): Caller {
  const userId = userIdIn(claims, rules.userId, names);
  const { groups: listed, unread } = groupsIn(claims, rules);
  const groups = listed.flatMap((group) => nameOf(group, names) ?? []);
  if (groups.length > MAX_GROUPS) {
    throw new Problem(
      'too-many-groups',
      `The caller is in ${groups.length} groups; at most ${MAX_GROUPS} are considered.`,
    );
  }
  const name = displayName(claimIn(claims, rules.name));
  const clientId = [claims['client_id'], claims['azp']].map(displayName).find((id) => id !== undefined);
  return {
    ...(clientId !== undefined && { clientId }),
    subject: { userId, groups, ...(unread && { unreadGroups: unread }), ...(name !== undefined && { name }) },
    scopes: new Set([...scopesIn(claims, rules.scopes), ...(backends.get(userId) ?? [])]),
  };
}

/**
 * Names a user or a group of a token in the stage. With several issuers this adds the issuer's prefix to both: a group `admins` of one
 * issuer must not open a document that was granted to the group `admins` of another.
 *
 * @returns undefined for a name that no grant can have, or that another issuer's user or group could have
 */
function nameOf(claim: unknown, names: IssuerNames = UNCHANGED): string | undefined {
  if (typeof claim !== 'string' || !isPrincipalName(claim)) return undefined;
  const name = nameInStage(claim, names);
  return name !== undefined && isPrincipalName(name) ? name : undefined;
}

const UNCHANGED: IssuerNames = { prefix: '', foreignPrefixes: [] };

/** The fault is one of configuration. A new token would not cure it, so the answer is not the one for an expired token. */
function userIdIn(claims: Claims, claim: ClaimName, names: IssuerNames | undefined): string {
  const value = claimIn(claims, claim);
  const userId = nameOf(value, names);
  if (userId !== undefined) return userId;
  throw new Problem('caller-not-identified', `The ${faultOfUserId(value, claim)}`);
}

function faultOfUserId(value: unknown, claim: ClaimName): string {
  if (value === undefined || value === null)
    return `caller token has no claim "${claim}", which must hold the user id.`;
  const subject = `claim "${claim}" of the caller token must be the user id: `;
  return typeof value === 'string' && isPrincipalName(value)
    ? `${subject}it must not begin with the prefix of another issuer, and have at most 512 bytes with its own.`
    : `${subject}a string of 1 to 512 bytes without control characters.`;
}
