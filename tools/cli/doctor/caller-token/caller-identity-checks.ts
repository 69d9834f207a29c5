import { callerFrom, type Caller } from '../../../../lib/http/authentication/caller.ts';
import { SCOPES } from '../../../../lib/http/authentication/scopes.ts';
import { Problem } from '../../../../lib/http/problems/problem.ts';
import type { CallerRules, Claims } from '../../../../lib/identity/index.ts';
import { settingOf, type CheckedIssuer } from '../discovery/checked-issuer.ts';
import { failed, ok, warning, type Finding } from '../finding.ts';
import { groupCandidates, hasClaim, scopeCandidates, shown, userIdCandidates } from './claim-candidates.ts';

const USER = 'the caller token names its user';
const GROUPS = 'the caller token names the groups of its user';
const SCOPE = 'the caller token gives scopes of Layermint';

/** A claim that no token has: the caller is then read without groups. */
const NO_CLAIM = 'urn:layermint:no-claim';

/** A claim that every token has, as the user id: the groups and the scopes are then read even if the stage's claim is missing. */
const ANY_USER = 'iss';

/** The scopes that a stage gives do not show those of the token. */
const NO_BACKENDS: CallerRules['backends'] = new Map();

/** The claims that the users of many providers can change, or that a provider gives to another person later. */
const UNSAFE_USER_IDS = ['email', 'preferred_username', 'name', 'nickname', 'upn', 'phone_number'];

/**
 * Shows the caller that the service would see, by its own code: the user id, the groups and the scopes. Other claims that look
 * like a user id or like groups are named with the values that they would give.
 *
 * @param issuer - of the token, with the rules of the stage for it
 * @param backends - the scopes that the stage gives to machine callers, by user id
 */
export function* checkIdentity(
  claims: Claims,
  issuer: CheckedIssuer,
  backends: CallerRules['backends'],
): Generator<Finding> {
  yield checkUser(claims, issuer);
  yield checkGroups(claims, issuer);
  yield checkScopes(claims, issuer, backends);
}

function checkUser(claims: Claims, issuer: CheckedIssuer): Finding {
  const name = issuer.claims.userId;
  const setting = settingOf(issuer, 'userIdClaim');
  const others = userIdCandidates(claims, name);
  const caller = readCaller(claims, issuer, { groups: NO_CLAIM });
  if (typeof caller === 'string') {
    return failed(
      USER,
      `${caller}${others}`,
      `Set ${setting} to a claim that the issuer gives to one person for ever, and that no user can change.`,
    );
  }
  const detail = `${JSON.stringify(name)} gives ${JSON.stringify(caller.subject.userId)}${others}`;
  if (!UNSAFE_USER_IDS.includes(name)) return ok(USER, detail);
  return warning(
    USER,
    detail,
    `Users of many providers can change "${name}", or it passes to another person. Anyone who can set it can act as any user. Set ${setting} to "sub" unless your provider rules this out.`,
  );
}

function checkGroups(claims: Claims, issuer: CheckedIssuer): Finding {
  const name = issuer.claims.groups;
  const setting = settingOf(issuer, 'groupsClaim');
  const others = groupCandidates(claims, issuer.claims);
  const caller = readCaller(claims, issuer, { userId: ANY_USER });
  if (typeof caller === 'string') {
    return failed(
      GROUPS,
      `${caller}${others}`,
      `Let the issuer put only the groups of this app into the token, or set ${setting} to a claim with app roles.`,
    );
  }
  const { groups, unreadGroups } = caller.subject;
  if (unreadGroups?.reason === 'left-out') {
    return warning(
      GROUPS,
      `the issuer left them out, as the user is in too many ("_claim_names" or "hasgroups" shows that)${others}`,
      `The user has no groups then, and is refused with "groups-not-in-token". Let the issuer put only the groups of this app into the token, or use app roles ("roles") as ${setting}.`,
    );
  }
  if (unreadGroups !== undefined) {
    return failed(
      GROUPS,
      `the claim ${JSON.stringify(name)} has a shape that cannot be read, so the user has no groups${others}`,
      `Set ${setting} to a claim that holds a list of strings, one string or an object, or let the issuer write the groups so.`,
    );
  }
  if (hasClaim(claims, name)) return ok(GROUPS, `${JSON.stringify(name)} gives ${shown(groups)}${others}`);
  const detail = `it has no claim ${JSON.stringify(name)}, so only grants to the user and to everyone count${others}`;
  if (others === '') return ok(GROUPS, detail);
  return warning(GROUPS, detail, `If one of these holds the groups, set ${setting} to its name.`);
}

function checkScopes(claims: Claims, issuer: CheckedIssuer, backends: CallerRules['backends']): Finding {
  const caller = readCaller(claims, issuer, { userId: ANY_USER, groups: NO_CLAIM });
  const scopes = typeof caller === 'string' ? [] : [...caller.scopes];
  const known: readonly string[] = Object.values(SCOPES);
  const own = scopes.filter((it) => known.includes(it));
  const near = scopes.filter((it) => !known.includes(it) && /layermint/i.test(it));
  const elsewhere = scopeCandidates(claims, known, issuer.claims);
  if (near.length > 0) {
    return warning(
      SCOPE,
      `${shown(near)} is none of ${known.join(', ')}`,
      'Scopes count as whole words. Let the issuer write them exactly so, without a prefix.',
    );
  }
  if (elsewhere.length > 0) {
    return warning(
      SCOPE,
      `${shown(elsewhere)} holds some, and is not among the claims that the stage reads (${shown(issuer.claims.scopes)})`,
      `If no user can get such a value, add the claim to ${settingOf(issuer, 'scopesClaim')}.`,
    );
  }
  const user = readCaller(claims, issuer, { groups: NO_CLAIM });
  const given = typeof user === 'string' ? undefined : backends.get(user.subject.userId);
  const all = [
    ...(own.length > 0 ? [own.join(', ')] : []),
    ...(given ? [`${given.join(', ')} by "backends"`] : []),
  ];
  return all.length === 0
    ? ok(SCOPE, 'none, as for a user; a backend may need one')
    : ok(SCOPE, `${all.join('; ')}: give them to backends alone, to no app on a user's device`);
}

/** Reads the caller as the service does. Returns the sentence of its refusal. @param other - rules in place of the stage's */
function readCaller(
  claims: Claims,
  { claims: rules, names }: CheckedIssuer,
  other: Partial<CheckedIssuer['claims']>,
): Caller | string {
  try {
    return callerFrom(claims, {
      claims: { ...rules, ...other },
      ...(names && { names }),
      backends: NO_BACKENDS,
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message.replace(/\.$/, '');
  }
}
