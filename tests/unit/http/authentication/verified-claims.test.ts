import { describe, expect, test } from '@jest/globals';
import { verifiedClaims } from '../../../../lib/http/authentication/verified-claims.ts';
import { type Problem } from '../../../../lib/http/problems/problem.ts';
import { type Claims } from '../../../../lib/identity/index.ts';
import { apiEvent, callerToken, type RequestParts } from '../../../support/http/events.ts';
import { problemFrom } from '../../../support/http/thrown-problem.ts';

const identify = (parts: RequestParts, userId = 'sub'): Claims => verifiedClaims(apiEvent(parts), userId);

const problemOf = (parts: RequestParts, userId?: string): Problem =>
  problemFrom(() => identify(parts, userId));

const UNAUTHENTICATED = {
  status: 401,
  slug: 'unauthenticated',
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
};

const TOKEN = {
  iss: 'https://identity.example.com/',
  sub: 'alice',
  aud: ['layermint', 'userinfo'],
  client_id: 'app',
  exp: 1_769_863_600,
  iat: 1_769_860_000,
  jti: 'a1',
};

describe('the bearer', () => {
  const token = callerToken({ sub: 'alice' });

  test.each([`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token}`, token])(
    'is accepted with any case of its scheme, or without one, as by API Gateway',
    (authorization) => {
      expect(identify({ headers: { authorization } })['sub']).toBe('alice');
    },
  );

  test.each(['Authorization', 'AUTHORIZATION'])('is found under %s', (header) => {
    const headers = { authorization: undefined, [header]: `Bearer ${token}` };
    expect(identify({ headers })['sub']).toBe('alice');
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

  test('is worth nothing without the authorizer', () => {
    const headers = { authorization: `Bearer ${token}` };
    expect(problemOf({ claims: null, headers })).toMatchObject(UNAUTHENTICATED);
  });
});

describe('the verified token', () => {
  test('is recognized in the forms of API Gateway', () => {
    for (const verified of [
      { ...TOKEN, aud: '[layermint userinfo]', exp: '1.7698636e+09', iat: '1769860000' },
      { ...TOKEN, aud: '["layermint","userinfo"]', exp: '1769863600', iat: '1.76986e+09' },
    ]) {
      expect(identify({ claims: TOKEN, verified })).toEqual(TOKEN);
    }
  });

  test.each<[string, Claims]>([
    ['another user id', { sub: 'bob' }],
    ['another issuer', { iss: 'https://identity.example.com' }],
    ['another audience', { aud: ['layermint'] }],
    ['another client', { client_id: 'other' }],
    ['another expiry', { exp: 1_769_863_601 }],
    ['another time of issue', { iat: 1_769_860_001 }],
    ['another id', { jti: 'a2' }],
    ['a claim less', { jti: undefined }],
    ['a list in place of a string', { jti: ['a1'] }],
  ])('differs from a bearer with %s', (_, other) => {
    expect(problemOf({ claims: { ...TOKEN, ...other }, verified: TOKEN })).toMatchObject(UNAUTHENTICATED);
  });

  test('need not have every claim that identifies one', () => {
    expect(identify({ claims: TOKEN, verified: { iss: TOKEN.iss, sub: 'alice' } })).toEqual(TOKEN);
  });

  test('is unknown if the context has none of them', () => {
    for (const verified of [{}, { name: 'Alice' }]) {
      expect(problemOf({ claims: TOKEN, verified }, '/sub')).toMatchObject(UNAUTHENTICATED);
    }
  });

  test('is never recognized by members that every object inherits', () => {
    const verified = JSON.parse(
      '{"__proto__":{"iss":"https://identity.example.com/","sub":"alice"}}',
    ) as Claims;
    expect(problemOf({ claims: TOKEN, verified })).toMatchObject(UNAUTHENTICATED);
  });

  test('has the user id of the bearer, in whichever claim it is', () => {
    const claims = { ...TOKEN, oid: 'u-1' };
    expect(identify({ claims }, 'oid')['oid']).toBe('u-1');
    for (const oid of ['u-2', '[u-1]', undefined]) {
      const verified = { ...TOKEN, ...(oid !== undefined && { oid }) };
      expect(problemOf({ claims, verified }, 'oid')).toMatchObject(UNAUTHENTICATED);
    }
    expect(problemOf({ claims: TOKEN, verified: { ...TOKEN, oid: 'u-1' } }, 'oid')).toMatchObject(
      UNAUTHENTICATED,
    );
  });

  test('with a nested user id is recognized by its other claims', () => {
    const claims = { ...TOKEN, user: { id: 'u-1' } };
    const verified = { ...TOKEN, user: 'map[id:u-1]' };
    expect(identify({ claims, verified }, '/user/id')['user']).toEqual({ id: 'u-1' });
    expect(problemOf({ claims, verified: { ...verified, jti: 'a2' } }, '/user/id')).toMatchObject(
      UNAUTHENTICATED,
    );
  });

  test.each<[string, unknown, unknown]>([
    ['a number', 7, '7'],
    ['a list', ['alice'], '[alice]'],
    ['an object', { a: 1 }, 'map[a:1]'],
    ['null', null, '<nil>'],
    ['a text with a control character that API Gateway drops', 'a\u0000b', 'ab'],
    ['a text with half of a surrogate pair', 'a\ud800b', 'a?b'],
  ])('with a user id that cannot be used is no reason for a 401: %s', (_, sub, rendered) => {
    expect(identify({ claims: { ...TOKEN, sub }, verified: { ...TOKEN, sub: rendered } })['sub']).toEqual(
      sub,
    );
  });

  test('gives lists and objects as they are in the bearer', () => {
    const claims = { ...TOKEN, groups: ['a b'], realm_access: { roles: ['x'] } };
    const verified = { ...TOKEN, groups: '[a b]', realm_access: 'map[roles:[x]]' };
    expect(identify({ claims, verified })).toEqual(claims);
  });

  test('is the second one of a claim that a token has twice, or none', () => {
    const twice = Buffer.from('{"iss":"https://identity.example.com/","sub":"bob","sub":"alice"}').toString(
      'base64url',
    );
    const headers = { authorization: `Bearer e30.${twice}.c2ln` };
    const verified = { iss: TOKEN.iss, sub: 'alice' };
    expect(identify({ headers, verified })['sub']).toBe('alice');
    expect(problemOf({ headers, verified: { ...verified, sub: 'bob' } })).toMatchObject(UNAUTHENTICATED);
  });
});
