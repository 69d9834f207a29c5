import type * as z from 'zod/mini';
import { claimIn, scopesIn, type ClaimName, type Claims, type TokenRules } from '../../../identity/index.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';
import { unauthenticated } from '../../authentication/bearer.ts';
import {
  callerOf,
  verifiedToken,
  type Caller,
  type CallerDependencies,
} from '../../authentication/caller.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import type { CallerAnswer } from './schemas.ts';

type Answer = z.output<typeof CallerAnswer>;

/** Makes the handler of `GET /v1/caller`: who the service takes the caller for, and which claims it could not read. */
export function getCallerHandler(dependencies: CallerDependencies): ApiHandler {
  return route(routes.getCaller, dependencies.log, (event, note) => {
    const caller = callerOf(event, dependencies);
    note({ userId: loggedUser(caller.subject.userId), groups: caller.subject.groups.length });
    const [claims, rules] = verifiedToken(event, dependencies.callers);
    return json(200, {
      ...asRead(caller),
      ...issueOf(claims),
      unread: unreadClaims(caller, claims, rules),
    } satisfies Answer);
  });
}

function asRead({ subject, clientId, scopes }: Caller): Omit<Answer, 'issuer' | 'expiresAt' | 'unread'> {
  const { userId, name, groups } = subject;
  return {
    userId,
    ...(name !== undefined && { name }),
    ...(clientId !== undefined && { clientId }),
    groups: [...groups],
    scopes: [...scopes],
  };
}

/** The latest time that RFC 3339 can write, in Unix seconds: the end of the year 9999. */
const LATEST = 253_402_300_799;

/** @throws Problem 401 if the token has no issuer or no expiry. Every authorizer has checked both, so no verified token lacks one */
function issueOf({ iss, exp }: Claims): Pick<Answer, 'issuer' | 'expiresAt'> {
  if (typeof iss !== 'string' || typeof exp !== 'number')
    throw unauthenticated('The caller token must have the claims "iss" and "exp".');
  return { issuer: iss, expiresAt: rfc3339(Math.min(Math.floor(exp), LATEST)) };
}

/** Lists the claims that hold something from which the service took nothing. Only the groups can be left out by an issuer. */
function unreadClaims({ subject }: Caller, claims: Claims, { claims: rules }: TokenRules): Answer['unread'] {
  const shape = (claim: ClaimName): Answer['unread'][number] => ({ claim, reason: 'shape' });
  const isThere = (claim: ClaimName): boolean => !isEmpty(claimIn(claims, claim));
  const { unreadGroups, name } = subject;
  return [
    ...(unreadGroups === undefined ? [] : [unreadGroups]),
    ...(name === undefined && isThere(rules.name) ? [shape(rules.name)] : []),
    ...rules.scopes.filter((claim) => isThere(claim) && scopesIn(claims, [claim]).length === 0).map(shape),
  ];
}

/** Issuers send null, an empty text or an empty list in place of a claim without a value. */
function isEmpty(claim: unknown): boolean {
  if (claim === undefined || claim === null) return true;
  return typeof claim === 'string' ? claim.trim() === '' : Array.isArray(claim) && claim.length === 0;
}
