import {
  covers,
  EVERY_ACTION,
  formatCollaborationPermission,
  permissionNeededBy,
  type CollaborationPermission,
  type Permission,
} from '../document-engine/index.ts';

/** The allowed actions on existing records. */
export type Collaboration = 'unrestricted' | readonly CollaborationPermission[];

/**
 * Finds the actions on existing records that a grant allows by itself. A grant that can read and write and has no list
 * is unrestricted. Any other counts for the listed actions that its own permissions give an effect; without a list, for
 * all such actions.
 */
export function collaborationOf(
  permissions: ReadonlySet<Permission>,
  listed: readonly CollaborationPermission[] | undefined,
): Collaboration {
  if (listed === undefined && permissions.has('read-document') && permissions.has('write'))
    return 'unrestricted';
  return (listed ?? EVERY_ACTION).filter((one) => permissions.has(permissionNeededBy(one)));
}

/** Tells whether `more` allows an action that `joint` does not. */
export function addsTo(joint: Collaboration, more: Collaboration): boolean {
  if (joint === 'unrestricted') return false;
  if (more === 'unrestricted') return true;
  return more.some((one) => !joint.some((held) => covers(held, one)));
}

/** Collects the actions of all grants. */
export function union(collaborations: readonly Collaboration[]): Collaboration {
  const listed: CollaborationPermission[] = [];
  for (const collaboration of collaborations) {
    if (collaboration === 'unrestricted') return 'unrestricted';
    listed.push(...collaboration);
  }
  return listed;
}

/** Joins the actions of all grants, and drops each that occurs twice or that a wider one covers. */
export function joined(collaborations: readonly Collaboration[]): Collaboration {
  const listed = union(collaborations);
  if (listed === 'unrestricted') return 'unrestricted';
  const distinct = [...new Map(listed.map((one) => [formatCollaborationPermission(one), one])).values()];
  return distinct.filter((one) => !distinct.some((other) => other !== one && covers(other, one)));
}
