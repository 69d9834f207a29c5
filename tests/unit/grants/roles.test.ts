import { describe, expect, test } from '@jest/globals';
import { parseCollaborationPermission } from '../../../lib/document-engine/index.ts';
import { parseRoles, RolesError } from '../../../lib/grants/index.ts';
import { fillRole, type FilledRole } from '../../../lib/grants/roles.ts';
import { type Principal, type Subject } from '../../../lib/identity/index.ts';
import shipped from '../../../infra/roles/roles.json' with { type: 'json' };
import { EVERYONE, group, subject, user } from '../../support/grants/grants.ts';

/** Parses a file with one role. @returns the faults */
function faultsOf(role: unknown, name = 'reviewer'): readonly string[] {
  return faultsOfFile({ roles: { [name]: role } });
}

function faultsOfFile(file: unknown): readonly string[] {
  try {
    parseRoles(file);
    return [];
  } catch (error) {
    if (error instanceof RolesError) return error.faults;
    throw error;
  }
}

const WRITER = { permissions: ['read-document', 'write'] };

describe('the shipped roles', () => {
  test('are valid, including those in the documentation', () => {
    // A team that adds a role changes roles.json and no test.
    expect([...parseRoles(shipped).keys()]).toEqual(
      expect.arrayContaining([
        'viewer',
        'commenter',
        'annotator',
        'form-filler',
        'editor',
        'owner',
        'thumbnail',
      ]),
    );
  });

  test('let a thumbnail show the cover and nothing else', () => {
    expect(parseRoles(shipped).get('thumbnail')).toEqual({ permissions: ['cover-image'] });
  });
});

describe('a role file', () => {
  test('is read into permissions, collaboration permissions and a default group', () => {
    const roles = parseRoles({
      $schema: './roles.schema.json',
      roles: {
        student: {
          permissions: ['read-document', 'write'],
          collaborationPermissions: ['annotations:view:self', 'form-fields:fill:group={group}'],
          defaultGroup: '{userId}',
        },
      },
    });
    expect(roles.get('student')).toEqual({
      permissions: ['read-document', 'write'],
      collaborationPermissions: [
        { contentType: 'annotations', action: 'view', scope: { kind: 'self' } },
        { contentType: 'form-fields', action: 'fill', scope: { kind: 'group', name: '{group}' } },
      ],
      defaultGroup: '{userId}',
    });
  });

  test.each([
    ['null', null],
    ['a list', []],
    ['an object without "roles"', {}],
    ['"roles" as a list', { roles: [] }],
    ['"roles" as a text', { roles: 'viewer' }],
  ])('is refused if it is %s', (_, file) => {
    expect(faultsOfFile(file)).toEqual([
      'the file must be an object with the field "roles", an object of roles by name',
    ]);
  });

  test('is refused without any role', () => {
    expect(faultsOfFile({ roles: {} })).toEqual(['there must be at least one role']);
  });

  test('is refused with an unknown field', () => {
    expect(faultsOfFile({ roles: { viewer: WRITER }, rolls: {} })).toEqual([
      'the file has the unknown field "rolls"; its fields are $schema, roles',
    ]);
  });

  test.each(['', 'Viewer', '1st', 'role name', 'rôle', 'a'.repeat(65), '__proto__'])(
    'is refused with a role named %j',
    (name) => {
      const file: unknown = JSON.parse(`{"roles": {${JSON.stringify(name)}: {"permissions": ["write"]}}}`);
      expect(faultsOfFile(file)).toEqual([
        `role "${name}": a role's name is 1 to 64 lower-case letters, digits and hyphens`,
      ]);
    },
  );

  test('is refused with every fault at once, so that one build finds them all', () => {
    const faults = faultsOfFile({
      roles: { one: { permissions: ['read'] }, two: { permissions: ['write'], defaultGroup: 'a:b' } },
    });
    expect(faults).toEqual([
      expect.stringMatching(/^role "one": has the unknown permission "read"/),
      expect.stringMatching(/^role "two": "defaultGroup" must be a group name/),
    ]);
  });

  test('lists all of its faults in the message of the error', () => {
    expect(() => parseRoles({ roles: { one: { permissions: ['read'] } } })).toThrow(
      'The roles are not valid:\n  - role "one": has the unknown permission "read"; the permissions are ' +
        'read-document, write, download, cover-image',
    );
  });
});

describe('a role', () => {
  test.each([null, [], 'viewer'])('is refused if it is %j', (role) => {
    expect(faultsOf(role)).toContain('role "reviewer": must be an object');
  });

  test('is refused with an unknown field, as a misspelt restriction would restrict nothing', () => {
    expect(faultsOf({ ...WRITER, collaborationPermission: [] })).toEqual([
      'role "reviewer": has the unknown field "collaborationPermission"; the fields are permissions, ' +
        'collaborationPermissions, defaultGroup',
    ]);
  });

  test.each([undefined, [], 'write', [1], null, {}])('is refused with the permissions %j', (permissions) => {
    expect(faultsOf({ permissions })).toEqual([
      'role "reviewer": "permissions" must be an array of one or more of read-document, write, download, cover-image',
    ]);
  });

  test('is refused with an unknown permission', () => {
    expect(faultsOf({ permissions: ['write', 'admin'] })).toEqual([
      'role "reviewer": has the unknown permission "admin"; the permissions are read-document, write, download, cover-image',
    ]);
  });

  test('is refused if it names a permission twice', () => {
    expect(faultsOf({ permissions: ['write', 'write'] })).toEqual([
      'role "reviewer": names a permission twice',
    ]);
  });

  test.each([null, {}, 'annotations:view:all', [1], []])(
    'is refused with the collaboration permissions %j',
    (list) => {
      expect(faultsOf({ ...WRITER, collaborationPermissions: list })).toEqual([
        'role "reviewer": "collaborationPermissions" must be an array of one or more strings such as "annotations:view:all"; leave it out to allow everything that the permissions allow',
      ]);
    },
  );

  test.each([
    [
      'pages:view:all',
      'has the content type "pages"; the content types are annotations, comments, form-fields',
    ],
    [':view:all', 'has the content type ""'],
    ['Annotations:view:all', 'has the content type "Annotations"'],
    ['annotations:create:all', 'has the action "create"; the actions on annotations are'],
    [
      'annotations:fill:all',
      'has the action "fill"; the actions on annotations are view, edit, delete, set-group',
    ],
    ['annotations:reply:all', 'has the action "reply"'],
    ['comments:fill:all', 'has the action "fill"'],
    ['form-fields:reply:all', 'has the action "reply"'],
    ['annotations:view', 'has a scope that is not all, self, createdBy=<user id> or group=<name>'],
    ['annotations:view:', 'has a scope that is not'],
    ['annotations:view:everyone', 'has a scope that is not'],
    ['annotations:view:all:more', 'has a scope that is not'],
    ['annotations:view:all ', 'has a scope that is not'],
    ['annotations:view:group=', 'has a scope that is not'],
    ['annotations:view:group=*', 'has a scope that is not'],
    ['annotations:view:group=a=b', 'has a scope that is not'],
    ['annotations:view:group=a\nb', 'has a scope that is not'],
    ['annotations:view:createdBy=', 'has a scope that is not'],
    ['annotations:view:group={group}:all', 'has a scope that is not'],
    ['annotations:view:{userId}', 'has a scope that is not'],
    ['form-fields:fill:self', 'scopes form fields by their creator, which Document Engine does not support'],
    [
      'form-fields:fill:createdBy=eve',
      'scopes form fields by their creator, which Document Engine does not support',
    ],
  ])('is refused with the impossible collaboration permission %j', (text, fault) => {
    const faults = faultsOf({ ...WRITER, collaborationPermissions: [text] });
    expect(faults).toEqual([expect.stringContaining(`role "reviewer": "${text}" ${fault}`)]);
  });

  test.each([
    'annotations:set-group:group=teachers',
    'comments:reply:all',
    'form-fields:fill:group={group}-{userId}',
    'annotations:edit:createdBy={userId}',
    'annotations:view:group=with space',
    'annotations:delete:self',
  ])('may list %j', (text) => {
    expect(faultsOf({ ...WRITER, collaborationPermissions: [text] })).toEqual([]);
  });

  test.each(['{user}', '{}', '{userid}', '{userId', 'userId}', '{{userId}}', '{group}}'])(
    'is refused with the placeholder of %j, in a scope and in the default group',
    (text) => {
      const fault = '; the placeholders are {userId} and {group}';
      const scoped = { ...WRITER, collaborationPermissions: [`annotations:view:group=${text}`] };
      expect(faultsOf(scoped)[0]).toContain(fault);
      expect(faultsOf({ ...WRITER, defaultGroup: text })[0]).toContain(fault);
    },
  );

  test.each(['', 'a:b', 'a=b', '*', 'a\tb', 7, null])(
    'is refused with the default group %j',
    (defaultGroup) => {
      expect(faultsOf({ ...WRITER, defaultGroup })).toEqual([
        'role "reviewer": "defaultGroup" must be a group name without ":", "=", "*" and control characters',
      ]);
    },
  );

  test('is refused if it lists anything but view and has no "write", which would be without effect', () => {
    const role = {
      permissions: ['read-document'],
      collaborationPermissions: ['annotations:view:all', 'annotations:edit:self'],
    };
    expect(faultsOf(role)).toEqual([
      'role "reviewer": lists the action "edit" but does not have "write", without which only view counts',
    ]);
  });
});

/** A role with one scope and a default group, filled in. */
function filled(scope: string, defaultGroup: string, who: Subject, principal: Principal): FilledRole {
  const role = parseRoles({
    roles: {
      one: {
        permissions: ['read-document', 'write'],
        collaborationPermissions: [`annotations:edit:${scope}`],
        defaultGroup,
      },
    },
  }).get('one');
  if (role === undefined) throw new TypeError('the role is there');
  return fillRole(role, who, principal);
}

const scopeAndGroup = (scope: string, defaultGroup: string): unknown => ({
  filled: true,
  role: {
    permissions: ['read-document', 'write'],
    collaborationPermissions: [parseCollaborationPermission(`annotations:edit:${scope}`)],
    defaultGroup,
  },
});

describe('placeholders', () => {
  test("stand for the caller's user id and for the group that has the grant", () => {
    expect(
      filled('createdBy={userId}', '{group}', subject('alice', ['teachers', 'staff']), group('teachers')),
    ).toEqual(scopeAndGroup('createdBy=alice', 'teachers'));
  });

  test('may stand inside a longer name, more than once', () => {
    expect(
      filled('group={group}-{userId}-{userId}', 'of {userId}', subject('alice'), group('class 7')),
    ).toEqual(scopeAndGroup('group=class 7-alice-alice', 'of alice'));
  });

  test.each(['{group}', '{userId}', '$&', '$1', 'a/b', '日本', '"', '\\'])(
    'are filled in one pass, so that the user id %j stays as it is',
    (userId) => {
      expect(filled('group={userId}', '{userId}', subject(userId), group('g'))).toEqual(
        scopeAndGroup(`group=${userId}`, userId),
      );
    },
  );

  test.each(['x:edit:all', 'a=b', '*', 'a*', 'all:', 'a\nb', 'a\u0085b', ''])(
    'make the role unusable for the user id %j, which could read as more than a name',
    (userId) => {
      expect(filled('createdBy={userId}', 'g', subject(userId), user(userId))).toEqual({
        filled: false,
        reason: '{userId} cannot be filled in for this caller',
      });
    },
  );

  test('make the role unusable through the default group alone', () => {
    expect(filled('all', '{userId}', subject('a:b'), EVERYONE)).toMatchObject({ filled: false });
  });

  test.each([user('alice'), EVERYONE])(
    'make the role unusable if {group} occurs outside a group grant: %j',
    (principal) => {
      expect(filled('group={group}', 'g', subject('alice', ['teachers']), principal)).toEqual({
        filled: false,
        reason: '{group} cannot be filled in for this caller',
      });
    },
  );

  test('that cannot be filled in are all named', () => {
    expect(filled('group={group}', '{userId}', subject('a=b'), EVERYONE)).toEqual({
      filled: false,
      reason: '{group} and {userId} cannot be filled in for this caller',
    });
  });

  test('of a name that nothing uses do no harm', () => {
    expect(filled('all', 'g', subject('a:b'), user('a:b'))).toEqual(scopeAndGroup('all', 'g'));
  });
});
