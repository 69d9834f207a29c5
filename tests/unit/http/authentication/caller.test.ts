import { describe, expect, test } from '@jest/globals';
import { callerOf, type Caller } from '../../../../lib/http/authentication/caller.ts';
import { Problem } from '../../../../lib/http/problems/problem.ts';
import { hasScope } from '../../../../lib/http/authentication/scopes.ts';
import { apiEvent, callerToken, type RequestParts } from '../../../support/http/events.ts';
import { type ClaimRules } from '../../../../lib/identity/index.ts';
import { COGNITO_CALLERS } from '../../../support/identity/cognito-callers.ts';

const { claims: COGNITO, backends } = COGNITO_CALLERS;

const identify = (parts: RequestParts, claims: ClaimRules = COGNITO): Caller =>
  callerOf(apiEvent(parts), { claims, backends });

/** Returns the problem with which identifying the caller must fail. */
function problemOf(parts: RequestParts, names: ClaimRules = COGNITO): Problem {
  try {
    identify(parts, names);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new TypeError('the caller was identified');
}

const UNAUTHENTICATED = {
  status: 401,
  slug: 'unauthenticated',
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
};

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
  test.each<[string, unknown, readonly string[]]>([
    ['absent', undefined, []],
    ['an empty list', [], []],
    ['one text', 'staff', ['staff']],
    ['one text that looks like a list', '[a b]', ['[a b]']],
    ['a list', ['b', 'a'], ['b', 'a']],
    ['a list of one name with a space', ['a b'], ['a b']],
    ['a list of two names', ['a', 'b'], ['a', 'b']],
    ['a list with repeats', ['a', 'b', 'a'], ['a', 'b']],
    ['a list with names that no grant can have', ['a', '', 'x'.repeat(513), 'c\nd'], ['a']],
    ['one empty text', '', []],
    ['null, as some issuers send for no groups', null, []],
  ])('may be %s', (_, groups, expected) => {
    const claims = { sub: 'alice', ...(groups !== undefined && { 'cognito:groups': groups }) };
    expect(identify({ claims }).subject.groups).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ['a number', 7],
    ['a list with a number', ['a', 7]],
    ['a list with null', ['a', null]],
    ['a list in a list', [['a']]],
    ['an object', { a: true }],
    ['true', true],
  ])('must not be %s, and the answer describes the right form', (_, groups) => {
    const problem = problemOf({ claims: { sub: 'alice', 'cognito:groups': groups } });
    expect(problem).toMatchObject(UNAUTHENTICATED);
    expect(problem.message).toBe(
      'The claim "cognito:groups" must be the caller\'s groups: an array of strings, or one string.',
    );
  });

  test('that are null in the bearer are none, even if others were verified', () => {
    const claims = { sub: 'alice', 'cognito:groups': null };
    const verified = { sub: 'alice', 'cognito:groups': '[owners]' };
    expect(identify({ claims, verified }).subject.groups).toEqual([]);
  });

  test.each(['?', '\ufffd', '\ufffd\ufffd\ufffd', '\ud800'])(
    'with half of a surrogate pair are left out, and no 401, if API Gateway writes %j for it',
    (written) => {
      const claims = { sub: 'alice', 'cognito:groups': ['staff', 'a\ud800b'] };
      const verified = { sub: 'alice', 'cognito:groups': `[staff a${written}b]` };
      expect(identify({ claims, verified }).subject.groups).toEqual(['staff']);
    },
  );

  test('are a 401 if others were verified, even beside half of a surrogate pair', () => {
    const claims = { sub: 'alice', 'cognito:groups': ['owners', 'a\ud800b'] };
    for (const groups of ['[staff a?b]', '[a?b]', '[owners a?b c]', '?', undefined]) {
      const verified = { sub: 'alice', ...(groups !== undefined && { 'cognito:groups': groups }) };
      expect(problemOf({ claims, verified })).toMatchObject(UNAUTHENTICATED);
    }
  });

  test('may be 500 and no more', () => {
    const groups = Array.from({ length: 500 }, (_, index) => `g${index}`);
    expect(identify({ claims: { sub: 'alice', 'cognito:groups': groups } }).subject.groups).toHaveLength(500);
    expect(problemOf({ claims: { sub: 'alice', 'cognito:groups': [...groups, 'more'] } })).toMatchObject({
      status: 403,
      slug: 'too-many-groups',
    });
  });

  test('are counted without repeats', () => {
    const groups = Array.from({ length: 1000 }, (_, index) => `g${index % 500}`);
    expect(identify({ claims: { sub: 'alice', 'cognito:groups': groups } }).subject.groups).toHaveLength(500);
  });
});

describe('the user id', () => {
  test.each(['alice', ' ', 'a b', '日本', '[a b]', 'true', 'x'.repeat(512)])('may be %j', (sub) => {
    expect(identify({ claims: { sub } }).subject.userId).toBe(sub);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['empty', { sub: '' }],
    ['a number', { sub: 7 }],
    ['true', { sub: true }],
    ['a list', { sub: ['alice'] }],
    ['longer than 512 bytes', { sub: 'é'.repeat(257) }],
    ['with control characters', { sub: 'a\u0000b' }],
  ])('must not be %s, and the answer describes the right form', (_, claims) => {
    const problem = problemOf({ claims });
    expect(problem).toMatchObject(UNAUTHENTICATED);
    expect(problem.message).toContain("must be the caller's user id: a string of 1 to 512 bytes");
  });

  test('must not be absent, and the answer reports it as missing', () => {
    expect(problemOf({ claims: {} })).toMatchObject({
      ...UNAUTHENTICATED,
      message: 'The claim "sub" with the caller\'s user id is missing.',
    });
  });

  test('is never taken from the members of every object', () => {
    const names = { ...COGNITO, userId: 'constructor' };
    expect(problemOf({ claims: { sub: 'alice' } }, names)).toMatchObject(UNAUTHENTICATED);
  });
});

describe('the display name', () => {
  test.each<[string, unknown]>([
    ['is null, as some issuers send for no name', null],
    ['is a number', 5],
    ['is a fraction', 1.5],
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

  test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    ['is not the verified one', { name: 'Bob' }, { name: 'Alice' }],
    ['was not verified', { name: 'Bob' }, {}],
    ['is not in the bearer', {}, { name: 'Alice' }],
    ['has a character that API Gateway writes differently', { name: 'a\ud800b' }, { name: 'a?b' }],
    ['has a control character that API Gateway drops', { name: 'a\u0000b' }, { name: 'ab' }],
  ])('is left out, and never a 401, if it %s', (_, name, verifiedName) => {
    const parts = { claims: { sub: 'alice', ...name }, verified: { sub: 'alice', ...verifiedName } };
    expect(identify(parts).subject).toStrictEqual({ userId: 'alice', groups: [] });
  });
});

describe('scopes', () => {
  const hasGrants = (scope: Readonly<Record<string, unknown>>): boolean =>
    hasScope(identify({ claims: { sub: 'alice', ...scope } }), 'layermint/grants');

  test.each<Readonly<Record<string, unknown>>>([
    { scope: 'layermint/grants' },
    { scope: 'openid layermint/grants email' },
    { scp: ['openid', 'layermint/grants'] },
    { scp: 'layermint/grants' },
    { scope: ['layermint/grants'] },
  ])('are found as whole words: %j', (claims) => {
    expect(hasGrants(claims)).toBe(true);
  });

  test.each<Readonly<Record<string, unknown>>>([
    {},
    { scope: '' },
    { scope: 'layermint/grants-extra' },
    { scope: 'my-layermint/grants' },
    { scope: 'layermint/grants,openid' },
    { scope: 'layermint' },
    { scope: 'Layermint/Grants' },
    { scope: 'openid', scp: 'layermint/grants' },
    { scopes: 'layermint/grants' },
    { scope: 'openid\tlayermint/grants' },
    { scope: 'openid [layermint/grants]' },
    { scope: '[layermint/grants] openid' },
  ])('are not found in parts of words or elsewhere: %j', (claims) => {
    expect(hasGrants(claims)).toBe(false);
  });

  test('are those that the authorizer verified, even if the bearer has others', () => {
    const claims = { sub: 'alice', scope: 'layermint/grants' };
    const caller = identify({ claims, verified: { sub: 'alice', scope: 'openid' } });
    expect([...caller.scopes]).toEqual(['openid']);
  });
});

describe('the bearer', () => {
  const token = callerToken({ sub: 'alice' });

  test.each([`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token}`, token])(
    'is accepted with any case of its scheme, or without one, as by API Gateway',
    (authorization) => {
      expect(identify({ headers: { authorization } }).subject.userId).toBe('alice');
    },
  );

  test.each(['Authorization', 'AUTHORIZATION'])('is found under %s', (header) => {
    const headers = { authorization: undefined, [header]: `Bearer ${token}` };
    expect(identify({ headers }).subject.userId).toBe('alice');
  });

  test('is a 401 if it is missing', () => {
    const problem = problemOf({ headers: { authorization: undefined } });
    expect(problem).toMatchObject(UNAUTHENTICATED);
    expect(problem.message).toBe('The Authorization header is missing.');
  });

  test.each([
    ['is empty', ''],
    ['is a scheme only', 'Bearer '],
    ['has two parts', `Bearer ${token.split('.').slice(0, 2).join('.')}`],
    ['has four parts', `Bearer ${token}.x`],
    ['has five parts, as an encrypted token', `Bearer ${token}.x.y`],
    ['is not base64url', `Bearer ${token}=`],
    ['occurs twice, as repeated headers arrive', `Bearer ${token},Bearer ${token}`],
    ['occurs twice without a scheme', `${token}, ${token}`],
    ['is of another scheme', `Basic ${token}`],
    ['is followed by something', `Bearer ${token} x`],
    ['is followed by a line break', `Bearer ${token}\n`],
  ])('is a 401 if it %s', (_, authorization) => {
    const problem = problemOf({ headers: { authorization } });
    expect(problem).toMatchObject(UNAUTHENTICATED);
    expect(problem.message).toMatch(/must hold exactly one bearer token/);
  });

  test.each([
    ['is no JSON', `Bearer a.${Buffer.from('alice').toString('base64url')}.b`],
    ['is no object', `Bearer a.${Buffer.from('["alice"]').toString('base64url')}.b`],
    ['is a number', `Bearer a.${Buffer.from('5').toString('base64url')}.b`],
    ['is null', `Bearer a.${Buffer.from('null').toString('base64url')}.b`],
    ['is not UTF-8', `Bearer a.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.b`],
  ])('is a 401 if its payload %s', (_, authorization) => {
    const problem = problemOf({ headers: { authorization } });
    expect(problem).toMatchObject(UNAUTHENTICATED);
    expect(problem.message).toBe("The bearer token's payload must be a JSON object.");
  });

  test('that is missing is reported as missing', () => {
    const headers = { authorization: undefined };
    expect(problemOf({ headers }).message).toBe('The Authorization header is missing.');
  });

  test('is a 401 if it occurs under two spellings of the header', () => {
    const headers = { Authorization: `Bearer ${token}` };
    expect(problemOf({ headers })).toMatchObject(UNAUTHENTICATED);
  });

  test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    ['another user id', { sub: 'bob' }, { sub: 'alice' }],
    [
      'a group more',
      { sub: 'alice', 'cognito:groups': ['a', 'b'] },
      { sub: 'alice', 'cognito:groups': ['a'] },
    ],
    ['groups although there are none', { sub: 'alice', 'cognito:groups': ['a'] }, { sub: 'alice' }],
    ['no groups although there are some', { sub: 'alice' }, { sub: 'alice', 'cognito:groups': ['a'] }],
    [
      'one group in place of one text',
      { sub: 'alice', 'cognito:groups': ['a'] },
      { sub: 'alice', 'cognito:groups': 'a' },
    ],
  ])('is a 401 if it differs from the verified claims: %s', (_, claims, verified) => {
    expect(problemOf({ claims, verified })).toMatchObject(UNAUTHENTICATED);
  });

  test('is worth nothing without the authorizer', () => {
    const headers = { authorization: `Bearer ${token}` };
    expect(problemOf({ claims: null, headers })).toMatchObject(UNAUTHENTICATED);
  });
});
