import { beforeEach, describe, expect, test } from '@jest/globals';
import { type ApiResult } from '../../../../../lib/http/routes/route.ts';
import { HOUR } from '../../../../../lib/runtime/time.ts';
import { as, BACKEND } from '../../../../support/grants/grants-api.ts';
import { EVERYONE, group, user } from '../../../../support/grants/grants.ts';
import { problemIn } from '../../../../support/http/events.ts';
import { NOON } from '../../../../support/runtime/clock.ts';
import {
  api,
  have,
  itemOf,
  ownedByAlice,
  time,
  useGrantsApi,
} from '../../../../support/grants/document-under-test.ts';

useGrantsApi();

describe('the administration of grants', () => {
  const attempts: readonly (readonly [string, (claims: object) => Promise<ApiResult>])[] = [
    ['lists', (claims) => api.list({ ...claims }, 'doc')],
    ['sets', (claims) => api.put({ ...claims }, 'doc', 'user=mallory', { role: 'owner' })],
    ['removes', (claims) => api.remove({ ...claims }, 'doc', 'user=alice')],
  ];
  const outsiders: readonly (readonly [string, object])[] = [
    ['a viewer', as('carol')],
    ['an editor by a group', as('eve', 'editors')],
    ['an owner with an expired grant', as('frank')],
    ['nobody', as('mallory')],
    [
      'a token with half of the scope',
      { sub: 'mallory', scope: 'layermint/grant layermint/grants/read grants' },
    ],
    ['a token with a group named like the scope', as('mallory', 'layermint/grants')],
    ['a user id similar to that of an owner', as('alice ')],
  ];

  test.each(
    outsiders.flatMap(([who, claims]) => attempts.map(([what, attempt]) => ({ who, what, claims, attempt }))),
  )('$who who $what is refused, like for a document that does not exist', async ({ claims, attempt }) => {
    const nowhere = problemIn(await attempt(claims));
    await ownedByAlice();
    await have(user('carol'), 'viewer');
    await have(group('editors'), 'editor', { layers: ['*'] });
    await have(user('frank'), 'owner', { expiresAt: NOON });
    const result = await attempt(claims);
    expect(result.statusCode).toBe(403);
    expect(problemIn(result)).toEqual(nowhere);
    expect(await itemOf(user('mallory'))).toBeUndefined();
    expect(await itemOf(user('alice'))).toMatchObject({ role: 'owner' });
  });

  test('an owner by a group or with everyone administers like one by name', async () => {
    await have(group('owners'), 'owner');
    expect((await api.list(as('zoe', 'owners'), 'doc')).statusCode).toBe(200);
    await have(EVERYONE, 'owner');
    expect((await api.put(as('anyone'), 'doc', 'user=bob', { role: 'viewer' })).statusCode).toBe(201);
  });

  test('a precondition reveals nothing to a caller without the right to administer', async () => {
    await ownedByAlice();
    const result = await api.put(
      as('mallory'),
      'doc',
      'user=alice',
      { role: 'viewer' },
      { 'if-none-match': '*' },
    );
    expect(result.statusCode).toBe(403);
  });
});

describe('an owner of some layers for some time', () => {
  const LATER = time(NOON + 2 * HOUR);
  const WITHIN = time(NOON + HOUR);

  beforeEach(async () => {
    await ownedByAlice();
    await have(user('bob'), 'owner', { layers: ['a', 'b'], expiresAt: NOON + HOUR });
    await have(user('carol'), 'viewer', { layers: ['c'], expiresAt: NOON + HOUR });
    await have(user('dave'), 'viewer', { layers: ['a'] });
  });

  test.each([
    ['one of the layers', { role: 'viewer', layers: ['a'], expiresAt: WITHIN }],
    ['ownership of all of the layers', { role: 'owner', layers: ['b', 'a'], expiresAt: WITHIN }],
  ])('grants %s', async (_, body) => {
    expect((await api.put(as('bob'), 'doc', 'user=zoe', body)).statusCode).toBe(201);
  });

  test.each([
    [
      'every layer',
      { role: 'viewer', layers: ['*'], expiresAt: WITHIN },
      'user=zoe',
      /covers every shared layer/,
    ],
    [
      'another layer',
      { role: 'viewer', layers: ['a', 'c'], expiresAt: WITHIN },
      'user=zoe',
      /covers the layer "c"/,
    ],
    [
      'the default layer by naming none',
      { role: 'viewer', expiresAt: WITHIN },
      'user=zoe',
      /the default layer/,
    ],
    [
      'private layers',
      { role: 'viewer', layers: ['a'], privateLayer: true, expiresAt: WITHIN },
      'user=zoe',
      /private layer/,
    ],
    [
      'a second more',
      { role: 'viewer', layers: ['a'], expiresAt: time(NOON + HOUR + 1) },
      'user=zoe',
      /the layer "a"/,
    ],
    ['for ever', { role: 'viewer', layers: ['a'] }, 'user=zoe', /the layer "a"/],
    [
      'themselves more time',
      { role: 'owner', layers: ['a', 'b'], expiresAt: LATER },
      'user=bob',
      /the layer "a"/,
    ],
    [
      'themselves more layers',
      { role: 'owner', layers: ['*'], expiresAt: WITHIN },
      'user=bob',
      /every shared layer/,
    ],
  ])('does not grant %s', async (_, body, query, detail) => {
    const result = await api.put(as('bob'), 'doc', query, body);
    expect(result.statusCode).toBe(403);
    expect(problemIn(result)).toMatchObject({
      type: 'urn:layermint:problem:beyond-own-grants',
      detail: expect.stringMatching(detail),
    });
  });

  test.each([
    ['on another layer', 'user=carol'],
    ['that lasts longer', 'user=dave'],
    ['of an owner of everything', 'user=alice'],
  ])('neither replaces nor removes a grant %s', async (_, query) => {
    const replaced = await api.put(as('bob'), 'doc', query, {
      role: 'viewer',
      layers: ['a'],
      expiresAt: WITHIN,
    });
    const removed = await api.remove(as('bob'), 'doc', query);
    for (const result of [replaced, removed]) {
      expect(problemIn(result)).toMatchObject({
        status: 403,
        detail: expect.stringContaining('The present grant covers'),
      });
    }
  });

  test('does not join two grants of their own to cover one layer for longer', async () => {
    // The user's grant covers "a" for an hour, the group's covers "c" for two.
    await have(group('owners'), 'owner', { layers: ['c'], expiresAt: NOON + 2 * HOUR });
    const body = { role: 'viewer', layers: ['a', 'c'] };
    const within = await api.put(as('bob', 'owners'), 'doc', 'user=zoe', { ...body, expiresAt: WITHIN });
    const beyond = await api.put(as('bob', 'owners'), 'doc', 'user=zoe', { ...body, expiresAt: LATER });
    expect([within.statusCode, beyond.statusCode]).toEqual([201, 403]);
  });

  test('stops being an owner in the second in which their grant expires', async () => {
    api.world.clock.advance((HOUR - 1) * 1000);
    expect((await api.list(as('bob'), 'doc')).statusCode).toBe(200);
    api.world.clock.advance(1000);
    expect((await api.list(as('bob'), 'doc')).statusCode).toBe(403);
  });
});

describe('ownership', () => {
  test('for everyone is given only by a caller with the scope', async () => {
    await ownedByAlice();
    const refused = await api.put(as('alice'), 'doc', 'everyone', { role: 'owner' });
    expect(problemIn(refused)).toMatchObject({ status: 403, type: 'urn:layermint:problem:scope-missing' });
    expect((await api.put(as('alice'), 'doc', 'everyone', { role: 'editor' })).statusCode).toBe(201);
    expect((await api.put(BACKEND, 'doc', 'everyone', { role: 'owner' })).statusCode).toBe(200);
  });

  const ways: readonly (readonly [string, (query: string) => Promise<ApiResult>])[] = [
    ['removing it', (query) => api.remove(as('alice'), 'doc', query)],
    ['giving it another role', (query) => api.put(as('alice'), 'doc', query, { role: 'editor' })],
    [
      'letting it expire sooner',
      (query) => api.put(as('alice'), 'doc', query, { role: 'owner', expiresAt: time(NOON + HOUR) }),
    ],
  ];

  test.each(ways)('of the last owner ends by %s only with allowNoOwner', async (_, way) => {
    await ownedByAlice();
    await have(user('bob'), 'editor', { layers: ['*'] });
    await have(user('carol'), 'owner', { expiresAt: NOON + HOUR });
    const accident = await way('user=alice');
    expect(problemIn(accident)).toMatchObject({
      status: 409,
      type: 'urn:layermint:problem:last-owner',
      detail: expect.stringContaining('allowNoOwner'),
    });
    expect((await way('user=alice&allowNoOwner')).statusCode).toBeLessThan(300);
  });

  test.each(ways)('of one of two owners ends by %s', async (_, way) => {
    await ownedByAlice();
    await have(group('owners'), 'owner');
    expect((await way('user=alice')).statusCode).toBeLessThan(300);
  });

  test('of a caller through another grant counts as that of another owner', async () => {
    await ownedByAlice();
    await have(group('owners'), 'owner', { layers: ['*'], privateLayer: true });
    expect((await api.remove(as('alice', 'owners'), 'doc', 'user=alice')).statusCode).toBe(204);
  });

  test('of the last owner can be ended with the scope, without allowNoOwner', async () => {
    await ownedByAlice();
    expect((await api.remove(BACKEND, 'doc', 'user=alice')).statusCode).toBe(204);
  });
});
