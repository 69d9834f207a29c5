import { ownMember } from '../runtime/json/own-member.ts';

/** The claims of a caller token: the members of its payload, as they came out of the JSON parser. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The name of a claim. One that begins with `/` is a JSON Pointer into the token (RFC 6901): `/realm_access/roles`. Any other is the
 * name of a member at the top of the token, dots and URLs included.
 */
export type ClaimName = string;

/**
 * Reads a claim. Only members of the token itself count, never those that every object inherits, such as `constructor`.
 *
 * @returns undefined if the token has no such claim, or the pointer leads through a value without members
 */
export function claimIn(claims: Claims, name: ClaimName): unknown {
  return stepsOf(name).reduce<unknown>(memberOf, claims);
}

/** Returns the name of the member at the top of the token that is the claim, or holds it. */
export function topOf(name: ClaimName): string {
  return stepsOf(name)[0] ?? name;
}

/**
 * Checks the name of a claim in a stage's parameters.
 *
 * @returns the rule that the name breaks, as the end of a sentence; undefined if it is right
 */
export function faultOfClaimName(name: string): string | undefined {
  if (name === '') return 'must name a claim of the caller token';
  if (name.trim() !== name) return 'must have no blank at its beginning or end';
  if (name.startsWith('#/')) return 'must be a JSON Pointer without the "#"';
  if (!name.startsWith('/')) return undefined;
  if (/~(?![01])/.test(name)) return 'must be a JSON Pointer: write "~0" for "~" and "~1" for "/" in a name';
  return stepsOf(name).includes('')
    ? 'must be a JSON Pointer without an empty part: no "/" at its end, and no two side by side'
    : undefined;
}

/** Splits a name into the members to pass through. `~1` is decoded before `~0`, so that `~01` means `~1` (RFC 6901 section 4). */
function stepsOf(name: ClaimName): readonly string[] {
  if (!name.startsWith('/')) return [name];
  return name
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** An index of a list has no leading zeros (RFC 6901 section 4). */
const INDEX = /^(?:0|[1-9]\d*)$/;

function memberOf(value: unknown, step: string): unknown {
  return Array.isArray(value) && !INDEX.test(step) ? undefined : ownMember(value, step);
}
