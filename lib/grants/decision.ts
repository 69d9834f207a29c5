import {
  formatCollaborationPermission,
  PERMISSIONS,
  type CollaborationPermission,
  type Permission,
} from '../document-engine/index.ts';
import type { Logger } from '../runtime/log.ts';
import type { Seconds } from '../runtime/time.ts';
import { collaborationOf, JoinedActions, type Collaboration } from './collaboration.ts';
import { coversLayer, isExpired, type Grant } from './grant.ts';
import { fillRole, type Roles } from './roles.ts';
import { principalKey, type Principal, type Subject } from '../identity/index.ts';

/** The most collaboration permissions a token may carry. */
export const MAX_COLLABORATION_PERMISSIONS = 200;

/** A request to open a layer: the subject, the permissions asked for, and the latest expiry. */
export interface Question {
  readonly subject: Subject;
  readonly layer: string;
  /** The permissions asked for, without repeats; absent = all that are granted. */
  readonly permissions?: readonly Permission[];
  /** The moment of the decision, since the Unix epoch. */
  readonly at: Seconds;
  /** The latest expiry asked for, since the Unix epoch. */
  readonly notAfter: Seconds;
}

/** The part of a question that the grants allow. */
export interface Allowed {
  readonly outcome: 'allowed';
  /** In Document Engine's order, never empty. */
  readonly permissions: readonly Permission[];
  /** Never empty. Absent = unrestricted, or the permissions have neither `read-document` nor `write`. */
  readonly collaborationPermissions?: readonly string[];
  readonly defaultGroup?: string;
  /** Since the Unix epoch; no later than any grant it is built from. */
  readonly expiresAt: Seconds;
  /** The principals of the grants that it is built from. */
  readonly builtFrom: readonly Principal[];
}

/** The reason for a refusal. */
export type Refused =
  | { readonly outcome: 'refused'; readonly reason: 'no-grant' }
  | {
      readonly outcome: 'refused';
      readonly reason: 'permissions-not-granted';
      readonly permissions: readonly Permission[];
    }
  | {
      readonly outcome: 'refused';
      readonly reason: 'too-many-collaboration-permissions';
      /** The principals of the grants that bring them. */
      readonly builtFrom: readonly Principal[];
    };

/** The answer to a {@link Question}. */
export type Decision = Allowed | Refused;

/** The rules of a decision, besides the grants. */
export interface Policy {
  readonly roles: Roles;
  /** The beginning of every private layer's name; never empty. */
  readonly privateLayerPrefix: string;
  /** Receives every grant that covers the layer but cannot be used, with the reason. */
  readonly onUnusableGrant?: (grant: Grant, reason: string) => void;
}

/**
 * Makes the warning about a document's unusable grants, for {@link Policy.onUnusableGrant}. Grants of one kind of principal, role
 * and reason share a line. Otherwise a batch for a caller in many groups would write a line for each of its entries and groups.
 */
export function unusableGrantWarning(
  documentId: string,
  log: Logger,
): (grant: Grant, reason: string) => void {
  const warned = new Set<string>();
  return ({ principal, role }, reason) => {
    const line = JSON.stringify([principal.kind, role, reason]);
    if (warned.has(line)) return;
    warned.add(line);
    log.warn('a grant cannot be used', { documentId, principal: principal.kind, role, reason });
  };
}

/** The part of the token that comes from one grant. */
interface Contribution {
  readonly grant: Grant;
  readonly permissions: ReadonlySet<Permission>;
  readonly collaboration: Collaboration;
  /** Undefined if the grant names none, or does not bring `write`. */
  readonly defaultGroup: string | undefined;
}

/**
 * Decides the permissions, the collaboration permissions and the expiry of a token.
 *
 * Every single action (permission × record type × action × scope × layer × moment) that the answer allows is allowed by
 * one single grant of the subject, and the answer stays within the question. Permissions and collaboration permissions
 * are claims of one token, so merging two grants could allow an action that neither allows: the `write` of one grant
 * would give effect to an `edit` that another grant lists without `write`. Each grant is therefore first reduced to the
 * actions that it allows by itself.
 *
 * @param grants - the grants on the document of all principals of the subject: the user, the groups, and everyone
 */
export function decide(question: Question, grants: readonly Grant[], policy: Policy): Decision {
  const usable = grants.flatMap((grant) => usableContribution(grant, question, policy));
  if (usable.length === 0) return { outcome: 'refused', reason: 'no-grant' };
  const asked = usable.flatMap((contribution) => within(contribution, question.permissions));
  const granted = new Set(asked.flatMap(({ permissions }) => [...permissions]));
  const notGranted = question.permissions?.filter((permission) => !granted.has(permission)) ?? [];
  if (notGranted.length > 0)
    return { outcome: 'refused', reason: 'permissions-not-granted', permissions: notGranted };

  const kept = withoutIdle(asked);
  const permissions = PERMISSIONS.filter((permission) => kept.some((one) => one.permissions.has(permission)));
  const collaboration = joinedOf(kept);
  if (collaboration !== 'unrestricted' && collaboration.length > MAX_COLLABORATION_PERMISSIONS) {
    return {
      outcome: 'refused',
      reason: 'too-many-collaboration-permissions',
      builtFrom: kept.map(({ grant }) => grant.principal),
    };
  }
  const defaultGroup = supplierOfDefaultGroup(kept)?.defaultGroup;
  return {
    outcome: 'allowed',
    permissions,
    ...(collaboration !== 'unrestricted' &&
      collaboration.length > 0 && {
        collaborationPermissions: collaboration.map(formatCollaborationPermission).sort(),
      }),
    ...(defaultGroup !== undefined && { defaultGroup }),
    expiresAt: Math.min(question.notAfter, ...kept.map(({ grant }) => grant.expiresAt ?? Infinity)),
    builtFrom: kept.map(({ grant }) => grant.principal),
  };
}

/** Reduces a grant to its contribution; empty if the grant brings nothing to the question. */
function usableContribution(grant: Grant, question: Question, policy: Policy): [] | [Contribution] {
  const { subject, layer, at } = question;
  if (isExpired(grant, at) || !coversLayer(grant, layer, subject, policy.privateLayerPrefix)) return [];
  const role = policy.roles.get(grant.role);
  if (role === undefined) {
    policy.onUnusableGrant?.(grant, 'its role is not in the role file');
    return [];
  }
  const fill = fillRole(role, subject, grant.principal);
  if (!fill.filled) {
    policy.onUnusableGrant?.(grant, fill.reason);
    return [];
  }
  const { permissions, collaborationPermissions, defaultGroup } = fill.role;
  return contributionOf(grant, permissions, collaborationPermissions, grant.defaultGroup ?? defaultGroup);
}

/**
 * Makes the contribution of a grant from some of its permissions; empty if it has none. A list without an action that
 * these permissions give an effect would become an empty claim. A grant with such a list therefore brings neither
 * `read-document` nor `write`. A default group is for new records, so it counts only beside `write`.
 */
function contributionOf(
  grant: Grant,
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
function within(contribution: Contribution, asked: readonly Permission[] | undefined): [] | [Contribution] {
  if (asked === undefined) return [contribution];
  const { grant, permissions, collaboration, defaultGroup } = contribution;
  const some = asked.filter((permission) => permissions.has(permission));
  const listed = collaboration === 'unrestricted' ? undefined : collaboration;
  return contributionOf(grant, some, listed, defaultGroup);
}

/**
 * Leaves out contributions that add nothing to those that last longer. A short grant beside a long one therefore does
 * not shorten the token. The contribution that gives the default group always stays.
 */
function withoutIdle(contributions: readonly Contribution[]): Contribution[] {
  const supplier = supplierOfDefaultGroup(contributions);
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
 * Sorts by expiry, the latest first. Of those with the same expiry, the user's comes first, then groups by name, then
 * everyone's.
 */
function byLastingLongest(one: Contribution, other: Contribution): number {
  const [oneLasts, otherLasts] = [one.grant.expiresAt ?? Infinity, other.grant.expiresAt ?? Infinity];
  if (oneLasts !== otherLasts) return oneLasts > otherLasts ? -1 : 1;
  return byPrincipal(one, other);
}

const RANK = { user: 0, group: 1, everyone: 2 } as const;

function byPrincipal({ grant: one }: Contribution, { grant: other }: Contribution): number {
  const rank = RANK[one.principal.kind] - RANK[other.principal.kind];
  if (rank !== 0) return rank;
  return principalKey(one.principal) < principalKey(other.principal) ? -1 : 1;
}

/**
 * Finds the contribution that gives the default group: the user's, else the first by group name, else everyone's. Only
 * one with `write` has a default group.
 */
function supplierOfDefaultGroup(contributions: readonly Contribution[]): Contribution | undefined {
  return contributions.filter((one) => one.defaultGroup !== undefined).toSorted(byPrincipal)[0];
}

/** Joins the actions of all contributions. */
function joinedOf(contributions: readonly Contribution[]): Collaboration {
  const actions = new JoinedActions();
  for (const { collaboration } of contributions) actions.add(collaboration);
  return actions.all;
}
