import { beforeEach, describe, expect, test } from '@jest/globals';
import { DocumentEngineUnavailableError } from '../../../lib/document-engine/index.ts';
import {
  advanceJob,
  beginRun,
  findJob,
  growHolder,
  holderFromItem,
  isConfirmed,
  requestBy,
  startJob,
  sweep,
  type RevocationJob,
  type Target,
} from '../../../lib/revocation/index.ts';
import { jobIdOf } from '../../../lib/revocation/job.ts';
import { DAY, HOUR, MINUTE, toMilliseconds } from '../../../lib/runtime/time.ts';
import {
  dueFrom,
  dueOf,
  holderKey,
  jobKey,
  StoreUnavailableError,
  type Item,
} from '../../../lib/table/index.ts';
import { EPOCH, holderItem } from '../../support/revocation/holder-items.ts';
import { Revoking } from '../../support/revocation/revoking.ts';
import { NOON } from '../../support/runtime/clock.ts';

const NOW = toMilliseconds(NOON);
const CONTRACT: Target = { documentId: 'contract' };
const MALLORY: Target = { userId: 'mallory' };

let world: Revoking;

beforeEach(() => {
  world = new Revoking();
});

const ask = (target: Target, by = 'owner', on = world): Promise<RevocationJob> =>
  startJob(target, by, undefined, on);

const advance = (job: RevocationJob, on = world): Promise<RevocationJob> =>
  advanceJob(job, beginRun(on, Infinity));

const jobItems = (): Item[] => world.table.everything().filter(({ pk }) => pk.startsWith('JOB#'));

const stored = async (target: Target): Promise<RevocationJob> => {
  const job = await findJob(world.table, jobIdOf(target));
  if (job === undefined) throw new TypeError('the job must be there');
  return job;
};

/** Stores the holders of `contract`: their tokens live for a day. */
function holders(count: number): void {
  for (let number = 0; number < count; number += 1) world.table.store(holderItem(name(number)));
}

const name = (number: number): string => `user-${String(number).padStart(3, '0')}`;

const epochOf = (userId: string): number =>
  holderFromItem(world.table.stored(holderKey('contract', userId)) ?? { pk: '', sk: '' }).epoch;

/** Lets a holder mint another token. */
async function mint(userId: string): Promise<void> {
  const key = holderKey('contract', userId);
  const holder = holderFromItem(world.table.stored(key) ?? { ...key });
  const need = { expiresAt: NOON + HOUR, builtFrom: new Set(['EVERYONE']) };
  await growHolder(world.table, key, holder, need, world.clock.now());
}

describe('a flood of self-revocations', () => {
  test('by a caller without any grant leaves one job, so that nothing waits behind 4,000 of them', async () => {
    for (let count = 0; count < 4000; count += 1) await ask(MALLORY, 'mallory');
    expect(jobItems()).toHaveLength(1);
    world.table.store(
      holderItem('alice', { pending: { 1: NOON + HOUR }, ...dueFrom(holderKey('contract', 'alice'), NOW) }),
    );
    expect(await sweep(beginRun(world, Infinity))).toMatchObject({ due: 2 });
  });

  test('of a caller with no holder anywhere ends after one later look, and its item goes within an hour', async () => {
    await advance(await ask(MALLORY, 'mallory'));
    world.clock.advance(toMilliseconds(MINUTE));
    expect(await sweep(beginRun(world, Infinity))).toMatchObject({ due: 1 });
    const [item] = jobItems();
    expect(item && dueOf(item)).toBeUndefined();
    expect(item).toMatchObject({ walks: 2, ttl: NOON + MINUTE + HOUR });
  });

  test('by a caller without any grant, for one made-up document after another, writes nothing', async () => {
    for (let count = 0; count < 20; count += 1) {
      const job = await ask({ userId: 'mallory', documentId: `made-up-${count}` }, 'mallory');
      expect(isConfirmed(job)).toBe(true);
    }
    expect(jobItems()).toEqual([]);
    expect(await sweep(beginRun(world, Infinity))).toMatchObject({ due: 0 });
  });

  test('for a document with tokens is recorded, also by a request after one that found nothing', async () => {
    const target = { userId: 'alice', documentId: 'contract' };
    world.table.drop(holderKey('contract', 'alice'));
    await ask(target, 'alice');
    world.table.store(holderItem('alice'));
    expect(isConfirmed(await ask(target, 'alice'))).toBe(false);
    expect(jobItems()).toHaveLength(1);
  });

  test('by many callers costs few calls for each: two reads and two writes, and as much for the later look', async () => {
    await advance(await ask(MALLORY, 'mallory'));
    expect(world.table.calls).toEqual(['batchGet', 'put', 'query', 'update']);
    world.table.calls.length = 0;
    world.clock.advance(toMilliseconds(MINUTE));
    await sweep(beginRun(world, Infinity));
    const shards = 16;
    expect(world.table.calls.slice(shards)).toEqual(['query', 'update']);
  });

  test('does not grow the holder, and calls Document Engine for nothing', async () => {
    world.table.store(holderItem('mallory'));
    for (let count = 0; count < 30; count += 1) {
      await advance(await ask(MALLORY, 'mallory'));
      world.clock.advance(1000);
    }
    const holder = holderFromItem(world.table.stored(holderKey('contract', 'mallory')) ?? { pk: '', sk: '' });
    expect(holder).toMatchObject({ pending: {}, holdsUntil: 0 });
    expect(world.told).toHaveLength(1);
  });

  test('during an outage leaves one pending family of a holder, however often it is repeated', async () => {
    world.answer = () => {
      throw new DocumentEngineUnavailableError('POST /api/revoke', 'it is down');
    };
    world.table.store(holderItem('mallory'));
    for (const target of [MALLORY, { ...MALLORY, documentId: 'contract' }, CONTRACT]) {
      for (let count = 0; count < 30; count += 1) await advance(await ask(target, 'mallory'));
    }
    const { pending } = holderFromItem(
      world.table.stored(holderKey('contract', 'mallory')) ?? { pk: '', sk: '' },
    );
    expect(pending).toEqual({ [EPOCH]: NOON + DAY });
  });
});

describe('a request for a target whose walk is under way', () => {
  test('never brings the walk back to its first page, however often one comes', async () => {
    holders(250);
    const first = await ask(CONTRACT);
    for (let page = 0; page < 3; page += 1) {
      world.clock.advance(1000);
      await advanceJob(await ask(CONTRACT), beginRun(world, 0));
    }
    const left = await stored(CONTRACT);
    expect(left).toMatchObject({ covers: first.askedAt + 1000, walks: 1, holders: 250 });
    expect(isConfirmed(left, first.askedAt)).toBe(true);
    expect(isConfirmed(left)).toBe(false);
    for (let page = 0; page < 3; page += 1) await advanceJob(await stored(CONTRACT), beginRun(world, 0));
    expect(isConfirmed(await stored(CONTRACT))).toBe(true);
  });

  test('does not make a runner repeat its page', async () => {
    holders(150);
    const job = await ask(CONTRACT);
    const run = world.table.beside();
    run.before = async (operation, { pk }) => {
      if (operation === 'update' && pk === jobKey(job.id).pk) await ask(CONTRACT);
    };
    await advanceJob(job, beginRun(new Revoking(run), Infinity));
    expect(run.calls.filter((call) => call === 'query')).toHaveLength(2);
    expect(await stored(CONTRACT)).toMatchObject({ walks: 1, holders: 150 });
  });

  test('ends the tokens of a holder that the walk has passed already', async () => {
    holders(150);
    const first = await ask(CONTRACT);
    await advanceJob(first, beginRun(world, 0));
    const passed = epochOf(name(0));
    world.clock.advance(5);
    await mint(name(0));
    const second = await ask(CONTRACT, 'another owner');
    expect(isConfirmed(await advance(second))).toBe(true);
    expect(epochOf(name(0))).toBeGreaterThan(passed);
  });

  test.each([
    ['just before the last page is written', 'update'],
    ['just after the last page is read', 'query'],
  ])('is not forgotten if it comes %s', async (_, at) => {
    holders(1);
    const job = await ask(CONTRACT);
    const run = world.table.beside();
    let second: RevocationJob | undefined;
    run.before = async (operation, { pk }) => {
      if (second !== undefined || operation !== at || (at === 'update' && !pk.startsWith('JOB#'))) return;
      // The holder mints in its new family before the request.
      if (at === 'update') await mint(name(0));
      second = await ask(CONTRACT, 'another owner');
    };
    await advanceJob(job, beginRun(new Revoking(run), Infinity));
    const [item] = jobItems();
    expect(item && dueOf(item)).toBeDefined();
    expect(item).not.toHaveProperty('ttl');
    expect(isConfirmed(await stored(CONTRACT), second?.askedAt)).toBe(false);

    const before = epochOf(name(0));
    await sweep(beginRun(world, Infinity));
    expect(isConfirmed(await stored(CONTRACT))).toBe(true);
    expect(epochOf(name(0)) > before).toBe(at === 'update');
    expect(jobItems()[0]).toHaveProperty('ttl');
  });

  test('is carried out by the same call if a request before it is under way', async () => {
    holders(150);
    await advanceJob(await ask(CONTRACT), beginRun(world, 0));
    const job = await advance(await ask(CONTRACT));
    expect(job).toMatchObject({ covers: job.askedAt, walks: 1 });
  });
});

describe('a request for a target', () => {
  test('that is finished begins anew, and is not deleted while it is due', async () => {
    holders(1);
    await advance(await ask(CONTRACT));
    expect(jobItems()[0]).toHaveProperty('ttl');
    await mint(name(0));
    const before = epochOf(name(0));
    const again = await ask(CONTRACT);
    const [item] = jobItems();
    expect(item).not.toHaveProperty('ttl');
    expect(item && dueOf(item)).toMatchObject({ dueSince: NOW });
    expect(isConfirmed(again)).toBe(false);
    expect(isConfirmed(await advance(again))).toBe(true);
    expect(epochOf(name(0))).toBeGreaterThan(before);
  });

  test('keeps its place in the order, so that repeated requests do not move it behind others', async () => {
    await ask(CONTRACT);
    world.clock.advance(60_000);
    await ask(CONTRACT);
    expect(jobItems().map((item) => dueOf(item)?.dueSince)).toEqual([NOW]);
  });

  test('that is postponed is due at once', async () => {
    await advance(await ask(MALLORY, 'mallory'));
    world.clock.advance(5000);
    await ask(MALLORY, 'mallory');
    expect(jobItems().map((item) => dueOf(item)?.dueSince)).toEqual([NOW + 5000]);
  });

  test('at the same moment as another is recorded beside it, also as the first', async () => {
    const slower = world.table.beside();
    let isFirst = true;
    slower.before = async (operation) => {
      if (operation !== 'put' || !isFirst) return;
      isFirst = false;
      await startJob(MALLORY, 'mallory', undefined, world);
    };
    const job = await startJob(MALLORY, 'backend', 'stolen', new Revoking(slower));
    expect(job).toEqual(await stored(MALLORY));
    expect(requestBy(job, 'mallory')).toEqual({ by: 'mallory', at: NOW });
    expect(requestBy(job, 'backend')).toEqual({ by: 'backend', at: NOW + 1, reason: 'stolen' });
  });

  test('cannot be kept from being recorded by a caller with constant requests', async () => {
    await ask(MALLORY, 'mallory');
    const slower = world.table.beside();
    slower.before = async (operation) => {
      if (operation === 'update') await ask(MALLORY, 'mallory');
    };
    const job = await startJob(MALLORY, 'backend', undefined, new Revoking(slower));
    expect(isConfirmed(job)).toBe(false);
    expect(job.askedAt).toBeGreaterThan(job.covers);
    const done = await advance(await stored(MALLORY));
    expect(done.covers).toBeGreaterThanOrEqual(job.askedAt);
  });

  test('replaces a job that cannot be read: nothing may prevent a revocation', async () => {
    holders(1);
    world.table.store({ ...jobKey(jobIdOf(CONTRACT)), version: 'x' });
    expect(isConfirmed(await advance(await ask(CONTRACT)))).toBe(true);
    expect(epochOf(name(0))).toBeGreaterThan(EPOCH);
  });

  test('fails if the table cannot be written, and says so', async () => {
    world.table.before = () => {
      throw new StoreUnavailableError('it is down');
    };
    await expect(ask(CONTRACT)).rejects.toThrow(StoreUnavailableError);
  });
});

test('a job of version 0.1.0 that an upgrade interrupted is carried out, under its target', async () => {
  holders(1);
  const key = jobKey('8BambDJz0q50dAOXmjiT3A');
  world.table.store({
    ...key,
    target: CONTRACT,
    requestedBy: 'owner',
    createdAt: NOW - 1000,
    holders: 0,
    walks: 0,
    waiting: 0,
    underWay: { waiting: 0 },
    version: 0,
    ...dueFrom(key, NOW - 1000),
  });
  await sweep(beginRun(world, Infinity));
  expect(world.table.stored(key)).toBeUndefined();
  await sweep(beginRun(world, Infinity));
  expect(epochOf(name(0))).toBeGreaterThan(EPOCH);
  expect(isConfirmed(await stored(CONTRACT))).toBe(true);
});

test('a finished job of version 0.1.0 is not found any more, which is not a failure of the service', async () => {
  const key = jobKey('8BambDJz0q50dAOXmjiT3A');
  world.table.store({ ...key, target: CONTRACT, requestedBy: 'owner', createdAt: NOW, ttl: NOON + 60 });
  expect(await findJob(world.table, '8BambDJz0q50dAOXmjiT3A')).toBeUndefined();
});
