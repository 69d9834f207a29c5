import type { ClaimRules } from './caller-rules.ts';
import { claimIn, topOf, type ClaimName, type Claims } from './named-claim.ts';
import { isPrincipalName } from './principals.ts';

/** The reason why a token's groups could not be read. */
export interface UnreadGroups {
  /** `left-out`: there were too many for the token, and the issuer left the claim out. `shape`: the claim is of another shape. */
  readonly reason: 'left-out' | 'shape';
  /** The claim of the stage's rules. */
  readonly claim: ClaimName;
}

/** The groups of a token. */
export interface GroupsInToken {
  /** Without repeats, and without names that no grant can have. Empty if the groups could not be read. */
  readonly groups: readonly string[];
  /** Absent if the groups were read, or the token has none. */
  readonly unread?: UnreadGroups;
}

/**
 * Reads the groups of a token. They can be a list of strings, one string, a string that holds a JSON list of strings, or an object,
 * whose keys count. Nothing is taken from a list with anything but strings: a part of the groups would be taken for all of them.
 */
export function groupsIn(
  claims: Claims,
  { groups: claim, groupsSeparator }: Pick<ClaimRules, 'groups' | 'groupsSeparator'>,
): GroupsInToken {
  const value = claimIn(claims, claim);
  // Some issuers send null for a missing claim.
  if (value === undefined || value === null) {
    return isLeftOut(claims, claim) ? { groups: [], unread: { reason: 'left-out', claim } } : { groups: [] };
  }
  const listed = typeof value === 'string' ? listedIn(value, groupsSeparator) : namesIn(value);
  if (listed === undefined) return { groups: [], unread: { reason: 'shape', claim } };
  return { groups: [...new Set(listed)].filter(isPrincipalName) };
}

function namesIn(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return isListOfStrings(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  // ZITADEL's roles are keys. A key can also be a switch, and one that is off names no group.
  return Object.entries(value).flatMap(([name, held]) => (held === false || held === null ? [] : [name]));
}

/** Lists the groups in one string. The separator splits no name of a list. */
function listedIn(text: string, separator: string | undefined): readonly string[] | undefined {
  const list = jsonListIn(text);
  if (list !== undefined) return isListOfStrings(list) ? list : undefined;
  return separator === undefined ? [text] : text.split(separator).map((name) => name.trim());
}

function jsonListIn(text: string): readonly unknown[] | undefined {
  if (!/^\s*\[/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isListOfStrings(list: readonly unknown[]): list is readonly string[] {
  return list.every((element) => typeof element === 'string');
}

/**
 * Tells whether the issuer left a claim out for its length. It then names the claim in `_claim_names` (OpenID Connect Core 1.0 section
 * 5.6.2), or sends `hasgroups` (Microsoft Entra ID, tokens of the implicit flow).
 */
function isLeftOut(claims: Claims, claim: ClaimName): boolean {
  const top = topOf(claim);
  const elsewhere = claimIn(claims, '_claim_names');
  if (typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, top)) return true;
  const hasGroups = claimIn(claims, 'hasgroups');
  return top === 'groups' && (hasGroups === true || hasGroups === 'true');
}
