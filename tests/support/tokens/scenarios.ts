import fc from 'fast-check';
import { type Grant } from '../../../lib/grants/index.ts';
import { isLayerName, type Permission } from '../../../lib/document-engine/index.ts';
import { NOON } from '../runtime/clock.ts';
import { EVERYONE, grant, group, user } from '../grants/grants.ts';
import type { Circumstances, RoleSource } from './single-actions.ts';
import { isPrincipalName, principalKey, type Principal, type Subject } from '../../../lib/identity/index.ts';

/** A request for a token at noon. All of it may be hostile, within the limits that the edge enforces. */
export interface Scenario {
  readonly subject: Subject;
  readonly privateLayerPrefix: string;
  readonly roles: Readonly<Record<string, RoleSource>>;
  /** Grants on the document, of this subject and of others; at most one for each principal. */
  readonly grants: readonly Grant[];
  readonly layer: string | { readonly private: true };
  readonly permissions: readonly Permission[] | undefined;
  readonly ttlSeconds: number;
}

/** Names that try to be more than a name, or to be another person's. */
const HOSTILE_NAMES = [
  'x:edit:all',
  'annotations:edit:all',
  'a=b',
  'createdBy=eve',
  'group=teachers',
  'all',
  'self',
  '*',
  '{userId}',
  '{group}',
  '$&',
  ' ',
  'draft',
  'user:bob',
  'USER#bob',
  'EVERYONE',
];

/** Makes a user id or a group name. */
export const principalName: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('alice', 'bob', 'eve', 'teachers') },
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_NAMES) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter(isPrincipalName),
  },
);

/** Makes any permissions of Document Engine, at least one. */
export const permissions: fc.Arbitrary<Permission[]> = fc.uniqueArray(
  fc.constantFrom<Permission>('read-document', 'write', 'download', 'cover-image'),
  { minLength: 1 },
);

const groupScope = fc
  .constantFrom('teachers', '{group}', 'a{userId}', '{group}-{userId}', 'draft')
  .map((name) => `group=${name}`);
const anyScope = fc.oneof(
  fc.constantFrom('all', 'self', 'createdBy={userId}', 'createdBy=eve', 'createdBy={group}'),
  groupScope,
);

const collaborationPermission = fc.oneof(
  fc.tuple(fc.constant('annotations'), fc.constantFrom('view', 'edit', 'delete', 'set-group'), anyScope),
  fc.tuple(fc.constant('comments'), fc.constantFrom('view', 'edit', 'reply', 'set-group'), anyScope),
  fc.tuple(
    fc.constant('form-fields'),
    fc.constantFrom('view', 'edit', 'fill', 'set-group'),
    fc.oneof(fc.constant('all'), groupScope),
  ),
);

/** Makes a role that is valid in the role file. */
export const role: fc.Arbitrary<RoleSource> = fc
  .record(
    {
      permissions,
      collaborationPermissions: fc.array(collaborationPermission, { maxLength: 4 }),
      defaultGroup: fc.constantFrom('g', '{group}', '{userId}', 'of {userId}'),
    },
    { requiredKeys: ['permissions'] },
  )
  .map(({ collaborationPermissions: listed, ...rest }) => ({
    ...rest,
    ...listOf(
      (listed ?? [])
        .filter(([, action]) => rest.permissions.includes('write') || action === 'view')
        .map((parts) => parts.join(':')),
    ),
  }));

/** Makes the field of a list; a role file has no empty one. */
function listOf(listed: readonly string[]): Pick<RoleSource, 'collaborationPermissions'> {
  return listed.length > 0 ? { collaborationPermissions: listed } : {};
}

const ROLE_NAMES = ['one', 'two', 'three', 'four'] as const;

const roles = fc.record({ one: role, two: role, three: role, four: role });

// So close together that different orders and ties occur, on both sides of noon and of the requested lives.
const EXPIRIES = [-100, -1, 0, 1, 60, 61, 300, 301, 900, 5000].map((after) => NOON + after);

function grantsFor(subject: Subject, layers: readonly string[]): fc.Arbitrary<Grant[]> {
  const principal = fc.oneof<fc.MaybeWeightedArbitrary<Principal>[]>(
    { weight: 3, arbitrary: fc.constant(user(subject.userId)) },
    { weight: 3, arbitrary: fc.constantFrom(...subject.groups, 'teachers').map(group) },
    { weight: 2, arbitrary: fc.constant(EVERYONE) },
    { weight: 1, arbitrary: principalName.map(user) },
    { weight: 1, arbitrary: principalName.map(group) },
  );
  const details = fc.record(
    {
      layers: fc.subarray([...layers]),
      privateLayer: fc.boolean(),
      expiresAt: fc.constantFrom(...EXPIRIES),
      defaultGroup: fc.constantFrom('h', 'i'),
    },
    { requiredKeys: ['layers', 'privateLayer'] },
  );
  const roleName = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...ROLE_NAMES) },
    { weight: 1, arbitrary: fc.constant('retired') },
  );
  return fc.uniqueArray(
    fc.tuple(principal, roleName, details).map((parts) => grant(...parts)),
    { maxLength: 7, selector: (one) => principalKey(one.principal) },
  );
}

/** Makes any {@link Scenario}. */
export const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    userId: principalName,
    groups: fc.uniqueArray(principalName, { maxLength: 4 }),
    privateLayerPrefix: fc.constantFrom('user:', 'u', 'a', '~/'),
  })
  .chain(({ userId, groups, privateLayerPrefix }) => {
    const subject = { userId, groups };
    const ofOthers = [`${privateLayerPrefix}bob`, privateLayerPrefix, `${privateLayerPrefix}${userId}2`];
    const named = ['', 'draft', userId, `${privateLayerPrefix}${userId}`, ...ofOthers].filter(isLayerName);
    return fc.record({
      subject: fc.constant(subject),
      privateLayerPrefix: fc.constant(privateLayerPrefix),
      roles,
      grants: grantsFor(subject, ['', 'draft', '*', ...named]),
      layer: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom('', 'draft') },
        { weight: 2, arbitrary: fc.constantFrom<Scenario['layer'][]>(...named, { private: true }) },
      ),
      permissions: fc.option(permissions, { nil: undefined }),
      ttlSeconds: fc.constantFrom(60, 300, 900),
    });
  });

/** Returns the circumstances of a scenario: its layer by name. */
export function circumstancesOf({ layer, ...given }: Scenario): Circumstances {
  return {
    ...given,
    layer: typeof layer === 'string' ? layer : given.privateLayerPrefix + given.subject.userId,
  };
}
