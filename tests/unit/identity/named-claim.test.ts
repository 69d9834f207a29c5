import { describe, expect, test } from '@jest/globals';
import { claimIn, faultOfClaimName, type Claims } from '../../../lib/identity/index.ts';

/** Parses claims as the payload of a token is parsed: a member can be named `__proto__`. */
const parsed = (json: string): Claims => JSON.parse(json) as Claims;

describe('a claim', () => {
  const claims = parsed(
    '{"sub":"alice","https://example.com/groups":["a"],"realm_access":{"roles":["x","y"]},"a.b":1,"a":{"b":2,"c/d":3,"e~f":4,"~1":5,"":6},' +
      '"list":[{"name":"first"}]}',
  );

  test.each<[string, unknown]>([
    ['sub', 'alice'],
    ['https://example.com/groups', ['a']],
    ['a.b', 1],
    ['/sub', 'alice'],
    ['/realm_access/roles', ['x', 'y']],
    ['/realm_access/roles/1', 'y'],
    ['/list/0/name', 'first'],
    ['/a/b', 2],
    ['/a/c~1d', 3],
    ['/a/e~0f', 4],
    ['/a/~01', 5],
    ['/https:~1~1example.com~1groups/0', 'a'],
  ])('is found by the name %s', (name, value) => {
    expect(claimIn(claims, name)).toEqual(value);
  });

  test.each([
    'Sub',
    'realm_access/roles',
    'realm_access.roles',
    '/realm_access/roles/2',
    '/realm_access/roles/-',
    '/realm_access/roles/01',
    '/realm_access/roles/-1',
    '/realm_access/roles/1.0',
    '/realm_access/roles/length',
    '/realm_access/nothing/deeper',
    '/https://example.com/groups',
  ])('is not found by the name %s', (name) => {
    expect(claimIn(claims, name)).toBeUndefined();
  });

  test.each(['/sub/0', '/sub/length', '/a.b/toFixed'])(
    'is not found through a value without members: %s',
    (name) => {
      expect(claimIn(claims, name)).toBeUndefined();
    },
  );

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'is never a member that every object inherits: %s',
    (name) => {
      for (const pointer of [name, `/${name}`, `/realm_access/${name}`, `/list/${name}`, `/${name}/name`]) {
        expect(claimIn(claims, pointer)).toBeUndefined();
      }
    },
  );

  test('can have such a name of its own', () => {
    const own = parsed('{"__proto__":{"groups":["a"]},"constructor":"b"}');
    expect(claimIn(own, '/__proto__/groups')).toEqual(['a']);
    expect(claimIn(own, 'constructor')).toBe('b');
    expect(claimIn(own, 'groups')).toBeUndefined();
  });
});

describe('the name of a claim', () => {
  test.each([
    'sub',
    'cognito:groups',
    'https://example.com/groups',
    'a~2b',
    '/a/b',
    '/a~1b~0c',
    '/list/0',
    'two words',
  ])('can be %s', (name) => {
    expect(faultOfClaimName(name)).toBeUndefined();
  });

  test.each([
    ['', 'must name a claim'],
    [' sub', 'no blank'],
    ['sub\n', 'no blank'],
    ['/a~2b', '"~0" for "~"'],
    ['/a~', '"~0" for "~"'],
    ['/', 'without an empty part'],
    ['/realm_access/', 'without an empty part'],
    ['//roles', 'without an empty part'],
    ['#/realm_access/roles', 'without the "#"'],
  ])('must not be %j', (name, fault) => {
    expect(faultOfClaimName(name)).toContain(fault);
  });
});
