import {
  claimIn,
  groupsIn,
  scopesIn,
  type ClaimName,
  type ClaimRules,
  type Claims,
} from '../../../../lib/identity/index.ts';

/** The claims with which providers name a person. */
const USER_IDS = [
  'sub',
  'oid',
  'username',
  'cognito:username',
  'preferred_username',
  'upn',
  'email',
  'uid',
  'user_id',
];

const MOST_SHOWN = 5;
const MOST_CHARACTERS = 60;

/** Tells whether a token has a claim. Some issuers send null for a missing one. */
export function hasClaim(claims: Claims, name: ClaimName): boolean {
  const value = claimIn(claims, name);
  return value !== undefined && value !== null;
}

/**
 * Lists the user ids that other claims would give.
 *
 * @param chosen - the stage's claim, which is left out
 * @returns a clause that continues a sentence; empty if there are none
 */
export function userIdCandidates(claims: Claims, chosen: ClaimName): string {
  return clause(
    USER_IDS.filter((name) => name !== chosen && typeof claims[name] === 'string').map(
      (name) => `${JSON.stringify(name)} would give ${cut(JSON.stringify(claims[name]))}`,
    ),
  );
}

/**
 * Lists the groups that other claims would give, nested ones as JSON Pointers (`/realm_access/roles`). The service's own code reads
 * them. See {@link userIdCandidates}.
 */
export function groupCandidates(
  claims: Claims,
  rules: Pick<ClaimRules, 'groups' | 'groupsSeparator'>,
): string {
  return clause(
    namesLikeGroups(claims).flatMap((name) => {
      const { groups } = groupsIn(claims, { ...rules, groups: name });
      return name === rules.groups || groups.length === 0
        ? []
        : [`${JSON.stringify(name)} would give ${shown(groups)}`];
    }),
  );
}

/** Finds the claims with some of these scopes that a stage does not read. */
export function scopeCandidates(
  claims: Claims,
  known: readonly string[],
  { scopes: read }: Pick<ClaimRules, 'scopes'>,
): readonly ClaimName[] {
  return Object.keys(claims).filter(
    (name) => !read.includes(name) && scopesIn(claims, [name]).some((scope) => known.includes(scope)),
  );
}

const LIKE_GROUPS = /(?:groups?|roles?)$/i;

/** Members that describe the claims themselves (OpenID Connect Core 1.0 section 5.6.2). */
const ABOUT_CLAIMS = ['_claim_names', '_claim_sources'];

/** Keycloak nests the roles of a client in two members: `/resource_access/app/roles`. */
const MOST_STEPS = 3;

/** Lists the names of claims that look like groups. A claim within such a claim is left out. */
function namesLikeGroups(claims: Claims): readonly ClaimName[] {
  const nested = (value: unknown, steps: readonly string[]): readonly ClaimName[] => {
    const last = steps.at(-1) ?? '';
    if (LIKE_GROUPS.test(last))
      return [steps.length === 1 && !last.startsWith('/') ? last : pointerTo(steps)];
    if (steps.length === MOST_STEPS || !isObject(value)) return [];
    return Object.entries(value).flatMap(([name, member]) => nested(member, [...steps, name]));
  };
  return Object.entries(claims).flatMap(([name, value]) =>
    ABOUT_CLAIMS.includes(name) ? [] : nested(value, [name]),
  );
}

/** Writes a JSON Pointer (RFC 6901 section 3). */
const pointerTo = (steps: readonly string[]): ClaimName =>
  steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Shows a list of names, the first few of a long one. */
export function shown(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const first = names.slice(0, MOST_SHOWN).map((name) => cut(JSON.stringify(name)));
  const more = names.length - first.length;
  return first.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const clause = (candidates: readonly string[]): string =>
  candidates.length === 0 ? '' : `; ${candidates.slice(0, MOST_SHOWN).join('; ')}`;

const cut = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;

const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
