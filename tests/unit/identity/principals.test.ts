import { describe, expect, test } from '@jest/globals';
import { EVERYONE, group, subject, user } from '../../support/grants/grants.ts';
import {
  isPrincipalName,
  principalKey,
  principalsOf,
  principalFromKey,
} from '../../../lib/identity/index.ts';

describe('a user id or group name', () => {
  test.each([
    'a',
    ' ',
    'a b',
    'auth0|5f7c',
    '日本',
    'e\u0301',
    'x:edit:all',
    '*',
    '{userId}',
    'a'.repeat(512),
  ])('may be %j', (name) => {
    expect(isPrincipalName(name)).toBe(true);
  });

  test.each([
    ['empty', ''],
    ['longer than 512 bytes', 'a'.repeat(513)],
    ['longer than 512 bytes in UTF-8', 'é'.repeat(257)],
    ['with a control character', 'a\u0007b'],
    ['with a C1 control character', 'a\u0085b'],
    ['with half of a surrogate pair', 'a\ud83db'],
  ])('must not be %s', (_, name) => {
    expect(isPrincipalName(name)).toBe(false);
  });
});

describe('a principal', () => {
  test('is a user, each of the groups, and everyone', () => {
    expect(principalsOf(subject('alice', ['staff', 'teachers']))).toEqual([
      user('alice'),
      group('staff'),
      group('teachers'),
      EVERYONE,
    ]);
  });

  test.each([
    user('alice'),
    group('teachers'),
    EVERYONE,
    user('GROUP#teachers'),
    user('EVERYONE'),
    group('USER#alice'),
    user('#'),
  ])('is read back from its key: %j', (principal) => {
    expect(principalFromKey(principalKey(principal))).toEqual(principal);
  });

  test.each(['', 'everyone', 'EVERYONE#', 'ROLE#viewer', 'user#alice', 'xUSER#alice', 'xGROUP#a'])(
    'is not read from %j',
    (key) => {
      expect(principalFromKey(key)).toBeUndefined();
    },
  );
});
