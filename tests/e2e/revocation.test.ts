import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { GrantStore } from '../../lib/grants/index.ts';
import { getRevocationHandler } from '../../lib/http/routes/revocations/get-revocation.ts';
import { revokeTokensHandler } from '../../lib/http/routes/revocations/revoke-tokens.ts';
import { type ApiHandler, type ApiResult } from '../../lib/http/routes/route.ts';
import { advanceJob, beginRun, findJob, isConfirmed, startJob } from '../../lib/revocation/index.ts';
import { apiEvent, lambdaContext, problemIn } from '../support/http/events.ts';
import { EVERYONE, group, user } from '../support/grants/grants.ts';
import { RevocationWorld } from '../support/revocation/revocation-world.ts';
import { TableThrough } from '../support/table/table-through.ts';
import { unreachableTable } from '../support/table/unreachable-table.ts';
import { dueFrom, holderKey, StoreUnavailableError } from '../../lib/table/index.ts';

const MINUTE = 60_000;

let world: RevocationWorld;

beforeEach(async () => {
  world = await RevocationWorld.open('contract', 'plan');
});

afterEach(async () => {
  await world.close();
});

interface Call {
  readonly as?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly query?: string;
  readonly path?: Readonly<Record<string, string>>;
  /** The base path of the domain, with its slash. */
  readonly basePath?: string;
}

function call(
  route: ApiHandler,
  { as = { sub: 'alice' }, body, query = '', path = {}, basePath = '' }: Call,
): Promise<ApiResult> {
  const event = {
    ...apiEvent({ claims: as, body }),
    rawPath: `${basePath}/v1/revocations`,
    rawQueryString: query,
    pathParameters: { ...path },
  };
  return route(event, lambdaContext());
}

const Answer = z.strictObject({
  id: z.string(),
  state: z.enum(['confirmed', 'pending']),
  userId: z.string().optional(),
  documentId: z.string().optional(),
  reason: z.string().optional(),
  holders: z.int(),
  waiting: z.int(),
  requestedAt: z.string(),
});

const answerIn = (result: ApiResult): z.output<typeof Answer> => Answer.parse(JSON.parse(result.body ?? ''));

const revoke = (body: unknown, as?: Call['as']): Promise<ApiResult> =>
  call(world.routes.revoke, { body, ...(as && { as }) });

const REVOKER = { sub: 'backend', scope: 'layermint/revocations layermint/grants' };
const CONTRACT = { documentId: 'contract' };
const EVERYONE_ON_CONTRACT = { ...CONTRACT, everyone: true };

describe('a revocation', () => {
  test('of the caller ends their own tokens on every document, and the next token works', async () => {
    await world.grant('contract', user('alice'), 'editor');
    await world.grant('plan', user('alice'), 'viewer');
    await world.grant('contract', user('bob'), 'editor');
    const tokens = [await world.mint('contract', 'alice'), await world.mint('plan', 'alice')];
    const other = await world.mint('contract', 'bob');

    const result = await revoke({});

    expect(result.statusCode).toBe(200);
    expect(answerIn(result)).toMatchObject({ state: 'confirmed', userId: 'alice', holders: 2, waiting: 0 });
    expect(tokens.map((token) => world.accepts(token))).toEqual([false, false]);
    expect(world.accepts(other)).toBe(true);
    expect(world.accepts(await world.mint('contract', 'alice'))).toBe(true);
  });

  test('of one document leaves the tokens of the same user for others', async () => {
    await world.grant('contract', user('alice'), 'editor');
    await world.grant('plan', user('alice'), 'viewer');
    const [ended, kept] = [await world.mint('contract', 'alice'), await world.mint('plan', 'alice')];
    await revoke({ userId: 'alice', documentId: 'contract' });
    expect([world.accepts(ended), world.accepts(kept)]).toEqual([false, true]);
  });

  test('of a document ends the tokens of all its holders, page by page', async () => {
    await world.grant('contract', EVERYONE, 'viewer');
    const users = Array.from({ length: 130 }, (_, number) => `user-${number}`);
    const tokens = await Promise.all(users.map((name) => world.mint('contract', name)));

    const result = await revoke({ ...EVERYONE_ON_CONTRACT, reason: 'withdrawn' }, REVOKER);

    expect(answerIn(result)).toMatchObject({ state: 'confirmed', holders: 130, reason: 'withdrawn' });
    expect(tokens.filter((token) => world.accepts(token))).toEqual([]);
  });

  test('of a user without tokens is confirmed at once', async () => {
    const result = await revoke({});
    expect(result.statusCode).toBe(200);
    expect(answerIn(result)).toMatchObject({ state: 'confirmed', holders: 0 });
  });

  test('continues after an outage of Document Engine, and reports its progress meanwhile', async () => {
    await world.grant('contract', user('alice'), 'editor');
    const token = await world.mint('contract', 'alice');
    const recover = world.documentEngine.inject('revoke', 'server-error');

    const result = await revoke(EVERYONE_ON_CONTRACT, REVOKER);
    expect(result.statusCode).toBe(202);
    const { id } = answerIn(result);
    expect(result.headers).toMatchObject({ location: `/v1/revocations/${id}` });
    expect(answerIn(result)).toMatchObject({ state: 'pending', holders: 1, waiting: 1 });

    await world.sweep();
    expect(world.accepts(token)).toBe(true);
    recover();
    world.clock.advance(2 * MINUTE);
    await world.sweep();

    expect(world.accepts(token)).toBe(false);
    const later = await call(world.routes.read, { as: REVOKER, path: { id } });
    expect(later.statusCode).toBe(200);
    expect(answerIn(later)).toMatchObject({ id, state: 'confirmed', waiting: 0 });
  });

  test('delivers one JWT for each family, even after several attempts', async () => {
    await world.grant('contract', user('alice'), 'editor');
    const first = await world.mint('contract', 'alice');
    const recover = world.documentEngine.inject('revoke', 'server-error');
    await revoke({});
    const second = await world.mint('contract', 'alice');
    await revoke({});
    recover();
    world.clock.advance(2 * MINUTE);
    const { oldestAge } = await world.sweep();
    expect(oldestAge).toBe(2 * MINUTE);
    expect([world.accepts(first), world.accepts(second)]).toEqual([false, false]);
  });

  test('keeps the families that Document Engine does not confirm, and sends them again', async () => {
    await world.grant('contract', EVERYONE, 'editor');
    const [one, other] = [await world.mint('contract', 'one'), await world.mint('contract', 'other')];
    const { documentEngine } = world.dependencies;
    let calls = 0;
    const forgetful: typeof documentEngine = {
      revoke: async (jwts) => {
        calls += 1;
        return documentEngine.revoke(calls === 1 ? jwts.slice(1) : jwts);
      },
    };
    const dependencies = { ...world.dependencies, documentEngine: forgetful };

    const job = await startJob(CONTRACT, 'backend', undefined, dependencies);
    const first = await advanceJob(job, beginRun(dependencies, MINUTE));
    expect(isConfirmed(first)).toBe(false);
    expect([world.accepts(one), world.accepts(other)].filter(Boolean)).toHaveLength(1);

    world.clock.advance(MINUTE);
    await world.sweep();
    expect([world.accepts(one), world.accepts(other)]).toEqual([false, false]);
  });

  test('of a user looks again for holders that the index did not show yet', async () => {
    await world.grant('contract', user('alice'), 'editor');
    const token = await world.mint('contract', 'alice');
    const table = new TableThrough(world.table, (inner) => ({
      query: (condition, page) =>
        page?.index === 'byPrincipal' ? Promise.resolve({ items: [] }) : inner.query(condition, page),
    }));
    const lagging = { ...world.dependencies, table };
    const job = await startJob({ userId: 'alice' }, 'alice', undefined, lagging);
    const first = await advanceJob(job, beginRun(lagging, MINUTE));
    expect(first.holders).toBe(0);
    expect(world.accepts(token)).toBe(true);

    world.clock.advance(MINUTE);
    await world.sweep();
    expect(world.accepts(token)).toBe(false);
    expect((await findJob(world.table, job.id))?.holders).toBe(1);
  });

  test('does not end tokens that were minted after it when it looks again', async () => {
    await world.grant('contract', user('alice'), 'editor');
    await world.mint('contract', 'alice');
    await revoke({});
    world.clock.advance(30_000);
    const later = await world.mint('contract', 'alice');
    for (const _ of Array.from({ length: 12 })) {
      world.clock.advance(MINUTE);
      await world.sweep();
    }
    expect(world.accepts(later)).toBe(true);
  });

  test('is delivered completely if a holder has more families than fit in one call', async () => {
    await world.grant('contract', user('alice'), 'editor');
    await world.mint('contract', 'alice');
    const key = holderKey('contract', 'alice');
    const [item] = await world.table.batchGet([key]);
    const until = world.clock.now() / 1000 + 3600;
    const pending = Object.fromEntries(Array.from({ length: 130 }, (_, epoch) => [String(epoch), until]));
    await world.table.put({ ...key, ...item, pending, ...dueFrom(key, world.clock.now()) });

    await world.sweep();

    const [after] = await world.table.batchGet([key]);
    expect(after).toMatchObject({ pending: {} });
    expect(after).not.toHaveProperty('dueShard');
  });

  test('drops families that no longer matter, in the table of DynamoDB too', async () => {
    await world.grant('contract', user('alice'), 'editor');
    await world.mint('contract', 'alice');
    const key = holderKey('contract', 'alice');
    const [item] = await world.table.batchGet([key]);
    const until = world.clock.now() / 1000 - 3600;
    const pending = Object.fromEntries(Array.from({ length: 60 }, (_, epoch) => [String(epoch), until]));
    await world.table.put({ ...key, ...item, pending, ...dueFrom(key, world.clock.now()) });
    const recover = world.documentEngine.inject('revoke', 'server-error');

    await revoke({});

    const [raised] = await world.table.batchGet([key]);
    expect(Object.keys(raised?.['pending'] ?? {})).toHaveLength(1);
    recover();
  });
});

describe('the right to revoke', () => {
  beforeEach(async () => {
    await world.grant('contract', user('olivia'), 'owner');
    await world.grant('contract', user('bob'), 'editor');
  });

  test('belongs to an owner, for their document', async () => {
    const token = await world.mint('contract', 'bob');
    const result = await revoke({ userId: 'bob', documentId: 'contract' }, { sub: 'olivia' });
    expect(result.statusCode).toBe(200);
    expect(world.accepts(token)).toBe(false);
  });

  test.each([
    ['an editor, for everyone on the document', EVERYONE_ON_CONTRACT, { sub: 'bob' }],
    ['an owner, for another document', { documentId: 'plan', everyone: true }, { sub: 'olivia' }],
    ['an owner, for all tokens of a user', { userId: 'bob' }, { sub: 'olivia' }],
    [
      'a caller with a scope that only begins like the right one',
      { userId: 'bob' },
      { sub: 'x', scope: 'layermint/revocations-not' },
    ],
  ])('does not belong to %s', async (_, body, as) => {
    const token = await world.mint('contract', 'bob');
    const result = await revoke(body, as);
    expect(result.statusCode).toBe(403);
    expect(problemIn(result).type).toBe('urn:layermint:problem:not-granted');
    expect(world.accepts(token)).toBe(true);
  });

  test('the state of another caller’s revocation cannot be probed', async () => {
    const { id } = answerIn(await revoke(EVERYONE_ON_CONTRACT, { sub: 'olivia' }));
    const [own, foreign, none] = await Promise.all(
      [
        { as: { sub: 'olivia' }, path: { id } },
        { as: { sub: 'bob' }, path: { id } },
        { as: { sub: 'bob' }, path: { id: 'no-such-id' } },
      ].map((request) => call(world.routes.read, request)),
    );
    expect(own?.statusCode).toBe(200);
    expect(foreign?.statusCode).toBe(404);
    expect(foreign?.body).toBe(none?.body);
  });

  test('an owner of the document may see the state of any revocation on it', async () => {
    await world.mint('contract', 'bob');
    const { id } = answerIn(await revoke({ userId: 'bob', documentId: 'contract' }, REVOKER));
    expect((await call(world.routes.read, { as: { sub: 'olivia' }, path: { id } })).statusCode).toBe(200);
  });

  test.each([
    ['an editor of the document', EVERYONE_ON_CONTRACT, 'bob'],
    ['the revoked user, as the reason may be confidential', { userId: 'bob', documentId: 'contract' }, 'bob'],
    ['an owner of another document', { documentId: 'plan', everyone: true }, 'olivia'],
    ['an owner, for a revocation of all tokens of a user', { userId: 'bob' }, 'olivia'],
  ])('the state of a backend’s revocation is hidden from %s', async (_, body, sub) => {
    await world.mint('contract', 'bob');
    const { id } = answerIn(await revoke(body, REVOKER));
    const result = await call(world.routes.read, { as: { sub }, path: { id } });
    expect(problemIn(result).type).toBe('urn:layermint:problem:no-such-revocation');
  });

  test('unknown members of the body are refused by name', async () => {
    const result = await revoke({ documentId: 'contract', user: 'bob' }, REVOKER);
    expect(result.statusCode).toBe(400);
    expect(problemIn(result).errors?.[0]?.pointer).toBe('#/user');
  });
});

describe('a grant', () => {
  const change = (route: ApiHandler, query: string, body?: unknown): Promise<ApiResult> =>
    call(route, { as: REVOKER, query, body, path: { documentId: 'contract' } });

  test('that is removed ends the tokens built from it', async () => {
    await world.grant('contract', user('alice'), 'editor');
    const token = await world.mint('contract', 'alice');
    expect((await change(world.routes.remove, 'user=alice')).statusCode).toBe(204);
    expect(world.accepts(token)).toBe(false);
    expect((await world.tryToMint('contract', 'alice')).outcome).toBe('refused');
  });

  test('of a group, when removed, ends only the tokens of its members', async () => {
    await world.grant('contract', group('staff'), 'editor');
    await world.grant('contract', user('alice'), 'viewer');
    const [alice, bob] = [
      await world.mint('contract', 'alice'),
      await world.mint('contract', 'bob', ['staff']),
    ];
    await change(world.routes.remove, 'group=staff');
    expect([world.accepts(alice), world.accepts(bob)]).toEqual([true, false]);
  });

  test('that is removed leaves a user the rights of their other grants, after one refresh', async () => {
    await world.grant('contract', group('staff'), 'editor');
    await world.grant('contract', user('alice'), 'viewer');
    const wide = await world.mint('contract', 'alice', ['staff']);
    await change(world.routes.remove, 'group=staff');
    const narrow = await world.mint('contract', 'alice', ['staff']);
    expect([world.accepts(wide), world.accepts(narrow)]).toEqual([false, true]);
    expect(narrow.permissions).toEqual(['read-document', 'cover-image']);
  });

  test.each([
    ['a narrower role', { role: 'viewer' }],
    ['fewer layers', { role: 'editor', layers: ['other'] }],
    ['an earlier expiry', { role: 'editor', expiresAt: '2026-01-31T12:05:00Z' }],
    ['another default group', { role: 'editor', defaultGroup: 'other' }],
  ])('that gets %s ends the tokens built from it', async (_, body) => {
    await world.grant('contract', user('alice'), 'editor');
    const token = await world.mint('contract', 'alice');
    expect((await change(world.routes.put, 'user=alice', body)).statusCode).toBe(200);
    expect(world.accepts(token)).toBe(false);
  });

  test.each([
    ['a role that allows as much', { role: 'owner' }],
    ['more layers', { role: 'editor', layers: ['', 'other'] }],
    ['the private layer too', { role: 'editor', privateLayer: true }],
  ])('that gets %s ends no token', async (_, body) => {
    await world.grant('contract', user('alice'), 'editor');
    const token = await world.mint('contract', 'alice');
    expect((await change(world.routes.put, 'user=alice', body)).statusCode).toBe(200);
    expect(world.accepts(token)).toBe(true);
  });

  test('that is removed with all others ends all tokens of the document', async () => {
    await world.grant('contract', group('staff'), 'editor');
    await world.grant('contract', user('alice'), 'viewer');
    await world.grant('contract', EVERYONE, 'thumbnail');
    const tokens = [await world.mint('contract', 'alice'), await world.mint('contract', 'bob', ['staff'])];
    expect((await change(world.routes.remove, 'all')).statusCode).toBe(204);
    expect(tokens.map((token) => world.accepts(token))).toEqual([false, false]);
    expect((await world.sweep()).due).toBe(0);
  });

  test('whose removal crashed before anything was revoked is finished by the sweeper', async () => {
    await world.grant('contract', group('staff'), 'editor');
    const token = await world.mint('contract', 'bob', ['staff']);
    const [slot] = await world.store.read('contract', [group('staff')]);
    if (slot) await world.store.remove(slot, world.clock.now() / 1000);
    expect(world.accepts(token)).toBe(true);

    expect((await world.sweep()).due).toBe(1);

    expect(world.accepts(token)).toBe(false);
    expect((await world.sweep()).due).toBe(0);
  });

  test('that is set again during its removal keeps the mark, and the sweeper clears it', async () => {
    await world.grant('contract', user('alice'), 'editor');
    const token = await world.mint('contract', 'alice');
    const [slot] = await world.store.read('contract', [user('alice')]);
    if (slot) await world.store.remove(slot, world.clock.now() / 1000);
    await change(world.routes.put, 'user=alice', { role: 'viewer', expiresAt: '2026-02-28T00:00:00Z' });
    expect(world.accepts(token)).toBe(true);

    await world.sweep();

    expect(world.accepts(token)).toBe(false);
    const [item] = (await world.store.read('contract', [user('alice')])).map((found) => found.item);
    expect(item).toMatchObject({ role: 'viewer', ttl: Date.parse('2026-02-28T00:00:00Z') / 1000 });
    expect(item).not.toHaveProperty('revoking');
  });

  test('can be removed while Document Engine is down, and the tokens end when it is back', async () => {
    await world.grant('contract', user('alice'), 'editor');
    const token = await world.mint('contract', 'alice');
    const recover = world.documentEngine.inject('revoke', 'server-error');
    expect((await change(world.routes.remove, 'user=alice')).statusCode).toBe(204);
    expect(world.accepts(token)).toBe(true);
    recover();
    await world.sweep();
    expect(world.accepts(token)).toBe(false);
  });
});

describe('while the table is down,', () => {
  beforeEach(async () => {
    await world.grant('contract', user('bob'), 'editor');
  });

  test('both routes answer 503 with Retry-After and without details, and work again when it is back', async () => {
    const table = unreachableTable(world.clock);
    const dependencies = { ...world.dependencies, table, store: new GrantStore(table) };
    const reason = 'nobody’s business';
    const body = { ...EVERYONE_ON_CONTRACT, reason };

    const results = [
      await call(revokeTokensHandler(dependencies), { as: REVOKER, body }),
      await call(revokeTokensHandler(dependencies), { as: { sub: 'olivia' }, body }),
      await call(getRevocationHandler(dependencies), { as: REVOKER, path: { id: 'some-id' } }),
    ];

    for (const result of results) {
      expect(result).toMatchObject({
        statusCode: 503,
        headers: { 'retry-after': expect.stringMatching(/^[123]$/) },
      });
      expect(problemIn(result).type).toBe('urn:layermint:problem:store-unavailable');
      expect(result.body).not.toContain('127.0.0.1');
    }
    expect(world.lines.filter((line) => line.includes('STORE_UNAVAILABLE'))).toHaveLength(3);
    expect(world.lines.join('')).not.toContain(reason);
    expect((await revoke(body, REVOKER)).statusCode).toBe(200);
  });

  test('a revocation that is already recorded is answered 202, with its address below the base path of the domain, and the sweeper carries it out', async () => {
    const token = await world.mint('contract', 'bob');
    const table = new TableThrough(world.table, () => ({
      query: () => Promise.reject(new StoreUnavailableError('throttled')),
    }));
    const route = revokeTokensHandler({ ...world.dependencies, table });

    const request = { as: REVOKER, body: EVERYONE_ON_CONTRACT, basePath: '/nutrient/tokens' };
    const result = await call(route, request);

    expect(result.statusCode).toBe(202);
    const { id } = answerIn(result);
    expect(result.headers).toMatchObject({ location: `/nutrient/tokens/v1/revocations/${id}` });
    expect(world.lines.join('')).toContain('a revocation could not be carried out and waits');
    await world.sweep();
    expect(world.accepts(token)).toBe(false);
    expect(answerIn(await call(world.routes.read, { as: REVOKER, path: { id } })).state).toBe('confirmed');
  });
});

test('the log lines of a revocation contain no JWT and no API token', async () => {
  await world.grant('contract', user('alice'), 'editor');
  const { jwt } = await world.mint('contract', 'alice');
  const recover = world.documentEngine.inject('revoke', 'server-error');
  await revoke({ reason: 'a reason that is nobody’s business' });
  recover();
  world.clock.advance(MINUTE);
  await world.sweep();
  const log = world.lines.join('');
  expect(log).toContain('revocations could not be delivered');
  expect(log).not.toContain(jwt);
  expect(log).not.toMatch(/eyJ|the-api-token-of-tests|nobody’s business/);
});
