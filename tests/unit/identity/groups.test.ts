import { describe, expect, test } from '@jest/globals';
import { groupsIn, type Claims, type GroupsInToken } from '../../../lib/identity/index.ts';

const read = (value: unknown, groupsSeparator?: string): GroupsInToken =>
  groupsIn(
    { groups: value },
    { groups: 'groups', ...(groupsSeparator !== undefined && { groupsSeparator }) },
  );

describe('groups', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['an empty list', [], []],
    ['a list', ['b', 'a'], ['b', 'a']],
    ['a list of one name with a space', ['a b'], ['a b']],
    ['a list with repeats', ['a', 'b', 'a'], ['a', 'b']],
    ['a list with names that no grant can have', ['a', '', 'x'.repeat(513), 'c\nd', 'e\ud800'], ['a']],
    ['one string', 'staff', ['staff']],
    ['one string with commas', 'a,b', ['a,b']],
    ['one empty string', '', []],
    ['one string that is rendered like a list', '[a b]', ['[a b]']],
    ['a string that holds a JSON list', ' ["a", "b c"]', ['a', 'b c']],
    ['a string that holds an empty JSON list', '[]', []],
    ['a string that holds a JSON object', '{"a":1}', ['{"a":1}']],
    ['an object, as the roles of ZITADEL', { admin: { 1: 'example.com' }, editor: {} }, ['admin', 'editor']],
    ['an object with switches', { admin: false, editor: true, viewer: null, guest: 0 }, ['editor', 'guest']],
    ['an empty object', {}, []],
    ['null, as some issuers send for no groups', null, []],
    ['absent', undefined, []],
  ])('may be %s', (_, value, groups) => {
    expect(read(value)).toStrictEqual({ groups });
  });

  test.each<[string, unknown]>([
    ['a number', 7],
    ['true', true],
    ['false', false],
    ['a list with a number', ['a', 7]],
    ['a list with null', ['a', null]],
    ['a list in a list', [['a']]],
    ['a list of objects', [{ name: 'a' }]],
    ['a string that holds a JSON list with a number', '["a", 7]'],
  ])('of another shape are none at all, and this is noted: %s', (_, value) => {
    expect(read(value)).toStrictEqual({ groups: [], unread: { reason: 'shape', claim: 'groups' } });
  });

  test('can be nested', () => {
    const claims = { realm_access: { roles: ['a'] } };
    expect(groupsIn(claims, { groups: '/realm_access/roles' }).groups).toEqual(['a']);
  });

  test('of the members that every object inherits are none', () => {
    expect(groupsIn({ groups: {} }, { groups: 'constructor' })).toStrictEqual({ groups: [] });
    expect(read(JSON.parse('{"__proto__":true}')).groups).toEqual(['__proto__']);
  });
});

describe('a separator', () => {
  test.each<[string, string, readonly string[]]>([
    ['a,b', ',', ['a', 'b']],
    [' a , b c ,, d,', ',', ['a', 'b c', 'd']],
    ['a b  c', ' ', ['a', 'b', 'c']],
    ['a::b', '::', ['a', 'b']],
    ['a|b', '|', ['a', 'b']],
    ['a.b', '.', ['a', 'b']],
    ['a', ',', ['a']],
    ['', ',', []],
    ['["a,b"]', ',', ['a,b']],
  ])('splits the string %j by %j', (text, separator, groups) => {
    expect(read(text, separator)).toStrictEqual({ groups });
  });

  test('in the name of a group of a list does not make two groups of it', () => {
    expect(read(['staff,admins', 'a'], ',').groups).toEqual(['staff,admins', 'a']);
    expect(read('["staff,admins"]', ',').groups).toEqual(['staff,admins']);
    expect(read({ 'staff,admins': true }, ',').groups).toEqual(['staff,admins']);
  });

  test('is not needed inside a list: a name that looks like a JSON list is one group', () => {
    expect(read(['["admins"]']).groups).toEqual(['["admins"]']);
  });
});

describe('groups that the issuer left out for their length', () => {
  const LEFT_OUT = { groups: [], unread: { reason: 'left-out', claim: 'groups' } };

  test.each<[string, Claims]>([
    [
      '_claim_names of Entra',
      { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'x' } } },
    ],
    ['hasgroups of Entra', { hasgroups: true }],
    ['hasgroups as text', { hasgroups: 'true' }],
    ['hasgroups beside null', { hasgroups: true, groups: null }],
  ])('are noted: %s', (_, claims) => {
    expect(groupsIn(claims, { groups: 'groups' })).toStrictEqual(LEFT_OUT);
  });

  test('are noted for a claim of another name, and for a nested one', () => {
    expect(groupsIn({ _claim_names: { roles: 's' } }, { groups: 'roles' }).unread?.reason).toBe('left-out');
    expect(groupsIn({ _claim_names: { app: 's' } }, { groups: '/app/roles' }).unread).toEqual({
      reason: 'left-out',
      claim: '/app/roles',
    });
  });

  test.each<[string, Claims]>([
    ['other claims are elsewhere', { _claim_names: { address: 'src1' } }],
    ['no claim is elsewhere', { _claim_names: null }],
    ['an inherited member is not one', { _claim_names: JSON.parse('{"x":{}}') as unknown, hasgroups: false }],
    ['the token has them all the same', { _claim_names: { roles: 'src1' }, hasgroups: true, roles: [] }],
    ['only groups are missing, but roles count', { _claim_names: { groups: 'src1' }, hasgroups: true }],
  ])('are not noted if %s', (_, claims) => {
    expect(groupsIn(claims, { groups: 'roles' })).toStrictEqual({ groups: [] });
  });

  test('are not taken from the source that the token names', () => {
    const claims = {
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { groups: ['admins'] } },
      src1: ['x'],
    };
    expect(groupsIn(claims, { groups: 'groups' })).toStrictEqual(LEFT_OUT);
  });
});
