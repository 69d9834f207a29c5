import { describe, expect, test } from '@jest/globals';
import rolesFile from '../../../../../infra/roles/roles.json' with { type: 'json' };
import { HOUR } from '../../../../../lib/runtime/time.ts';
import {
  as,
  BACKEND,
  grantIn,
  grantsIn,
  headerIn,
  longLayers,
} from '../../../../support/grants/grants-api.ts';
import { problemIn } from '../../../../support/http/events.ts';
import { NOON } from '../../../../support/runtime/clock.ts';
import {
  api,
  ownedByAlice,
  principalsOf,
  time,
  useGrantsApi,
} from '../../../../support/grants/document-under-test.ts';

useGrantsApi();

const { roles } = rolesFile;

describe('a PUT', () => {
  test('of the first grant needs the scope, and makes an owner that needs no scope from then on', async () => {
    const first = await api.put(BACKEND, 'doc', 'user=alice', { role: 'owner', layers: ['*'] });
    expect(first.statusCode).toBe(201);
    expect(grantIn(first)).toEqual({
      principal: { user: 'alice' },
      role: 'owner',
      layers: ['*'],
      privateLayer: false,
      grantedBy: 'backend',
      grantedAt: time(NOON),
      etag: expect.any(String),
    });
    const second = await api.put(as('alice'), 'doc', 'user=bob', { role: 'viewer' });
    expect([second.statusCode, grantIn(second).grantedBy]).toEqual([201, 'alice']);
    expect((await api.world.mint('doc', 'bob')).permissions).toEqual(['read-document', 'cover-image']);
  });

  test('accepts every field of a grant, for a user, a group and everyone', async () => {
    const body = {
      role: 'annotator',
      layers: ['', 'review'],
      privateLayer: true,
      defaultGroup: 'team',
      expiresAt: '2026-02-01T00:00:00.5+01:00',
    };
    const said = { ...body, expiresAt: '2026-01-31T23:00:00Z' };
    const names: readonly (readonly [string, object])[] = [
      ['user=a%20%26%3D%23%E2%98%83', { user: 'a &=#☃' }],
      ['group=a%2Bb%2C', { group: 'a+b,' }],
      ['everyone', { everyone: true }],
      ['everyone=', { everyone: true }],
    ];
    for (const [query, principal] of names) {
      expect(grantIn(await api.put(BACKEND, 'doc', query, body))).toMatchObject({ principal, ...said });
    }
    expect(principalsOf(await api.list(BACKEND, 'doc'))).toHaveLength(3);
  });

  test('answers 201 for a new grant, and 200 for a changed one with another etag', async () => {
    const created = await api.put(BACKEND, 'doc', 'user=bob', { role: 'viewer' });
    const changed = await api.put(BACKEND, 'doc', 'user=bob', { role: 'editor' });
    expect([created.statusCode, changed.statusCode]).toEqual([201, 200]);
    expect(grantIn(changed).etag).not.toBe(grantIn(created).etag);
    expect(headerIn(changed, 'etag')).toBe(`"${grantIn(changed).etag}"`);
  });

  test('of the same grant again changes nothing: not its etag, author or time', async () => {
    const body = { role: 'viewer', layers: ['a', 'b'], expiresAt: time(NOON + HOUR) };
    const created = await api.put(BACKEND, 'doc', 'user=bob', body);
    api.world.clock.advance(60_000);
    await ownedByAlice();
    const again = await api.put(as('alice'), 'doc', 'user=bob', { ...body, layers: ['b', 'a'] });
    expect(again.statusCode).toBe(200);
    expect(again.body).toBe(created.body);
  });

  test.each([
    [{ role: 'boss' }, '#/role', new RegExp(`^must be one of the roles ${Object.keys(roles).join(', ')}$`)],
    [{ role: 'viewer', layer: 'a' }, '#/layer', /is unknown/],
    [{ role: 'viewer', layers: 'a' }, '#/layers', /array/],
    [{ role: 'viewer', layers: ['a', 'a'] }, '#/layers', /twice/],
    [{ role: 'viewer', layers: ['*', 'a'] }, '#/layers', /beside "\*"/],
    [{ role: 'viewer', layers: [] }, '#/layers', /open nothing/],
    [{ role: 'viewer', layers: ['a*'] }, '#/layers/0', /without "\*"/],
    [{ role: 'viewer', layers: ['user:bob'] }, '#/layers/0', /must not begin with "user:"/],
    [{ role: 'viewer', privateLayer: 'yes' }, '#/privateLayer', /a boolean/],
    [{ role: 'viewer', defaultGroup: 'a:b' }, '#/defaultGroup', /":"/],
    [{ role: 'viewer', expiresAt: time(NOON) }, '#/expiresAt', /in the future/],
    [{ role: 'viewer', expiresAt: '2026-02-30T00:00:00Z' }, '#/expiresAt', /RFC 3339/],
    [{ role: 'viewer', expiresAt: '2026-03-01T00:00Z' }, '#/expiresAt', /RFC 3339/],
    [{ role: 'viewer', expiresAt: NOON + HOUR }, '#/expiresAt', /RFC 3339/],
    [{ role: 'viewer', expiresAt: '9999-12-31T23:59:59-14:00' }, '#/expiresAt', /no later than 9999/],
    [{ role: 'viewer', expiresAt: '9999-12-31T23:59:59-00:01' }, '#/expiresAt', /no later than 9999/],
  ])('of %j is refused at %s', async (body, pointer, detail) => {
    const result = await api.put(BACKEND, 'doc', 'user=bob', body);
    expect(result.statusCode).toBe(400);
    expect(problemIn(result).errors).toEqual([{ pointer, detail: expect.stringMatching(detail) }]);
    expect(grantsIn(await api.list(BACKEND, 'doc')).grants).toEqual([]);
  });

  test('with layers of 12 KB, by which each read of the grant would wear out the table, is refused', async () => {
    const result = await api.put(BACKEND, 'doc', 'user=bob', { role: 'viewer', layers: longLayers('bob') });
    expect(result.statusCode).toBe(400);
    expect(problemIn(result).detail).toBe('#/layers must have at most 4096 bytes in all layers together.');
  });

  test('may end at the last second that can be written, and comes back so', async () => {
    for (const expiresAt of ['9999-12-31T23:59:59.9Z', '9999-12-31T22:59:59-01:00']) {
      const set = await api.put(BACKEND, 'doc', 'user=bob', { role: 'viewer', expiresAt });
      expect(grantIn(set).expiresAt).toBe('9999-12-31T23:59:59Z');
    }
  });

  test.each(['', '?', 'a/b', 'a b', 'a'.repeat(257)])('to the document id %j is refused', async (id) => {
    const result = await api.put(BACKEND, id, 'user=bob', { role: 'viewer' });
    expect([result.statusCode, problemIn(result).type]).toEqual([
      400,
      'urn:layermint:problem:invalid-request',
    ]);
  });
});

describe('the query string', () => {
  test.each([
    ['names no principal', ''],
    ['names two', 'user=a&group=a'],
    ['names one twice', 'user=alice&user=bob'],
    ['names one twice, once encoded', 'user=alice&%75ser=bob'],
    ['has another parameter', 'user=alice&as=bob'],
    ['ends in the middle of a pair', 'user=alice&'],
    ['has an empty name', 'user='],
    ['names nobody', 'user'],
    ['gives everyone a value', 'everyone=true'],
    ['has a bare plus', 'user=ann+tag@example.com'],
    ['has half an escape', 'user=%4'],
    ['has bytes that are not UTF-8', 'user=%FF'],
    ['spells a character in too many bytes', 'user=%C0%AF'],
    ['has half a surrogate pair', 'user=%ED%A0%80'],
    ['has a control character', 'user=a%00b'],
    ['is not encoded', 'user=é'],
    ['has a name of 513 bytes', `user=${'a'.repeat(513)}`],
    ['asks a PUT for all', 'all'],
    ['has a flag with a value', 'user=bob&allowNoOwner=yes'],
  ])('that %s is refused', async (_, query) => {
    const result = await api.put(BACKEND, 'doc', query, { role: 'viewer' });
    expect(result.statusCode).toBe(400);
    expect(grantsIn(await api.list(BACKEND, 'doc')).grants).toEqual([]);
  });

  test.each([
    ['names no principal', '', 'it is missing'],
    ['names two', 'user=a&group=a', 'it has user and group'],
  ])('that %s gets a detail with the fault', async (_, query, fault) => {
    const result = await api.put(BACKEND, 'doc', query, { role: 'viewer' });
    expect(problemIn(result).detail).toBe(
      `The query string must have exactly one of user, group, everyone; ${fault}.`,
    );
  });

  test('separates at "&" only, so that a semicolon smuggles nothing in', async () => {
    const result = await api.put(BACKEND, 'doc', 'user=alice;group=admins', { role: 'viewer' });
    expect(grantIn(result).principal).toEqual({ user: 'alice;group=admins' });
  });

  test('keeps a user with an id like a key apart from the group and from everyone', async () => {
    await ownedByAlice();
    await api.put(as('alice'), 'doc', 'user=GROUP%23staff', { role: 'editor' });
    await api.put(as('alice'), 'doc', 'user=EVERYONE', { role: 'editor' });
    await api.put(as('alice'), 'doc', 'group=USER%23mallory', { role: 'editor' });
    await expect(api.world.tryToMint('doc', 'mallory', ['staff'])).resolves.toMatchObject({
      outcome: 'refused',
    });
    await expect(api.world.tryToMint('doc', 'GROUP#staff')).resolves.toMatchObject({ outcome: 'minted' });
  });
});
