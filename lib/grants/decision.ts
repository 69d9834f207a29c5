import { formatCollaborationPermission, PERMISSIONS, type Permission } from '../document-engine/index.ts';
import type { Logger } from '../runtime/log.ts';
import type { Seconds } from '../runtime/time.ts';
import type { Subject } from '../identity/index.ts';
import {
  contributionOf,
  defaultGroupsOf,
  joinedOf,
  supplierOfDefaultGroup,
  within,
  withoutIdle,
  type Contribution,
} from './contributions/contribution.ts';
import { coversLayer, isExpired, type DecidingGrant, type GrantSource } from './grant.ts';
import { fillRole, type Roles } from './roles.ts';

/** The most collaboration permissions a token may carry. */
export const MAX_COLLABORATION_PERMISSIONS = 200;

/** A request to open a layer: the subject, the permissions asked for, and the latest expiry. */
export interface Question {
  readonly subject: Subject;
  readonly layer: string;
  /** The permissions asked for, without repeats; absent = all that are granted. */
  readonly permissions?: readonly Permission[];
  /** The default group asked for; absent = the first that the grants give. */
  readonly defaultGroup?: string;
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
  /** The grants that it is built from, those that last longest first; never empty. */
  readonly grants: readonly DecidingGrant[];
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
      readonly reason: 'default-group-not-granted';
      /** The default groups that a token for this question can have. */
      readonly choices: readonly string[];
    }
  | {
      readonly outcome: 'refused';
      readonly reason: 'too-many-collaboration-permissions';
      /** The sources of the grants that bring them. */
      readonly builtFrom: readonly GrantSource[];
    };

/** The answer to a {@link Question}. */
export type Decision = Allowed | Refused;

/** The rules of a decision, besides the grants. */
export interface Policy {
  readonly roles: Roles;
  /** The beginning of every private layer's name; never empty. */
  readonly privateLayerPrefix: string;
  /** Receives every grant that covers the layer but cannot be used, with the reason. */
  readonly onUnusableGrant?: (grant: DecidingGrant, reason: string) => void;
}

/**
 * Makes the warning about a document's unusable grants, for {@link Policy.onUnusableGrant}. Grants of one kind of principal, role
 * and reason share a line. Otherwise a batch for a caller in many groups would write a line for each of its entries and groups.
 */
export function unusableGrantWarning(
  documentId: string,
  log: Logger,
): (grant: DecidingGrant, reason: string) => void {
  const warned = new Set<string>();
  return ({ principal, role }, reason) => {
    const line = JSON.stringify([principal.kind, role, reason]);
    if (warned.has(line)) return;
    warned.add(line);
    log.warn('a grant cannot be used', { documentId, principal: principal.kind, role, reason });
  };
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
 * @param grants - the grants on the document of all principals of the subject (the user, the groups, and everyone), or the one
 * grant that a backend vouches for
 */
export function decide(question: Question, grants: readonly DecidingGrant[], policy: Policy): Decision {
  const usable = grants.flatMap((grant) => usableContribution(grant, question, policy));
  if (usable.length === 0) return { outcome: 'refused', reason: 'no-grant' };
  const asked = usable.flatMap((contribution) => within(contribution, question.permissions));
  const granted = new Set(asked.flatMap(({ permissions }) => [...permissions]));
  const notGranted = question.permissions?.filter((permission) => !granted.has(permission)) ?? [];
  if (notGranted.length > 0)
    return { outcome: 'refused', reason: 'permissions-not-granted', permissions: notGranted };

  const supplier = supplierOfDefaultGroup(asked, question.defaultGroup);
  if (question.defaultGroup !== undefined && supplier === undefined)
    return { outcome: 'refused', reason: 'default-group-not-granted', choices: defaultGroupsOf(asked) };

  const kept = withoutIdle(asked, supplier);
  const permissions = PERMISSIONS.filter((permission) => kept.some((one) => one.permissions.has(permission)));
  const collaboration = joinedOf(kept);
  if (collaboration !== 'unrestricted' && collaboration.length > MAX_COLLABORATION_PERMISSIONS) {
    return {
      outcome: 'refused',
      reason: 'too-many-collaboration-permissions',
      builtFrom: kept.map(({ grant }) => grant.principal),
    };
  }
  const defaultGroup = supplier?.defaultGroup;
  return {
    outcome: 'allowed',
    permissions,
    ...(collaboration !== 'unrestricted' &&
      collaboration.length > 0 && {
        collaborationPermissions: collaboration.map(formatCollaborationPermission).sort(),
      }),
    ...(defaultGroup !== undefined && { defaultGroup }),
    expiresAt: Math.min(question.notAfter, ...kept.map(({ grant }) => grant.expiresAt ?? Infinity)),
    grants: kept.map(({ grant }) => grant),
  };
}

/**
 * Tells whether a refused question would be allowed if no grant had expired. It is the same decision over the same grants, without
 * their expiry.
 *
 * @param grants - the grants for which {@link decide} refused the question
 */
export function wouldExpiredAllow(
  question: Question,
  grants: readonly DecidingGrant[],
  { roles, privateLayerPrefix }: Policy,
): boolean {
  if (!grants.some((grant) => isExpired(grant, question.at))) return false;
  const unending = grants.map(({ expiresAt: _, ...grant }) => grant);
  return decide(question, unending, { roles, privateLayerPrefix }).outcome === 'allowed';
}

/** Reduces a grant to its contribution; empty if the grant brings nothing to the question. */
function usableContribution(grant: DecidingGrant, question: Question, policy: Policy): [] | [Contribution] {
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
