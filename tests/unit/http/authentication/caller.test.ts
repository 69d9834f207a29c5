import { describe, expect, test } from '@jest/globals';
import { callerFrom, callerOf, type Caller } from '../../../../lib/http/authentication/caller.ts';
import { hasScope } from '../../../../lib/http/authentication/scopes.ts';
import { type CallerRules, type ClaimRules, type Claims } from '../../../../lib/identity/index.ts';
import { apiEvent } from '../../../support/http/events.ts';
import { COGNITO_CALLERS } from '../../../support/identity/cognito-callers.ts';
import { problemFrom } from '../../../support/http/thrown-problem.ts';
import { world } from '../../../support/world/world.ts';

const { claims: COGNITO, backends } = COGNITO_CALLERS;

const identify = ({ claims }: { readonly claims: Claims }, names: ClaimRules = COGNITO): Caller =>
  callerFrom(claims, { claims: names, backends });

const NOT_IDENTIFIED = { status: 403, slug: 'caller-not-identified', headers: {} };

describe('callers of real issuers', () => {
  test("Cognito's access token has groups and scopes but no name", () => {
    const claims = {
      sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      'cognito:groups': ['teachers', 'staff'],
      iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_example',
      version: 2,
      client_id: 'xxxxxxxxxxxxexample',
      token_use: 'access',
      scope: 'openid layermint/grants',
      auth_time: 1_769_859_000,
      exp: 1_769_863_600,
      username: 'alice',
    };
    const caller = identify({ claims });
    expect(caller.subject).toEqual({
      userId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      groups: ['teachers', 'staff'],
    });
    expect([...caller.scopes]).toEqual(['openid', 'layermint/grants']);
  });

  test("Cognito's id token has groups and a name but no scopes", () => {
    const claims = {
      sub: 'aaaaaaaa-bbbb',
      'cognito:groups': ['teachers'],
      email_verified: true,
      name: 'Alice A.',
      'cognito:username': 'alice',
      aud: 'xxxxxxxxxxxxexample',
      token_use: 'id',
    };
    const caller = identify({ claims });
    expect(caller.subject).toEqual({ userId: 'aaaaaaaa-bbbb', groups: ['teachers'], name: 'Alice A.' });
    expect(caller.scopes.size).toBe(0);
  });

  test("Auth0's claims of one's own are named by a URL", () => {
    const names = {
      ...COGNITO,
      userId: 'sub',
      groups: 'https://example.com/groups',
      name: 'https://example.com/name',
    };
    const claims = {
      sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
      'https://example.com/groups': ['Class 7', 'staff'],
      'https://example.com/name': 'Zoë',
      aud: ['layermint', 'https://example.eu.auth0.com/userinfo'],
      scope: 'openid profile',
    };
    expect(identify({ claims }, names).subject).toEqual({
      userId: 'auth0|5f7c8ec7c33c6c004bbafe82',
      groups: ['Class 7', 'staff'],
      name: 'Zoë',
    });
  });

  test("Keycloak's groups are paths", () => {
    const names = { ...COGNITO, userId: 'preferred_username', groups: 'groups', name: 'name' };
    const claims = {
      sub: 'f:1:alice',
      preferred_username: 'alice',
      groups: ['/team/a', '/team/b'],
      realm_access: { roles: ['offline_access'] },
      'allowed-origins': ['*'],
      scope: 'openid',
    };
    expect(identify({ claims }, names).subject).toEqual({ userId: 'alice', groups: ['/team/a', '/team/b'] });
  });
});

describe('groups', () => {
  test('may be 500 and no more', () => {
    const groups = Array.from({ length: 500 }, (_, index) => `g${index}`);
    expect(identify({ claims: { sub: 'alice', 'cognito:groups': groups } }).subject.groups).toHaveLength(500);
    const claims = { sub: 'alice', 'cognito:groups': [...groups, 'more'] };
    expect(problemFrom(() => identify({ claims }))).toMatchObject({ status: 403, slug: 'too-many-groups' });
  });

  test('are counted without repeats', () => {
    const groups = Array.from({ length: 1000 }, (_, index) => `g${index % 500}`);
    expect(identify({ claims: { sub: 'alice', 'cognito:groups': groups } }).subject.groups).toHaveLength(500);
  });

  test('that were read, or that the token does not have, are not noted', () => {
    for (const groups of [undefined, null, [], ['a']]) {
      const { subject } = identify({ claims: { sub: 'alice', 'cognito:groups': groups } });
      expect(Object.hasOwn(subject, 'unreadGroups')).toBe(false);
    }
  });

  test('that cannot be read are no reason for a 401: the caller has none, and the reason is kept', () => {
    const { subject } = identify({ claims: { sub: 'alice', 'cognito:groups': 7 } });
    expect(subject).toStrictEqual({
      userId: 'alice',
      groups: [],
      unreadGroups: { reason: 'shape', claim: 'cognito:groups' },
    });
  });

  test('that cannot be read are logged and counted once, without any value of the token', () => {
    const { callers, log, lines } = world();
    const claims = { sub: 'alice', 'cognito:groups': [{ secret: 'board' }] };
    callerOf(apiEvent({ claims }), { callers, log });
    const logged = lines.map((line) => JSON.parse(line) as unknown);
    expect(logged).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: 'a caller token does not tell the groups of its user',
        requestId: 'request-1',
        reason: 'shape',
        claim: 'cognito:groups',
        GroupsUnreadable: 1,
      }),
    ]);
    expect(lines.join('')).not.toMatch(/alice|board/);
  });

  test('that were read are not logged', () => {
    const { callers, log, lines } = world();
    callerOf(apiEvent({ claims: { sub: 'alice', 'cognito:groups': ['a'] } }), { callers, log });
    expect(lines).toEqual([]);
  });
});

describe('the user id', () => {
  test.each(['alice', ' ', 'a b', '日本', '[a b]', 'true', 'x'.repeat(512)])('may be %j', (sub) => {
    expect(identify({ claims: { sub } }).subject.userId).toBe(sub);
  });

  test('can be nested', () => {
    const claims = { sub: 'x', user: { ids: ['alice'] } };
    expect(identify({ claims }, { ...COGNITO, userId: '/user/ids/0' }).subject.userId).toBe('alice');
  });

  test.each<[string, Claims]>([
    ['empty', { sub: '' }],
    ['a number', { sub: 7 }],
    ['a number that may no longer be the exact one', { sub: 2 ** 53 }],
    ['true', { sub: true }],
    ['a list', { sub: ['alice'] }],
    ['an object', { sub: { alice: true } }],
    ['longer than 512 bytes', { sub: 'é'.repeat(257) }],
    ['with control characters', { sub: 'a\u0000b' }],
    ['with half of a surrogate pair', { sub: 'a\ud800b' }],
  ])('must not be %s: a 403 that describes the right form, not the 401 of an expired token', (_, claims) => {
    const problem = problemFrom(() => identify({ claims }));
    expect(problem).toMatchObject(NOT_IDENTIFIED);
    expect(problem.message).toBe(
      'The claim "sub" of the caller token must be the user id: a string of 1 to 512 bytes without control characters.',
    );
  });

  test.each<[string, Claims]>([
    ['absent', {}],
    ['null', { sub: null }],
  ])('must not be %s, and the answer reports it as missing', (_, claims) => {
    const problem = problemFrom(() => identify({ claims }));
    expect(problem).toMatchObject(NOT_IDENTIFIED);
    expect(problem.message).toBe('The caller token has no claim "sub", which must hold the user id.');
  });

  test.each(['constructor', '__proto__', '/constructor/name', '/__proto__/x', '/sub/0', '/sub/length'])(
    'is never taken from the members of every object, or from inside a text: %s',
    (userId) => {
      expect(problemFrom(() => identify({ claims: { sub: 'alice' } }, { ...COGNITO, userId }))).toMatchObject(
        NOT_IDENTIFIED,
      );
    },
  );
});

describe('the display name', () => {
  test('is that of the token, nested too', () => {
    expect(identify({ claims: { sub: 'alice', name: 'Alice' } }).subject.name).toBe('Alice');
    const claims = { sub: 'alice', profile: { name: 'Alice' } };
    expect(identify({ claims }, { ...COGNITO, name: '/profile/name' }).subject.name).toBe('Alice');
  });

  test.each<[string, unknown]>([
    ['is null, as some issuers send for no name', null],
    ['is a number', 5],
    ['is an object', {}],
    ['is a list', ['Alice', 'A.']],
    ['is false', false],
    ['has a control character', 'a\nb'],
    ['is empty', ''],
    ['is longer than 512 bytes', 'x'.repeat(513)],
    ['has half of a surrogate pair', 'Alice \ud800'],
  ])('is left out if it %s', (_, name) => {
    expect(identify({ claims: { sub: 'alice', name } }).subject).toStrictEqual({
      userId: 'alice',
      groups: [],
    });
  });
});

describe('scopes', () => {
  const scopesOf = (claims: Claims, rules: Partial<CallerRules> = {}): readonly string[] => [
    ...callerFrom({ sub: 'worker', ...claims }, { ...COGNITO_CALLERS, ...rules }).scopes,
  ];

  test('come from each claim of the stage, each scope once', () => {
    expect(scopesOf({ scope: 'a b', scp: ['b', 'c'] })).toEqual(['a', 'b', 'c']);
    const claims = { ...COGNITO, scopes: ['/app/roles'] };
    expect(scopesOf({ scope: 'a', app: { roles: ['layermint/grants'] } }, { claims })).toEqual([
      'layermint/grants',
    ]);
  });

  test('count as whole words', () => {
    const caller = identify({ claims: { sub: 'alice', scope: 'layermint/grants-extra xlayermint/grants' } });
    expect(hasScope(caller, 'layermint/grants')).toBe(false);
  });

  test('of a backend are joined with those of its token', () => {
    const backends = new Map([['worker', ['layermint/on-behalf']]]);
    expect(scopesOf({ scope: 'openid' }, { backends })).toEqual(['openid', 'layermint/on-behalf']);
  });

  test('of a backend are no scopes of a user whose id, group or name only resembles it', () => {
    const backends = new Map([['worker', ['layermint/on-behalf']]]);
    for (const claims of [
      { sub: 'Worker' },
      { sub: 'worker ' },
      { sub: 'worke\u0433' },
      { sub: 'alice', 'cognito:groups': ['worker'], name: 'worker' },
      { sub: '__proto__' },
      { sub: 'constructor' },
      { sub: 'size' },
    ]) {
      expect(scopesOf(claims, { backends })).toEqual([]);
    }
  });

  test('are not gained by a group, a name or a user id that is called like one', () => {
    const SCOPE = 'layermint/grants';
    const claims = { sub: SCOPE, 'cognito:groups': [SCOPE], name: SCOPE, scopes: SCOPE, roles: [SCOPE] };
    expect(scopesOf(claims)).toEqual([]);
  });
});
