import { describe, expect, test } from '@jest/globals';
import {
  claims,
  clock,
  engine,
  now,
  signed,
  start,
  stopEngineAfterEach,
  verdict,
} from '../../../../../support/document-engine/engine-under-test.ts';

stopEngineAfterEach();

describe('the claims of a client token', () => {
  test('no token is 401, a bad one 403 with the documented messages', async () => {
    await start();
    expect(verdict(undefined)).toMatch(/^401 /);
    expect(verdict(await signed({ ...claims, exp: now }))).toBe(
      '403 Invalid `exp` claim in JWT: Expiration time is in the past',
    );
    expect(verdict(await signed({ ...claims, nbf: now + 1 }))).toBe(
      '403 Invalid `nbf` claim in JWT: The token is not valid before 2030-01-01T00:00:01.000Z',
    );
  });

  test('times are exact to the second unless leeway is given', async () => {
    const times = { ...claims, iat: now, exp: now + 10 };
    await start();
    const token = await signed({ ...times, nbf: now });
    expect(verdict(token)).toBe(true);
    clock.set((now - 0.001) * 1000);
    expect(verdict(token)).toMatch(/`nbf`/);
    expect(verdict(await signed(times))).toMatch(/`iat`/);
    clock.set((now + 9.999) * 1000);
    expect(verdict(token)).toBe(true);
    clock.set((now + 10) * 1000);
    expect(verdict(token)).toMatch(/`exp`/);
    await engine?.close();

    await start({ leewaySeconds: 5 });
    for (const seconds of [now - 5, now + 14.999]) {
      clock.set(seconds * 1000);
      expect(verdict(token)).toBe(true);
    }
    clock.set((now + 15) * 1000);
    expect(verdict(token)).toMatch(/`exp`/);
  });

  test('every documented claim is accepted', async () => {
    await start();
    const full = {
      ...claims,
      permissions: ['read-document', 'write', 'download', 'cover-image'],
      nbf: now,
      iat: now,
      jti: 'family',
      layer: 'my-layer',
      user_id: 'user_lucas',
      default_group: 'lucas',
      creator_name: 'Lucas',
      password: 'pdf',
      collaboration_permissions: [
        'annotations:view:self',
        'annotations:view:group=teacher',
        'annotations:set-group:group=private_students',
        'comments:reply:all',
        'comments:delete:createdBy=user=with|signs',
        'form-fields:fill:group=tenant',
      ],
    };
    const verification = engine?.verify(await signed(full));
    expect(verification).toEqual({ accepted: true, claims: full, secretId: 1 });
  });

  test.each<[string, object]>([
    ['document_id', { document_id: undefined }],
    ['document_id', { document_id: '' }],
    ['document_id', { document_id: 7 }],
    ['permissions', { permissions: undefined }],
    ['permissions', { permissions: [] }],
    ['permissions', { permissions: 'read-document' }],
    ['permissions', { permissions: ['read-document', 'edit'] }],
    ['permissions', { permissions: [null] }],
    ['exp', { exp: undefined }],
    ['exp', { exp: now + 0.5 }],
    ['exp', { exp: String(now + 60) }],
    ['exp', { exp: null }],
    ['exp', { exp: (now + 60) * 10_000 }],
    ['nbf', { nbf: 'now' }],
    ['nbf', { nbf: 1e300 }],
    ['iat', { iat: 1.5 }],
    ['jti', { jti: 7 }],
    ['layer', { layer: null }],
    ['layer', { layer: 'all*' }],
    ['layer', { layer: '𝓁'.repeat(257) }],
    ['user_id', { user_id: 7 }],
    ['default_group', { default_group: ['a'] }],
    ['creator_name', { creator_name: {} }],
    ['password', { password: 1 }],
    ['collaboration_permissions', { collaboration_permissions: 'annotations:view:all' }],
    ['collaboration_permissions', { collaboration_permissions: [7] }],
    ['collaboration_permissions', { collaboration_permissions: ['annotations:view:self'] }],
  ])('a wrong `%s` is named: %j', async (claim, change) => {
    await start();
    expect(verdict(await signed({ ...claims, ...change }))).toMatch(
      new RegExp(`^403 Invalid \`${claim}\` claim in JWT: \\S`),
    );
  });

  test('a layer of 256 characters is accepted in any encoding', async () => {
    await start();
    expect(verdict(await signed({ ...claims, layer: '𝓁'.repeat(256) }))).toBe(true);
    expect(verdict(await signed({ ...claims, layer: '' }))).toBe(true);
  });

  test.each([
    '',
    'annotations',
    'annotations:view',
    'annotations:view:',
    'widgets:view:all',
    'annotations:read:all',
    'annotations:fill:all',
    'comments:fill:all',
    'annotations:reply:all',
    'form-fields:reply:all',
    'annotations:view:everyone',
    'annotations:view:all ',
    'annotations:view:group=',
    'annotations:view:createdBy=',
    'annotations:view:createdby=a',
    'annotations:view:group=a:b',
    'annotations:view:all:',
    'Annotations:view:all',
  ])('the collaboration permission %j is refused', async (permission) => {
    await start();
    const collaboration_permissions = ['comments:view:all', permission];
    expect(verdict(await signed({ ...claims, user_id: 'alice', collaboration_permissions }))).toMatch(
      /^403 Invalid `collaboration_permissions` claim in JWT: /,
    );
  });
});
