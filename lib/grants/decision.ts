import { formatCollaborationPermission, PERMISSIONS, type Permission } from '../document-engine/index.ts';
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
import type { LeftOut, Verdict } from './verdict.ts';

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
  /** Receives the verdict on each grant, once. */
  readonly onVerdict?: (grant: DecidingGrant, verdict: Verdict) => void;
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
  const asked = usable.flatMap((contribution) => askedContribution(contribution, question, policy));
  const supplier = supplierOfDefaultGroup(asked, question.defaultGroup);
  const refusal = lacksPermissions(question, asked) ?? lacksDefaultGroup(question, asked, supplier);
  const kept = refusal ? asked : withoutIdle(asked, supplier);
  if (policy.onVerdict) reportRest(asked, new Set(kept), policy.onVerdict);
  if (refusal) return refusal;

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
  const leftOut = (reason: LeftOut['reason'], fault?: string): [] => {
    policy.onVerdict?.(grant, { counts: false, reason, ...(fault !== undefined && { fault }) });
    return [];
  };
  if (isExpired(grant, at)) return leftOut('expired');
  if (!coversLayer(grant, layer, subject, policy.privateLayerPrefix)) return leftOut('other-layer');
  const role = policy.roles.get(grant.role);
  if (role === undefined) return leftOut('unknown-role', 'its role is not in the role file');
  const fill = fillRole(role, subject, grant.principal);
  if (!fill.filled) return leftOut('placeholder', fill.reason);
  const { permissions, collaborationPermissions, defaultGroup } = fill.role;
  const [contribution] = contributionOf(
    grant,
    permissions,
    collaborationPermissions,
    grant.defaultGroup ?? defaultGroup,
  );
  return contribution ? [contribution] : leftOut('without-effect');
}

/** Cuts a contribution down to the permissions asked for; empty if nothing of it is left. */
function askedContribution(
  contribution: Contribution,
  { permissions }: Question,
  { onVerdict }: Policy,
): [] | [Contribution] {
  const [asked] = within(contribution, permissions);
  if (asked) return [asked];
  const hasOne = permissions?.some((permission) => contribution.permissions.has(permission));
  onVerdict?.(contribution.grant, { counts: false, reason: hasOne ? 'without-effect' : 'not-asked-for' });
  return [];
}

/** Reports the grants that are not left out yet: those that are kept, and those that add nothing to them. */
function reportRest(
  asked: readonly Contribution[],
  kept: ReadonlySet<Contribution>,
  onVerdict: NonNullable<Policy['onVerdict']>,
): void {
  for (const contribution of asked) {
    const { grant } = contribution;
    onVerdict(
      grant,
      kept.has(contribution) ? { counts: true, contribution } : { counts: false, reason: 'adds-nothing' },
    );
  }
}

function lacksPermissions({ permissions }: Question, asked: readonly Contribution[]): Refused | undefined {
  const granted = new Set(asked.flatMap((contribution) => [...contribution.permissions]));
  const lacking = permissions?.filter((permission) => !granted.has(permission)) ?? [];
  if (lacking.length === 0) return undefined;
  return { outcome: 'refused', reason: 'permissions-not-granted', permissions: lacking };
}

function lacksDefaultGroup(
  { defaultGroup }: Question,
  asked: readonly Contribution[],
  supplier: Contribution | undefined,
): Refused | undefined {
  if (defaultGroup === undefined || supplier !== undefined) return undefined;
  return { outcome: 'refused', reason: 'default-group-not-granted', choices: defaultGroupsOf(asked) };
}
