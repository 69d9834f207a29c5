import type { UnreadGroups } from './groups.ts';
import { isPrincipalName } from './principals.ts';

/** The person that a token is minted for. */
export interface Subject {
  /** Becomes `user_id`. 1 to 512 bytes, compared byte for byte. */
  readonly userId: string;
  /** Without repeats; at most 500. */
  readonly groups: readonly string[];
  /** Present if the token did not tell the groups: `groups` is empty then, and grants to groups are missing. */
  readonly unreadGroups?: UnreadGroups;
  /** Becomes `creator_name`. */
  readonly name?: string;
}

/**
 * Returns a name if records can show it; undefined otherwise. The rules are those of user ids: well-formed Unicode of 1 to 512
 * bytes without control characters. A token without a display name is valid, so an unusable one is left out instead of refused.
 */
export function displayName(name: unknown): string | undefined {
  return typeof name === 'string' && isPrincipalName(name) ? name : undefined;
}
