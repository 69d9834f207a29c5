import {
  isPermission,
  isScopeName,
  parseCollaborationPermission,
  PERMISSIONS,
  type CollaborationPermission,
  type Permission,
  type Scope,
} from '../document-engine/index.ts';
import type { Subject } from '../identity/index.ts';
import { LayermintError } from '../runtime/errors.ts';
import type { GrantSource } from './grant.ts';

/** A named set of Document Engine permissions and collaboration permissions. */
export interface Role {
  readonly permissions: readonly Permission[];
  /** Never empty. May hold the placeholders `{userId}` and `{group}` in scopes. Absent = unrestricted. */
  readonly collaborationPermissions?: readonly CollaborationPermission[];
  /** The group of newly created records; may be or hold a placeholder. */
  readonly defaultGroup?: string;
}

/** The roles by name. */
export type Roles = ReadonlyMap<string, Role>;

/** A role file is not valid. `faults` has one sentence for each fault. */
export class RolesError extends LayermintError {
  override readonly name = 'RolesError';
  readonly code = 'ROLES_INVALID';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The roles are not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

const FILE_FIELDS = ['$schema', 'roles'];
const FIELDS = ['permissions', 'collaborationPermissions', 'defaultGroup'];

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

/**
 * Reads a role file (infra/roles/roles.json; its JSON Schema lies beside it). It refuses roles that Document Engine
 * cannot enforce. It runs when the functions are packaged and again when they start.
 *
 * @param file - the parsed JSON: `{"roles": {"<name>": {"permissions", "collaborationPermissions"?, "defaultGroup"?}}}`
 * @throws RolesError naming every fault: an unknown permission or field, an empty list, an impossible collaboration
 * permission, an unknown placeholder, and a role without `write` that lists anything but `view`.
 */
export function parseRoles(file: unknown): Roles {
  if (!isRecord(file) || !isRecord(file['roles'])) {
    throw new RolesError(['the file must be an object with the field "roles", an object of roles by name']);
  }
  const faults: string[] = [];
  for (const field of Object.keys(file)) {
    if (!FILE_FIELDS.includes(field))
      faults.push(`the file has the unknown field "${field}"; its fields are ${FILE_FIELDS.join(', ')}`);
  }
  const roles = new Map<string, Role>();
  for (const [name, value] of Object.entries(file['roles'])) {
    const role = parseRole(value, (fault) => faults.push(`role "${name}": ${fault}`));
    if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
      faults.push(`role "${name}": a role's name is 1 to 64 lower-case letters, digits and hyphens`);
    }
    roles.set(name, role);
  }
  if (roles.size === 0) faults.push('there must be at least one role');
  if (faults.length > 0) throw new RolesError(faults);
  return roles;
}

function parseRole(value: unknown, fault: (text: string) => void): Role {
  if (!isRecord(value)) {
    fault('must be an object');
    return { permissions: [] };
  }
  for (const field of Object.keys(value)) {
    if (!FIELDS.includes(field))
      fault(`has the unknown field "${field}"; the fields are ${FIELDS.join(', ')}`);
  }
  const permissions = parsePermissions(value['permissions'], fault);
  const collaborationPermissions = parseList(value['collaborationPermissions'], fault);
  const defaultGroup = parseDefaultGroup(value['defaultGroup'], fault);
  // Without valid permissions, this would only repeat that fault for each action.
  if (permissions.length > 0 && !permissions.includes('write')) {
    for (const { action } of collaborationPermissions ?? []) {
      if (action !== 'view')
        fault(`lists the action "${action}" but does not have "write", without which only view counts`);
    }
  }
  return {
    permissions,
    ...(collaborationPermissions && { collaborationPermissions }),
    ...(defaultGroup !== undefined && { defaultGroup }),
  };
}

function parsePermissions(value: unknown, fault: (text: string) => void): Permission[] {
  if (!isStringArray(value) || value.length === 0) {
    fault(`"permissions" must be an array of one or more of ${PERMISSIONS.join(', ')}`);
    return [];
  }
  for (const name of value) {
    if (!isPermission(name))
      fault(`has the unknown permission "${name}"; the permissions are ${PERMISSIONS.join(', ')}`);
  }
  if (new Set(value).size !== value.length) fault('names a permission twice');
  return value.filter(isPermission);
}

function parseList(value: unknown, fault: (text: string) => void): CollaborationPermission[] | undefined {
  if (value === undefined) return undefined;
  if (!isStringArray(value) || value.length === 0) {
    fault(
      '"collaborationPermissions" must be an array of one or more strings such as "annotations:view:all"; leave it out to allow everything that the permissions allow',
    );
    return undefined;
  }
  return value.flatMap((text) => {
    checkPlaceholders(text, fault);
    const parsed = parseCollaborationPermission(text);
    if (typeof parsed !== 'string') return [parsed];
    fault(parsed);
    return [];
  });
}

function parseDefaultGroup(value: unknown, fault: (text: string) => void): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !isScopeName(value)) {
    fault('"defaultGroup" must be a group name without ":", "=", "*" and control characters');
    return undefined;
  }
  checkPlaceholders(value, fault);
  return value;
}

function checkPlaceholders(text: string, fault: (text: string) => void): void {
  for (const [placeholder] of text.matchAll(/\{[^}]*\}?|\}/g)) {
    if (placeholder !== '{userId}' && placeholder !== '{group}') {
      fault(
        `"${text}" has the unknown placeholder "${placeholder}"; the placeholders are {userId} and {group}`,
      );
    }
  }
}

function filledScope(scope: Scope, fill: (text: string) => string): Scope {
  return 'name' in scope ? { ...scope, name: fill(scope.name) } : scope;
}

/**
 * A role with its placeholders filled in for one subject and one grant, or the reason that they cannot be filled in.
 */
export type FilledRole =
  { readonly filled: true; readonly role: Role } | { readonly filled: false; readonly reason: string };

/**
 * Fills in a role's placeholders in one pass, so that a value is never read as a placeholder. The role is unusable for
 * a subject if a value could be read as more than one name (it has `:`, `=`, `*` or a control character), or if
 * `{group}` occurs in a grant that is not a group's.
 */
export function fillRole(role: Role, subject: Subject, principal: GrantSource): FilledRole {
  const values: Readonly<Record<string, string | undefined>> = {
    '{userId}': subject.userId,
    '{group}': principal.kind === 'group' ? principal.name : undefined,
  };
  const unusable = new Set<string>();
  const fill = (text: string): string =>
    text.replace(/\{userId\}|\{group\}/g, (placeholder) => {
      const value = values[placeholder];
      if (value !== undefined && isScopeName(value)) return value;
      unusable.add(placeholder);
      return '';
    });
  const filled: Role = {
    permissions: role.permissions,
    ...(role.collaborationPermissions && {
      collaborationPermissions: role.collaborationPermissions.map((permission) => ({
        ...permission,
        scope: filledScope(permission.scope, fill),
      })),
    }),
    ...(role.defaultGroup !== undefined && { defaultGroup: fill(role.defaultGroup) }),
  };
  if (unusable.size === 0) return { filled: true, role: filled };
  return { filled: false, reason: `${[...unusable].join(' and ')} cannot be filled in for this caller` };
}
