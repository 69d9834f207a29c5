import type { CollaborationPermission, Permission } from '../../document-engine/index.ts';
import { sourceKey, type DecidingGrant } from '../grant.ts';
import { collaborationOf, JoinedActions, type Collaboration } from './collaboration.ts';

/** The part of the token that comes from one grant. */
export interface Contribution {
  readonly grant: DecidingGrant;
  readonly permissions: ReadonlySet<Permission>;
  readonly collaboration: Collaboration;
  /** Undefined if the grant names none, or does not bring `write`. */
  readonly defaultGroup: string | undefined;
}

/**
 * Makes the contribution of a grant from some of its permissions; empty if it has none. A list without an action that
 * these permissions give an effect would become an empty claim. A grant with such a list therefore brings neither
 * `read-document` nor `write`. A default group is for new records, so it counts only beside `write`.
 */
export function contributionOf(
  grant: DecidingGrant,
  some: readonly Permission[],
  listed: readonly CollaborationPermission[] | undefined,
  defaultGroup: string | undefined,
): [] | [Contribution] {
  const collaboration = collaborationOf(new Set(some), listed);
  const isWithoutAction = listed !== undefined && collaboration.length === 0;
  const permissions = new Set(isWithoutAction ? some.filter(isIndependent) : some);
  if (permissions.size === 0) return [];
  const group = permissions.has('write') ? defaultGroup : undefined;
  return [{ grant, permissions, collaboration, defaultGroup: group }];
}

/** Tells whether collaboration permissions never limit a permission. */
function isIndependent(permission: Permission): boolean {
  return permission !== 'read-document' && permission !== 'write';
}

/** Cuts a contribution down to the permissions asked for; empty if it has none of them. */
export function within(
  contribution: Contribution,
  asked: readonly Permission[] | undefined,
): [] | [Contribution] {
  if (asked === undefined) return [contribution];
  const { grant, permissions, collaboration, defaultGroup } = contribution;
  const some = asked.filter((permission) => permissions.has(permission));
  const listed = collaboration === 'unrestricted' ? undefined : collaboration;
  return contributionOf(grant, some, listed, defaultGroup);
}

/**
 * Leaves out contributions that add nothing to those that last longer. A short grant beside a long one therefore does
 * not shorten the token.
 *
 * @param supplier - the contribution that gives the default group; it always stays
 */
export function withoutIdle(
  contributions: readonly Contribution[],
  supplier: Contribution | undefined,
): Contribution[] {
  const kept: Contribution[] = [];
  const permissions = new Set<Permission>();
  const actions = new JoinedActions();
  for (const contribution of contributions.toSorted(byLastingLongest)) {
    const adds =
      !contribution.permissions.isSubsetOf(permissions) || actions.isWidenedBy(contribution.collaboration);
    if (!adds && contribution !== supplier) continue;
    kept.push(contribution);
    for (const permission of contribution.permissions) permissions.add(permission);
    actions.add(contribution.collaboration);
  }
  return kept;
}

/**
 * Lists the default groups that contributions give, each once: the user's first, then those of groups by name, then everyone's.
 * Only a contribution with `write` gives one.
 */
export function defaultGroupsOf(contributions: readonly Contribution[]): string[] {
  const groups = contributions.toSorted(byPrincipal).flatMap(({ defaultGroup }) => defaultGroup ?? []);
  return [...new Set(groups)];
}

/**
 * Finds the contribution that gives the default group.
 *
 * @param chosen - the group that the caller chose; undefined = the first of {@link defaultGroupsOf}
 * @returns undefined if no contribution gives it. If several give the chosen one, the one that lasts longest, so that the
 * choice shortens the token as little as possible.
 */
export function supplierOfDefaultGroup(
  contributions: readonly Contribution[],
  chosen: string | undefined,
): Contribution | undefined {
  const suppliers = contributions.filter(({ defaultGroup }) => defaultGroup !== undefined);
  if (chosen === undefined) return suppliers.toSorted(byPrincipal)[0];
  return suppliers.filter(({ defaultGroup }) => defaultGroup === chosen).toSorted(byLastingLongest)[0];
}

/** Joins the actions of all contributions. */
export function joinedOf(contributions: readonly Contribution[]): Collaboration {
  const actions = new JoinedActions();
  for (const { collaboration } of contributions) actions.add(collaboration);
  return actions.all;
}

/**
 * Sorts by expiry, the latest first. Of those with the same expiry, the user's comes first, then groups by name, then
 * everyone's.
 */
function byLastingLongest(one: Contribution, other: Contribution): number {
  const [oneLasts, otherLasts] = [one.grant.expiresAt ?? Infinity, other.grant.expiresAt ?? Infinity];
  if (oneLasts !== otherLasts) return oneLasts > otherLasts ? -1 : 1;
  return byPrincipal(one, other);
}

const RANK = { vouched: 0, user: 0, group: 1, everyone: 2 } as const;

function byPrincipal({ grant: one }: Contribution, { grant: other }: Contribution): number {
  const rank = RANK[one.principal.kind] - RANK[other.principal.kind];
  if (rank !== 0) return rank;
  return sourceKey(one.principal) < sourceKey(other.principal) ? -1 : 1;
}
