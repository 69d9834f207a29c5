import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GrantStore, type Grant } from '../../lib/grants/index.ts';
import { listGrantsHandler } from '../../lib/http/routes/grants/list-grants.ts';
import { setGrantHandler } from '../../lib/http/routes/grants/set-grant.ts';
import { MAX_PAGE_BYTES } from '../../lib/http/messages/paging.ts';
import { type ApiResult } from '../../lib/http/routes/route.ts';
import { NOON } from '../support/runtime/clock.ts';
import { apiEvent, lambdaContext, problemIn } from '../support/http/events.ts';
import {
  as,
  BACKEND,
  grantIn,
  grantsIn,
  GrantsApi,
  headerIn,
  longLayers,
  payloadOf,
} from '../support/grants/grants-api.ts';
import { EVERYONE, group, user } from '../support/grants/grants.ts';
import { unreachableTable } from '../support/table/unreachable-table.ts';
import { grantKey } from '../../lib/table/index.ts';
import { type Principal } from '../../lib/identity/index.ts';

const HOUR = 3600;
const time = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

let api: GrantsApi;

beforeEach(async () => {
  api = await GrantsApi.open();
});

afterEach(async () => {
  await api.close();
});

/** Puts a grant of `role` on the document `doc` there. */
const have = (principal: Principal, role: string, details?: Partial<Grant>): Promise<void> =>
  api.world.grant('doc', principal, role, details);

const ownedByAlice = (details: Partial<Grant> = {}): Promise<void> =>
  have(user('alice'), 'owner', { layers: ['*'], privateLayer: true, ...details });

const principalsOf = (result: ApiResult): unknown[] =>
  grantsIn(result).grants.map(({ principal }) => principal);

const itemOf = async (principal: Principal): Promise<Readonly<Record<string, unknown>> | undefined> =>
  (await api.world.table.batchGet([grantKey('doc', principal)]))[0];

describe('a PUT', () => {
  test('of the first grant needs the scope, and makes an owner who goes on alone', async () => {
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

  test('takes everything that a grant can say, for a user, a group and everyone', async () => {
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

  test('of what is there already changes nothing: not the etag, nor who granted it when', async () => {
    const body = { role: 'viewer', layers: ['a', 'b'], expiresAt: time(NOON + HOUR) };
    const created = await api.put(BACKEND, 'doc', 'user=bob', body);
    api.world.clock.advance(60_000);
    await ownedByAlice();
    const again = await api.put(as('alice'), 'doc', 'user=bob', { ...body, layers: ['b', 'a'] });
    expect(again.statusCode).toBe(200);
    expect(again.body).toBe(created.body);
  });

  test.each([
    [{ role: 'boss' }, '#/role', /viewer, commenter, annotator, form-filler, editor, owner, thumbnail/],
    [{ role: 'viewer', layer: 'a' }, '#/layer', /is unknown/],
    [{ role: 'viewer', layers: 'a' }, '#/layers', /list/],
    [{ role: 'viewer', layers: ['a', 'a'] }, '#/layers', /twice/],
    [{ role: 'viewer', layers: ['*', 'a'] }, '#/layers', /beside "\*"/],
    [{ role: 'viewer', layers: [] }, '#/layers', /open nothing/],
    [{ role: 'viewer', layers: ['a*'] }, '#/layers/0', /without "\*"/],
    [{ role: 'viewer', layers: ['user:bob'] }, '#/layers/0', /must not begin with "user:"/],
    [{ role: 'viewer', privateLayer: 'yes' }, '#/privateLayer', /true or false/],
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
    ['has bytes that are no UTF-8', 'user=%FF'],
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

  test('separates at "&" only, so that a semicolon smuggles nothing in', async () => {
    const result = await api.put(BACKEND, 'doc', 'user=alice;group=admins', { role: 'viewer' });
    expect(grantIn(result).principal).toEqual({ user: 'alice;group=admins' });
  });

  test('keeps a user whose id looks like a key apart from the group and from everyone', async () => {
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

describe('who may administer', () => {
  const attempts: readonly (readonly [string, (claims: object) => Promise<ApiResult>])[] = [
    ['lists', (claims) => api.list({ ...claims }, 'doc')],
    ['sets', (claims) => api.put({ ...claims }, 'doc', 'user=mallory', { role: 'owner' })],
    ['removes', (claims) => api.remove({ ...claims }, 'doc', 'user=alice')],
  ];
  const outsiders: readonly (readonly [string, object])[] = [
    ['a viewer', as('carol')],
    ['an editor by a group', as('eve', 'editors')],
    ['an owner whose grant has expired', as('frank')],
    ['nobody', as('mallory')],
    [
      'a token with half of the scope',
      { sub: 'mallory', scope: 'layermint/grant layermint/grants/read grants' },
    ],
    ['a token whose group is named like the scope', as('mallory', 'layermint/grants')],
    ['a user id that reads like an owner', as('alice ')],
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

  test('a precondition tells nothing to who may not administer', async () => {
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
        detail: expect.stringContaining('that is there'),
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

  test('is no owner any more from the second on in which their grant expires', async () => {
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

  test.each(ways)('of the last owner is not lost by accident by %s, but on purpose', async (_, way) => {
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

  test('of a caller by another grant of their own is enough', async () => {
    await ownedByAlice();
    await have(group('owners'), 'owner', { layers: ['*'], privateLayer: true });
    expect((await api.remove(as('alice', 'owners'), 'doc', 'user=alice')).statusCode).toBe(204);
  });

  test('of the last owner ends by the scope without more ado', async () => {
    await ownedByAlice();
    expect((await api.remove(BACKEND, 'doc', 'user=alice')).statusCode).toBe(204);
  });
});

describe('a DELETE', () => {
  test('takes the grant away at once, leaves a tombstone for a day, and does so once', async () => {
    await ownedByAlice();
    await have(user('bob'), 'viewer');
    const result = await api.remove(as('alice'), 'doc', 'user=bob');
    expect([result.statusCode, result.body]).toEqual([204, undefined]);
    await expect(api.world.tryToMint('doc', 'bob')).resolves.toMatchObject({ reason: 'no-grant' });
    expect(api.world.lines.join('')).not.toContain('cannot be read');
    expect(principalsOf(await api.list(as('alice'), 'doc'))).toEqual([{ user: 'alice' }]);
    const tombstone = await itemOf(user('bob'));
    expect(tombstone).toMatchObject({ removed: true, ttl: NOON + 24 * HOUR });
    expect(tombstone).not.toHaveProperty('principal');
    expect(tombstone).not.toHaveProperty('role');
    const again = await api.remove(as('alice'), 'doc', 'user=bob');
    expect(problemIn(again)).toMatchObject({ status: 404, type: 'urn:layermint:problem:no-such-grant' });
  });

  test('of an expired grant finds none', async () => {
    await have(user('bob'), 'viewer', { expiresAt: NOON });
    expect((await api.remove(BACKEND, 'doc', 'user=bob')).statusCode).toBe(404);
  });

  test('of all grants needs the scope, also from an owner', async () => {
    await ownedByAlice();
    expect(problemIn(await api.remove(as('alice'), 'doc', 'all'))).toMatchObject({ status: 403 });
    expect(principalsOf(await api.list(as('alice'), 'doc'))).toHaveLength(1);
  });

  test('of all grants leaves none, however many there are, and nothing of another document', async () => {
    const users = Array.from({ length: 230 }, (_, number) => user(`user-${number}`));
    await Promise.all(users.map((principal) => have(principal, 'viewer')));
    await api.world.table.put({
      pk: 'DOC#doc',
      sk: 'GRANT#USER#unreadable',
      role: 7,
      principal: 'USER#unreadable',
    });
    await api.world.grant('other', user('bob'), 'viewer');
    expect((await api.remove(BACKEND, 'doc', 'all')).statusCode).toBe(204);
    expect(grantsIn(await api.list(BACKEND, 'doc')).grants).toEqual([]);
    expect(await itemOf(user('unreadable'))).toMatchObject({ removed: true });
    expect(grantsIn(await api.list(BACKEND, 'other')).grants).toHaveLength(1);
    expect((await api.remove(BACKEND, 'doc', 'all')).statusCode).toBe(204);
  });

  test.each(['all=true', 'all&user=bob', 'everyone&all', 'ALL'])('with %s removes nothing', async (query) => {
    await ownedByAlice();
    expect((await api.remove(BACKEND, 'doc', query)).statusCode).toBe(400);
    expect(await itemOf(user('alice'))).toMatchObject({ role: 'owner' });
  });

  test('of all grants does not overlook a precondition', async () => {
    await ownedByAlice();
    expect((await api.remove(BACKEND, 'doc', 'all', { 'if-match': '*' })).statusCode).toBe(412);
  });
});

describe('a removed grant', () => {
  test('is not resurrected by what knew it before', async () => {
    await ownedByAlice();
    const known = headerIn(await api.put(as('alice'), 'doc', 'user=bob', { role: 'editor' }), 'etag');
    await api.remove(as('alice'), 'doc', 'user=bob');
    const tombstone = `"${String((await itemOf(user('bob')))?.['etag'])}"`;
    for (const etag of [known, tombstone, '*']) {
      const result = await api.put(as('alice'), 'doc', 'user=bob', { role: 'editor' }, { 'if-match': etag });
      expect(problemIn(result)).toMatchObject({
        status: 412,
        type: 'urn:layermint:problem:precondition-failed',
      });
    }
  });

  test('makes place for a new one, in every list again', async () => {
    await ownedByAlice();
    await have(user('bob'), 'viewer');
    await api.remove(as('alice'), 'doc', 'user=bob');
    const result = await api.put(
      as('alice'),
      'doc',
      'user=bob',
      { role: 'viewer' },
      { 'if-none-match': '*' },
    );
    expect(result.statusCode).toBe(201);
    expect((await api.world.mint('doc', 'bob')).permissions).toContain('read-document');
  });
});

describe('If-Match and If-None-Match', () => {
  let etag: string;

  beforeEach(async () => {
    etag = headerIn(await api.put(BACKEND, 'doc', 'user=bob', { role: 'viewer' }), 'etag');
  });

  test('let a change through that knows what it changes', async () => {
    const result = await api.put(BACKEND, 'doc', 'user=bob', { role: 'editor' }, { 'if-match': etag });
    expect(result.statusCode).toBe(200);
    const bare = grantIn(result).etag;
    expect((await api.remove(BACKEND, 'doc', 'user=bob', { 'if-match': bare })).statusCode).toBe(204);
  });

  test('keep a stale change from overwriting a newer one', async () => {
    await api.put(BACKEND, 'doc', 'user=bob', { role: 'editor' }, { 'if-match': etag });
    const put = await api.put(BACKEND, 'doc', 'user=bob', { role: 'owner' }, { 'if-match': etag });
    const removed = await api.remove(BACKEND, 'doc', 'user=bob', { 'if-match': etag });
    expect([put.statusCode, removed.statusCode]).toEqual([412, 412]);
    expect(await itemOf(user('bob'))).toMatchObject({ role: 'editor' });
  });

  test('let only one of two changes at the same moment through', async () => {
    const changes = ['editor', 'owner', 'annotator', 'commenter'].map((role) =>
      api.put(BACKEND, 'doc', 'user=bob', { role }, { 'if-match': etag }),
    );
    const statuses = (await Promise.all(changes)).map(({ statusCode }) => statusCode);
    expect(statuses.sort()).toEqual([200, 412, 412, 412]);
  });

  test('let only one of two creations at the same moment through', async () => {
    const creations = ['editor', 'owner'].map((role) =>
      api.put(BACKEND, 'doc', 'user=new', { role }, { 'if-none-match': '*' }),
    );
    const statuses = (await Promise.all(creations)).map(({ statusCode }) => statusCode);
    expect(statuses.sort()).toEqual([201, 412]);
  });

  test.each([
    ['a grant that is not there', 'user=zoe', { 'if-match': '*' }],
    ['one that is there and must not be', 'user=bob', { 'if-none-match': '*' }],
    ['a weak tag', 'user=bob', { 'if-match': 'W/TAG' }],
    ['none of several tags', 'user=bob', { 'if-match': '"a", "b"' }],
    ['a tag that must not be', 'user=bob', { 'if-none-match': '"a", W/TAG' }],
  ])('stop a change to %s', async (_, query, headers) => {
    const filled = Object.entries(headers).map(([name, value]) => [name, value.replace('TAG', etag)]);
    const sent = Object.fromEntries(filled) as Record<string, string>;
    expect((await api.put(BACKEND, 'doc', query, { role: 'editor' }, sent)).statusCode).toBe(412);
  });

  test.each(['', '"open', 'a b', '"a" "b"', '*, "a"'])(
    'of %j are refused rather than overlooked',
    async (value) => {
      const result = await api.put(BACKEND, 'doc', 'user=bob', { role: 'editor' }, { 'if-match': value });
      expect(result.statusCode).toBe(400);
    },
  );
});

describe('the list of grants', () => {
  test('comes in pages that lose and repeat nothing, whatever lies between', async () => {
    const kept: string[] = [];
    for (let number = 100; number < 160; number += 1) {
      const name = `user-${number}`;
      if (number % 3 === 0) await have(user(name), 'viewer', { expiresAt: NOON });
      else kept.push(name);
      if (number % 3 !== 0) await have(user(name), 'viewer');
      if (number % 5 === 0 && number % 3 !== 0) {
        await api.remove(BACKEND, 'doc', `user=${name}`);
        kept.pop();
      }
    }
    for (const limit of [1, 7, 32, 200]) {
      const seen: unknown[] = [];
      let cursor = '';
      do {
        const page = grantsIn(await api.list(BACKEND, 'doc', `limit=${limit}${cursor}`));
        expect(page.grants.length).toBeLessThanOrEqual(limit);
        seen.push(...page.grants.map(({ principal }) => principal));
        cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
      expect(seen).toEqual(kept.map((name) => ({ user: name })));
    }
  });

  test('ends a page before it is longer than Lambda takes an answer to be', async () => {
    const names = Array.from({ length: 200 }, (_, number) => `user-${String(number).padStart(3, '0')}`);
    for (const name of names) await have(user(name), 'viewer', { layers: longLayers(name) });
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const answer = await api.list(BACKEND, 'doc', `limit=200${cursor}`);
      expect(payloadOf(answer)).toBeLessThan(MAX_PAGE_BYTES + 1024);
      const page = grantsIn(answer);
      seen.push(...page.grants.map(({ principal }) => principal));
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(names.map((name) => ({ user: name })));
  });

  test('gives a cursor no power over another document', async () => {
    await ownedByAlice();
    await have(user('bob'), 'viewer');
    await api.world.grant('other', user('mallory'), 'owner');
    const { nextCursor } = grantsIn(await api.list(as('alice'), 'doc', 'limit=1'));
    const page = grantsIn(await api.list(as('mallory'), 'other', `cursor=${nextCursor ?? ''}`));
    expect(page.grants.map(({ principal }) => principal)).toEqual([{ user: 'mallory' }]);
  });

  test.each([
    'limit=0',
    'limit=201',
    'limit=1.5',
    'limit=01',
    'limit=',
    'limit=all',
    'cursor=',
    'cursor=YQ',
    'page=2',
  ])('refuses %s, and says in the detail what would be right', async (query) => {
    const problem = problemIn(await api.list(BACKEND, 'doc', query));
    expect(problem).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^The query string (must|has)/),
    });
    expect(problem).not.toHaveProperty('errors');
  });
});

describe('when something fails', () => {
  test('the table is down: 503 with Retry-After, and no word of the table', async () => {
    const { dependencies, clock } = api.world;
    const store = new GrantStore(unreachableTable(clock));
    const routes = [
      listGrantsHandler({ ...dependencies, store }),
      setGrantHandler({ ...dependencies, store }),
    ];
    for (const route of routes) {
      const parts = {
        claims: as('alice'),
        body: { role: 'viewer' },
        route: 'PUT /v1/documents/{documentId}/grants',
      };
      const event = { ...apiEvent(parts), pathParameters: { documentId: 'doc' } };
      const query = route === routes[1] ? 'everyone' : '';
      const result = await route({ ...event, rawQueryString: query }, lambdaContext());
      expect(result.statusCode).toBe(503);
      expect(headerIn(result, 'retry-after')).toBe('1');
      expect(result.body).not.toContain('127.0.0.1');
    }
  });

  test('no log line and no problem holds what a body says or a caller token', async () => {
    await ownedByAlice();
    const secret = 'sensitive-text';
    const bodies = [
      { role: 'viewer', layers: [secret], defaultGroup: secret },
      { role: secret },
      { role: 'viewer', [secret]: secret },
      `{"role": "viewer" ${secret}`,
    ];
    for (const body of bodies) {
      const result = await api.put(as('alice'), 'doc', 'user=bob', body);
      if (result.statusCode !== 201) expect(problemIn(result).detail).not.toContain(`"${secret}"`);
    }
    const log = api.world.lines.join('');
    expect(log).toContain('"principal":"USER#bob"');
    expect(log).not.toContain('eyJ');
    expect(log.replaceAll(`#/${secret}`, '')).not.toContain(secret);
  });
});
