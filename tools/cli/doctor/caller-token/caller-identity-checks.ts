import type { JWTPayload } from 'jose';
import { callerFrom, type Caller } from '../../../../lib/http/authentication/caller.ts';
import { SCOPES } from '../../../../lib/http/authentication/scopes.ts';
import { Problem } from '../../../../lib/http/problems/problem.ts';
import type { CallerRules, ClaimRules } from '../../../../lib/identity/index.ts';
import { textOf, type CheckedStage } from '../checked-stage.ts';
import { failed, ok, warning, type Finding } from '../finding.ts';
import { groupCandidates, groupsLeftOut, hasClaim, shown, userIdCandidates } from './claim-candidates.ts';

const USER = 'the caller token names its user';
const GROUPS = 'the caller token names the groups of its user';
const SCOPE = 'the caller token gives scopes of Layermint';

/** A claim that no token has: the caller is then read without groups. */
const NO_CLAIM = 'urn:layermint:no-claim';

/** A claim that every token has, as the user id: the groups and the scopes are then read even if the stage's claim is missing. */
const ANY_USER = 'iss';

/** The scopes that a stage gives do not show what the token has. */
const NO_BACKENDS: CallerRules['backends'] = new Map();

/** The claims that the users of many providers can change, or that a provider gives to another person later. */
const UNSAFE_USER_IDS = ['email', 'preferred_username', 'name', 'nickname', 'upn', 'phone_number'];

/**
 * Shows the caller that the service would see, by its own code: the user id, the groups and the scopes. Other claims that look
 * like a user id or like groups are named with the values that they would give.
 */
export function* checkIdentity(claims: JWTPayload, stage: CheckedStage): Generator<Finding> {
  const names: ClaimRules = {
    userId: textOf(stage, 'userIdClaim') ?? 'sub',
    groups: textOf(stage, 'groupsClaim') ?? 'cognito:groups',
    name: textOf(stage, 'nameClaim') ?? 'name',
    scopes: ['scope', 'scp'],
  };
  yield checkUser(claims, names);
  yield checkGroups(claims, names);
  yield checkScopes(claims, names);
}

function checkUser(claims: JWTPayload, names: ClaimRules): Finding {
  const others = userIdCandidates(claims, names.userId);
  const caller = readCaller(claims, { ...names, groups: NO_CLAIM });
  if (typeof caller === 'string') {
    return failed(
      USER,
      `${caller}${others}`,
      'Set "userIdClaim" to a claim that the issuer gives to one person for ever, and that no user can change.',
    );
  }
  const detail = `${JSON.stringify(names.userId)} gives ${JSON.stringify(caller.subject.userId)}${others}`;
  if (!UNSAFE_USER_IDS.includes(names.userId)) return ok(USER, detail);
  return warning(
    USER,
    detail,
    `Users of many providers can change "${names.userId}", or it passes to another person. Anyone who can set it can act as any user. Set "userIdClaim" to "sub" unless your provider rules this out.`,
  );
}

function checkGroups(claims: JWTPayload, names: ClaimRules): Finding {
  const others = groupCandidates(claims, names.groups);
  const leftOut = groupsLeftOut(claims);
  const caller = readCaller(claims, { ...names, userId: ANY_USER });
  if (leftOut !== undefined) {
    return warning(
      GROUPS,
      `the issuer left them out, as the user is in too many (${leftOut})${others}`,
      'Let the issuer put only the groups of this app into the token, or use app roles ("roles") as "groupsClaim".',
    );
  }
  if (typeof caller === 'string') {
    return failed(
      GROUPS,
      `${caller}${others}`,
      'Let the issuer put only the groups of this app into the token, or use app roles ("roles") as "groupsClaim".',
    );
  }
  if (caller.subject.unreadGroups !== undefined) {
    return failed(
      GROUPS,
      `the groups in the claim "${names.groups}" cannot be read, so the user has none${others}`,
      'Set "groupsClaim" to a claim that holds a list of strings, one string, or an object, or let the issuer write the groups so.',
    );
  }
  const { groups } = caller.subject;
  if (hasClaim(claims, names.groups))
    return ok(GROUPS, `${JSON.stringify(names.groups)} gives ${shown(groups)}${others}`);
  const detail = `it has no claim ${JSON.stringify(names.groups)}, so only grants to the user and to everyone count${others}`;
  if (others === '') return ok(GROUPS, detail);
  return warning(
    GROUPS,
    detail,
    'If one of these holds the groups, set "groupsClaim" to its name. A nested one must first be mapped to a claim at the top of the token.',
  );
}

function checkScopes(claims: JWTPayload, names: ClaimRules): Finding {
  const caller = readCaller(claims, { ...names, userId: ANY_USER, groups: NO_CLAIM });
  const scopes = typeof caller === 'string' ? [] : [...caller.scopes];
  const known: readonly string[] = Object.values(SCOPES);
  const own = scopes.filter((it) => known.includes(it));
  const near = scopes.filter((it) => !known.includes(it) && /layermint/i.test(it));
  if (near.length > 0) {
    return warning(
      SCOPE,
      `${shown(near)} is none of ${known.join(', ')}`,
      'Scopes count as whole words. Let the issuer write them exactly so, without a prefix.',
    );
  }
  return own.length === 0
    ? ok(SCOPE, 'none, as for a user; a backend may need one')
    : ok(SCOPE, `${own.join(', ')}: give them to backends alone, to no app on a user's device`);
}

/** Reads the caller as the service does. Returns the sentence of its refusal. */
function readCaller(claims: JWTPayload, names: ClaimRules): Caller | string {
  try {
    return callerFrom(claims, { claims: names, backends: NO_BACKENDS });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message.replace(/\.$/, '');
  }
}
