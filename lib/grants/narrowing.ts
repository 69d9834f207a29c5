import { covers } from '../document-engine/index.ts';
import { ANY_LAYER, type Grant } from './grant.ts';
import type { Role, Roles } from './roles.ts';

/**
 * Tells whether a changed grant allows less than before in any respect. If it does, live tokens may allow too much and
 * must be revoked. A grant that cannot be compared counts as less: revoking too much costs a client one refresh.
 */
export function narrows(before: Grant, after: Omit<Grant, 'etag'>, roles: Roles): boolean {
  return (
    !coversLayers(before.layers, after.layers) ||
    (before.privateLayer && !after.privateLayer) ||
    (after.expiresAt ?? Infinity) < (before.expiresAt ?? Infinity) ||
    movesNewRecords(before, after, roles) ||
    !allowsAll(before.role, after.role, roles)
  );
}

function coversLayers(before: readonly string[], after: readonly string[]): boolean {
  return after.includes(ANY_LAYER) || before.every((layer) => after.includes(layer));
}

/**
 * Tells whether new records would go to another group. Only a grant with `write` gives a default group. A grant's own
 * one is taken as it is; that of a role can hold placeholders, so the two are not compared with each other.
 */
function movesNewRecords(before: Grant, after: Omit<Grant, 'etag'>, roles: Roles): boolean {
  const [role, newRole] = [roles.get(before.role), roles.get(after.role)];
  if (role && !role.permissions.includes('write')) return false;
  if (before.defaultGroup !== after.defaultGroup) return true;
  return before.defaultGroup === undefined && role?.defaultGroup !== newRole?.defaultGroup;
}

/** Tells whether a role allows everything that another one does. */
function allowsAll(before: string, after: string, roles: Roles): boolean {
  if (before === after) return true;
  const [narrow, wide] = [roles.get(before), roles.get(after)];
  if (narrow === undefined || wide === undefined) return false;
  return (
    narrow.permissions.every((permission) => wide.permissions.includes(permission)) &&
    allowsActions(narrow, wide)
  );
}

function allowsActions(
  { collaborationPermissions: narrow }: Role,
  { collaborationPermissions: wide }: Role,
): boolean {
  if (wide === undefined) return true;
  return narrow?.every((one) => wide.some((other) => covers(other, one))) ?? false;
}
