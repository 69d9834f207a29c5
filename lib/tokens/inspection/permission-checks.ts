import { isPermission, PERMISSIONS, type Permission } from '../../document-engine/index.ts';
import { nearest } from '../../runtime/nearest.ts';
import { check, shown, type Basis, type Check, type Finding } from './check.ts';
import type { JsonObject } from './decoding.ts';

const MEANINGS: Readonly<Record<Permission, string>> = {
  'read-document': 'open the document and see annotations',
  write: 'create, update and delete annotations',
  download: 'download and print the PDF',
  'cover-image': 'see the cover image',
};

/** Document Engine's guide for iOS knows this permission. The other guides and the API description do not. */
const IOS_ONLY = 'all';

/** Checks the permissions, and whether they open the document. */
export function permissionChecks({ permissions }: JsonObject): Check[] {
  return [
    check(
      {
        rule: 'permissions',
        basis: basisOf(permissions),
        expected: `an array of one or more of ${PERMISSIONS.join(', ')}`,
      },
      { actual: shown(permissions), ...findingOf(permissions) },
    ),
    check(
      { rule: 'read-document', basis: 'advice', expected: '"read-document" among the permissions' },
      {
        actual: shown(permissions),
        fault:
          Array.isArray(permissions) && permissions.includes('read-document')
            ? undefined
            : 'Add it to open the document. Without it, "cover-image" still shows the cover, and nothing else works.',
      },
    ),
  ];
}

function unknownIn(permissions: readonly unknown[]): readonly unknown[] {
  return permissions.filter((permission) => !isPermission(permission));
}

function basisOf(permissions: unknown): Basis {
  const unknown = Array.isArray(permissions) ? unknownIn(permissions) : [];
  return unknown.length > 0 && unknown.every((permission) => permission === IOS_ONLY)
    ? 'undocumented'
    : 'documented';
}

function findingOf(permissions: unknown): Omit<Finding, 'actual'> {
  if (!Array.isArray(permissions)) return { fault: 'Write an array, such as ["read-document"].' };
  if (permissions.length === 0) return { fault: 'Name a permission: without any, the token allows nothing.' };
  const unknown = [...new Set(unknownIn(permissions))];
  if (unknown.length > 0) return { fault: unknown.slice(0, MOST).map(remedyFor).join(' ') };
  const meanings = PERMISSIONS.filter((permission) => permissions.includes(permission));
  return { note: `The user may ${meanings.map((permission) => MEANINGS[permission]).join('; ')}.` };
}

/** The most unknown permissions that get a remedy, so that the answer stays short. */
const MOST = 5;

/** A longer text gets no likely meaning: the search for one takes time that grows with its length. */
const LONGEST = 40;

function remedyFor(permission: unknown): string {
  if (permission === IOS_ONLY)
    return `Write the permissions one by one in place of "all": only Document Engine's guide for iOS knows it.`;
  const meant =
    typeof permission === 'string' && permission.length <= LONGEST
      ? nearest(permission.trim(), PERMISSIONS)
      : undefined;
  return meant === undefined
    ? `Remove ${shown(permission)}: Document Engine has no such permission.`
    : `Write ${JSON.stringify(meant)} in place of ${shown(permission)}, which Document Engine does not have.`;
}
