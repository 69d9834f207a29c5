import { beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { DocumentEngineUnavailableError } from '../../../../lib/document-engine/index.ts';
import {
  advanceJob,
  beginRun,
  findJob,
  holderFromItem,
  isConfirmed,
  startJob,
  sweep,
  type RevocationJob,
} from '../../../../lib/revocation/index.ts';
import { NOON } from '../../../support/runtime/clock.ts';
import { holderItem, waitingItem } from '../../../support/revocation/holder-items.ts';
import { Revoking } from '../../../support/revocation/revoking.ts';
import { DUE_SHARDS, holderKey, StoreUnavailableError } from '../../../../lib/table/index.ts';

const NOW = NOON * 1000;
const MINUTE = 60_000;

let world: Revoking;

beforeEach(() => {
  world = new Revoking();
});

const pendingOf = (userId: string): number => {
  const item = world.table.stored(holderKey('contract', userId));
  return item === undefined ? 0 : Object.keys(holderFromItem(item).pending).length;
};

const goesDown = (): void => {
  world.answer = () => {
    throw new DocumentEngineUnavailableError('POST /api/revoke', 'it is down');
  };
};

const comesBack = (): void => {
  world.answer = (jwts) => ({ data: jwts });
};

describe('the sweeper', () => {
  test('does the oldest work first, across all partitions of the index', async () => {
    const ages = new Map(DUE_SHARDS.map((shard, index) => [shard, ((index * 7) % 16) + 1]));
    for (const [shard, age] of ages) {
      for (let one = 0; one < 20; one += 1) {
        world.table.store(waitingItem(`${age}-${one}`, NOW - age * 1000 - one, shard));
      }
    }
    world.table.largestPage = 7;
    // So that the time is up after the first hundred.
    world.answer = (jwts) => {
      world.clock.advance(MINUTE);
      return { data: jwts };
    };

    const outcome = await sweep(beginRun(world, 1));

    expect(outcome).toEqual({ due: 100, oldestAge: 16_019, complete: false });
    expect(world.told.flat()).toHaveLength(100);
    const left = world.table.everything().filter((item) => 'dueShard' in item);
    expect(new Set(left.map(({ sk }) => sk.split('#')[1]?.split('-')[0]))).toEqual(
      new Set(Array.from({ length: 11 }, (_, index) => String(index + 1))),
    );
  });

  test('postpones an unreadable holder item, and serves all others', async () => {
    world.table.store(waitingItem('broken', NOW - MINUTE, 'DUE#0', { epoch: 'broken' }));
    world.table.store(waitingItem('alice', NOW, 'DUE#0'));
    world.table.store(waitingItem('bob', NOW, 'DUE#9'));

    const outcome = await sweep(beginRun(world, MINUTE));

    expect(outcome).toEqual({ due: 3, oldestAge: MINUTE, complete: true });
    expect([pendingOf('alice'), pendingOf('bob')]).toEqual([0, 0]);
    expect(world.table.stored(holderKey('contract', 'broken'))).toMatchObject({ dueSince: NOW + MINUTE });
    expect(world.lines.join()).toContain('work on a due item failed and is postponed');
  });

  test('postpones an item of no kind that can be due, and serves all others', async () => {
    const stray = { pk: 'stray', sk: 'stray' };
    world.table.store({ ...stray, dueShard: 'DUE#0', dueSince: NOW - MINUTE, waitingSince: NOW - MINUTE });
    world.table.store(waitingItem('alice', NOW, 'DUE#0'));

    expect(await sweep(beginRun(world, MINUTE))).toMatchObject({ due: 2, complete: true });

    expect(pendingOf('alice')).toBe(0);
    expect(world.table.stored(stray)).toMatchObject({ dueSince: NOW + MINUTE });
    expect(world.lines.join()).toContain('a due item that cannot be read');
  });

  test('handles each of hundreds of items once', async () => {
    const shardOf = (number: number): string => DUE_SHARDS[number % DUE_SHARDS.length] ?? '';
    for (let number = 0; number < 250; number += 1) {
      world.table.store(waitingItem(`user-${number}`, NOW - number, shardOf(number)));
    }
    let reads = 0;
    world.table.before = (operation) => {
      if (operation === 'read') reads += 1;
    };
    expect(await sweep(beginRun(world, MINUTE))).toEqual({ due: 250, oldestAge: 249, complete: true });
    expect(reads).toBe(250);
    expect(world.told.flat()).toHaveLength(250);
  });

  test('leaves an item alone until it is due, but reports its age', async () => {
    world.table.store(waitingItem('alice', NOW - MINUTE, 'DUE#0', { dueSince: NOW + 1 }));
    expect(await sweep(beginRun(world, MINUTE))).toEqual({ due: 0, oldestAge: MINUTE, complete: true });
    world.clock.advance(1);
    expect(await sweep(beginRun(world, MINUTE))).toMatchObject({ due: 1, complete: true });
    expect(pendingOf('alice')).toBe(0);
  });

  test('begins no job after its deadline', async () => {
    world.table.store(holderItem('alice'));
    const jobs = [
      await startJob({ documentId: 'contract' }, 'owner', undefined, world),
      await startJob({ documentId: 'contract' }, 'owner', undefined, world),
    ];
    world.answer = (jwts) => {
      world.clock.advance(MINUTE);
      return { data: jwts };
    };
    expect(await sweep(beginRun(world, MINUTE))).toMatchObject({ due: 2, complete: false });
    const after = await Promise.all(jobs.map(({ id }) => findJob(world.table, id)));
    expect(after.map((job) => job?.walks).sort()).toEqual([0, 1]);
  });

  test('reports no age if nothing waits', async () => {
    expect(await sweep(beginRun(world, MINUTE))).toEqual({ due: 0, oldestAge: 0, complete: true });
    expect(world.told).toEqual([]);
  });
});

describe('a job', () => {
  async function revoked(): Promise<RevocationJob> {
    const job = await startJob({ documentId: 'contract' }, 'owner', undefined, world);
    return advanceJob(job, beginRun(world, Infinity));
  }

  test('is confirmed by the first sweep after an outage, however long that was', async () => {
    world.table.store(holderItem('alice'));
    goesDown();
    const { id } = await revoked();
    for (let minute = 0; minute < 130; minute += 1) {
      world.clock.advance(MINUTE);
      await sweep(beginRun(world, Infinity));
    }
    comesBack();
    world.clock.advance(MINUTE);
    await sweep(beginRun(world, Infinity));

    const job = await findJob(world.table, id);
    expect(job && isConfirmed(job)).toBe(true);
    expect(await sweep(beginRun(world, Infinity))).toEqual({ due: 0, oldestAge: 0, complete: true });
  });

  test('does not look at its holders again as long as Document Engine does not answer', async () => {
    world.table.store(holderItem('alice'));
    goesDown();
    await revoked();
    world.table.calls.length = 0;
    world.clock.advance(MINUTE);
    await sweep(beginRun(world, Infinity));
    // One query of each partition of the index, and the holder that is due.
    expect(world.table.calls).toEqual([...DUE_SHARDS.map(() => 'query'), 'batchGet']);
  });

  test('delivers an unconfirmed family less and less often', async () => {
    world.table.store(holderItem('alice'));
    world.answer = () => ({ data: [] });
    await revoked();
    for (let minute = 0; minute < 60; minute += 1) {
      world.clock.advance(MINUTE);
      await sweep(beginRun(world, Infinity));
    }
    expect(world.told.length).toBeGreaterThan(5);
    expect(world.told.length).toBeLessThan(20);
  });

  test('delivers for all other holders of a page if one cannot be raised, and repeats the page', async () => {
    for (const userId of ['alice', 'bob', 'carol']) world.table.store(holderItem(userId));
    const { sk } = holderKey('contract', 'bob');
    let throttled = true;
    world.table.before = (operation, key) => {
      if (throttled && operation === 'update' && key.sk === sk) throw new StoreUnavailableError('throttled');
    };
    await expect(revoked()).rejects.toThrow(StoreUnavailableError);
    expect(world.told.flat().map((jwt) => decodeJwt(jwt).jti)).toHaveLength(2);

    throttled = false;
    await sweep(beginRun(world, Infinity));
    expect(world.table.stored(holderKey('contract', 'bob'))).toMatchObject({
      epoch: NOW + 10_000,
      pending: {},
    });
  });

  test('is never confirmed if a holder item cannot be read, and ends the tokens of all others', async () => {
    world.table.store(holderItem('alice', { epoch: 'broken' }));
    world.table.store(holderItem('bob'));
    const job = await revoked();
    expect(job).toMatchObject({ holders: 1, waiting: 1 });
    expect(isConfirmed(job)).toBe(false);
    expect(world.told.flat()).toHaveLength(1);
  });
});
