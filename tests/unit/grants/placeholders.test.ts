import { describe, expect, test } from '@jest/globals';
import { parseRoles } from '../../../lib/grants/index.ts';
import { fillRole, type FilledRole } from '../../../lib/grants/roles.ts';
import { EVERYONE, group, subject, user } from '../../support/grants/grants.ts';
import { type Principal, type Subject } from '../../../lib/identity/index.ts';

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
    collaborationPermissions: [{ contentType: 'annotations', action: 'edit', scope }],
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
    'are filled in one pass, so that the user id %j stays what it is',
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
    'make the role unusable where {group} stands outside a group grant: %j',
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
