import type { Subject, UnreadGroups } from '../../identity/index.ts';
import { Problem, type ProblemSlug } from '../problems/problem.ts';

/** The problems that a grant to one of the caller's groups can cure. */
type LackingGrant = Extract<
  ProblemSlug,
  'not-granted' | 'permissions-not-granted' | 'default-group-not-granted' | 'beyond-own-grants'
>;

/**
 * Makes the 403 for the lack of a grant. If the token of the caller did not tell the groups, one of them may have the grant: the answer
 * is then `groups-not-in-token`, and says so after the detail.
 */
export function lackingGrant(
  slug: LackingGrant,
  detail: string,
  { unreadGroups }: Pick<Subject, 'unreadGroups'> = {},
): Problem {
  if (unreadGroups === undefined) return new Problem(slug, detail);
  return new Problem(
    'groups-not-in-token',
    `${detail} The caller token does not tell the groups of its user, so grants to groups do not count: ${reasonOf(unreadGroups)}`,
  );
}

function reasonOf({ reason, claim }: UnreadGroups): string {
  return reason === 'left-out'
    ? `the issuer left out the claim "${claim}", because the user is in too many groups.`
    : `the claim "${claim}" must be a list of strings, one string, or an object.`;
}
