import type { JWTPayload } from 'jose';

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

/** Tells whether a token has a claim of its own under a name. */
export const hasClaim = (claims: JWTPayload, name: string): boolean =>
  Object.hasOwn(claims, name) && claims[name] !== null;

/**
 * Lists the user ids that other claims would give.
 *
 * @param chosen - the stage's claim, which is left out
 * @returns a clause that continues a sentence; empty if there are none
 */
export function userIdCandidates(claims: JWTPayload, chosen: string): string {
  return clause(
    USER_IDS.filter((name) => name !== chosen && typeof claims[name] === 'string').map(
      (name) => `${JSON.stringify(name)} would give ${cut(JSON.stringify(claims[name]))}`,
    ),
  );
}

/** Lists the groups that other claims would give. See {@link userIdCandidates}. */
export function groupCandidates(claims: JWTPayload, chosen: string): string {
  const atTop = Object.entries(claims).flatMap(([name, value]) => {
    const groups = namesIn(value);
    return name === chosen || groups === undefined || !/(groups?|roles?)$/i.test(name)
      ? []
      : [`${JSON.stringify(name)} would give ${shown(groups)}`];
  });
  const nested = Object.entries(claims).flatMap(([name, value]) => {
    const roles =
      isObject(value) && name !== '_claim_names' ? namesIn(value['roles'] ?? value['groups']) : undefined;
    return roles === undefined ? [] : [`${JSON.stringify(name)} holds ${shown(roles)}, but nested`];
  });
  return clause([...atTop, ...nested]);
}

/**
 * Recognises a token whose groups Entra left out for their number (`_claim_names`, OpenID Connect Core 1.0 section 5.6.2, or
 * `hasgroups`). Returns the claim that shows it.
 */
export function groupsLeftOut(claims: JWTPayload): string | undefined {
  const { _claim_names: elsewhere, hasgroups } = claims;
  if (isObject(elsewhere) && Object.hasOwn(elsewhere, 'groups')) return '"_claim_names"';
  return hasgroups === true || hasgroups === 'true' ? '"hasgroups"' : undefined;
}

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

function namesIn(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((it) => typeof it === 'string') ? value : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
