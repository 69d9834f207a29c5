import { beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  DocumentEngineRefusalError,
  DocumentEngineUnavailableError,
} from '../../../../lib/document-engine/index.ts';
import {
  advanceJob,
  beginRun,
  familyId,
  findJob,
  holderFromItem,
  isConfirmed,
  startJob,
  sweep,
  type RevocationJob,
} from '../../../../lib/revocation/index.ts';
import { NOON } from '../../../support/runtime/clock.ts';
import { holderItem, WAITING_EPOCH, waitingItem } from '../../../support/revocation/holder-items.ts';
import { Revoking } from '../../../support/revocation/revoking.ts';
import {
  DUE_SHARDS,
  holderKey,
  jobKey,
  StoreRefusedError,
  StoreThrottledError,
  StoreUnavailableError,
} from '../../../../lib/table/index.ts';

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
      await startJob({ documentId: 'contract', userId: 'alice' }, 'owner', undefined, world),
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

  test('of a user whose first walk was interrupted for long revokes a holder that the index hid from its first page', async () => {
    const onDocument = (documentId: string) => ({
      ...holderItem('alice'),
      ...holderKey(documentId, 'alice'),
      principal: 'HOLDER#alice',
    });
    const hidden = onDocument('a');
    for (let number = 0; number < 101; number += 1) world.table.store(onDocument(`b${number}`));
    const job = await startJob({ userId: 'alice' }, 'alice', undefined, world);
    // The request has time for one page only, and then the sweeper cannot work for long.
    await advanceJob(job, beginRun(world, 0));
    world.table.store(hidden);
    for (let sweeps = 0; sweeps < 4; sweeps += 1) {
      world.clock.advance(11 * MINUTE);
      await sweep(beginRun(world, MINUTE));
    }
    expect(world.table.stored(holderKey('a', 'alice'))?.['epoch']).toBeGreaterThan(NOW);
    expect(await sweep(beginRun(world, Infinity))).toEqual({ due: 0, oldestAge: 0, complete: true });
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

describe('while Document Engine is down, a sweep', () => {
  let asked: number;

  beforeEach(() => {
    asked = 0;
    world.answer = () => {
      asked += 1;
      throw new DocumentEngineUnavailableError('POST /api/revoke', 'it is down');
    };
  });

  test('asks once, reads no more than a window of the pending holders, and postpones none', async () => {
    for (let number = 0; number < 1000; number += 1) {
      world.table.store(waitingItem(`user-${number}`, NOW - number, DUE_SHARDS[number % 16]));
    }
    let reads = 0;
    world.table.before = (operation) => {
      if (operation === 'read') reads += 1;
    };
    const before = world.table.everything();
    expect(await sweep(beginRun(world, MINUTE))).toEqual({ due: 100, oldestAge: 999, complete: false });
    expect([asked, reads]).toEqual([1, 100]);
    expect(world.table.calls).toEqual([...DUE_SHARDS.map(() => 'query'), 'batchGet']);
    expect(world.table.everything()).toEqual(before);
  });

  test('does not begin the jobs behind them', async () => {
    world.table.store(waitingItem('bob', NOW, 'DUE#0'));
    world.table.store({ ...holderItem('alice'), ...holderKey('other', 'alice') });
    const job = await startJob({ documentId: 'other' }, 'owner', undefined, world);
    await sweep(beginRun(world, MINUTE));
    expect(await findJob(world.table, job.id)).toEqual(job);
    comesBack();
    await sweep(beginRun(world, MINUTE));
    expect(world.told.flat()).toHaveLength(2);
  });

  test('does not count an age that only a later window would show, but that of everything it read', async () => {
    world.table.store(waitingItem('alice', NOW, 'DUE#3', { waitingSince: NOW - 5 * MINUTE }));
    expect(await sweep(beginRun(world, MINUTE))).toMatchObject({ oldestAge: 5 * MINUTE });
  });
});

describe('a table that throttles', () => {
  const throttles = (part: string): void => {
    world.table.before = (operation, { pk, sk }) => {
      if (operation === 'query' ? pk.includes(part) : sk.includes(part))
        throw new StoreThrottledError('slow down');
    };
  };

  test('postpones no job: it stays due, behind the others, and continues at its page', async () => {
    for (let number = 0; number < 150; number += 1) world.table.store(holderItem(`user-${number}`));
    const { id } = await startJob({ documentId: 'contract' }, 'owner', undefined, world);
    for (let minute = 0; minute < 5; minute += 1) {
      throttles('contract');
      await sweep(beginRun(world, MINUTE));
      expect(world.table.stored(jobKey(id))).toMatchObject({
        dueSince: world.clock.now() + 1,
        waitingSince: NOW,
      });
      world.clock.advance(MINUTE);
    }
    world.table.before = () => undefined;
    await sweep(beginRun(world, MINUTE));
    const job = await findJob(world.table, id);
    expect(job && isConfirmed(job)).toBe(true);
    expect(world.lines.join()).not.toContain('postponed');
  });

  test('after Document Engine has confirmed postpones no job, which is confirmed by the next sweep', async () => {
    world.table.store(holderItem('alice'));
    const { id } = await startJob({ documentId: 'contract' }, 'owner', undefined, world);
    world.table.before = (operation, { sk }) => {
      if (operation === 'update' && sk.includes('alice') && world.told.length > 0)
        throw new StoreThrottledError('slow down');
    };
    await sweep(beginRun(world, MINUTE));
    expect(pendingOf('alice')).toBe(1);
    world.table.before = () => undefined;
    world.clock.advance(1);
    await sweep(beginRun(world, MINUTE));
    const job = await findJob(world.table, id);
    expect(job && isConfirmed(job)).toBe(true);
  });

  test('during a read of due holders postpones none of them, and the jobs are served', async () => {
    world.table.store(waitingItem('alice', NOW - MINUTE, 'DUE#0'));
    world.table.store({ ...holderItem('bob'), ...holderKey('other', 'bob') });
    await startJob({ documentId: 'other' }, 'owner', undefined, world);
    throttles('alice');
    await sweep(beginRun(world, MINUTE));
    expect(world.table.stored(holderKey('contract', 'alice'))).toMatchObject({ dueSince: NOW - MINUTE });
    expect(world.told.flat()).toHaveLength(1);
  });
});

test.each([
  ['throttles', new StoreThrottledError('slow down')],
  ['is refused', new StoreRefusedError('no')],
])(
  'a partition of the index whose query %s does not keep the work of all others waiting',
  async (_, error) => {
    world.table.store(waitingItem('alice', NOW, 'DUE#0'));
    world.table.store(waitingItem('bob', NOW, 'DUE#9'));
    world.table.before = (operation, { pk }) => {
      if (operation === 'query' && pk === 'DUE#0') throw error;
    };
    await expect(sweep(beginRun(world, MINUTE))).rejects.toThrow(error);
    expect([pendingOf('alice'), pendingOf('bob')]).toEqual([1, 0]);
  },
);

describe('the turns of a sweep', () => {
  /** Starts a revocation of a document with this many holders. */
  async function revokes(documentId: string, holders: number): Promise<string> {
    for (let number = 0; number < holders; number += 1) {
      world.table.store({ ...holderItem('x'), ...holderKey(documentId, `user-${number}`) });
    }
    return (await startJob({ documentId }, 'owner', undefined, world)).id;
  }

  /** Lets each call of Document Engine take a while, in milliseconds. @returns the documents of the calls so far */
  function takes(time: number): string[] {
    const documents: string[] = [];
    world.answer = (jwts) => {
      world.clock.advance(time);
      documents.push(String(decodeJwt(jwts[0] ?? '')['document_id']));
      return { data: jwts };
    };
    return documents;
  }

  test('serve every job before they continue a large one', async () => {
    await revokes('large', 3000);
    world.clock.advance(1);
    for (let number = 0; number < 20; number += 1) await revokes(`small-${number}`, 1);
    const served = takes(500);
    await sweep(beginRun(world, MINUTE));
    // The large one has its first turn of two seconds, then each small one, and then the rest of the large one.
    expect(served.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 'large'));
    expect(new Set(served.slice(4, 24)).size).toBe(20);
    expect(served.slice(24)).toEqual(Array.from({ length: 26 }, () => 'large'));
  });

  test('end at the deadline of the sweep, also within a job, and the next sweep serves the others first', async () => {
    const ids = [await revokes('one', 1000), await revokes('other', 1000)];
    takes(1000);
    const began = world.clock.now();
    expect(await sweep(beginRun(world, 4000))).toMatchObject({ complete: false });
    expect(world.clock.now() - began).toBeLessThanOrEqual(6000);
    const [one, other] = ids.map((id) => world.table.stored(jobKey(id))?.['dueSince']);
    expect(Math.min(Number(one), Number(other))).toBeGreaterThanOrEqual(began);
    expect(
      await Promise.all(ids.map(async (id) => (await findJob(world.table, id))?.holders ?? 0)),
    ).not.toContain(0);
  });

  test('become longer, so that work finishes of which one step takes longer than the first turn', async () => {
    const refused = familyId('contract', 'alice', WAITING_EPOCH);
    const pending = Object.fromEntries(
      Array.from({ length: 100 }, (_, number) => [WAITING_EPOCH + number, NOON + 3600]),
    );
    world.table.store(waitingItem('alice', NOW, 'DUE#0', { pending }));
    world.answer = (jwts) => {
      world.clock.advance(1500);
      if (jwts.some((jwt) => decodeJwt(jwt).jti === refused))
        throw new DocumentEngineRefusalError('POST /api/revoke', 400);
      return { data: jwts };
    };
    await sweep(beginRun(world, MINUTE));
    expect(pendingOf('alice')).toBe(1);
  });

  test('pass over work that is not due yet, without reading it', async () => {
    for (let number = 0; number < 3000; number += 1) {
      const due = { dueSince: NOW + MINUTE + number };
      world.table.store(waitingItem(`user-${number}`, NOW, DUE_SHARDS[number % 16], due));
    }
    world.table.store(waitingItem('alice', NOW, 'DUE#5'));
    expect(await sweep(beginRun(world, MINUTE))).toMatchObject({ due: 1, complete: true });
    expect(world.table.calls.filter((call) => call === 'query')).toHaveLength(DUE_SHARDS.length);
    expect(pendingOf('alice')).toBe(0);
  });

  test('leave everything to the next sweep that an error does not concern', async () => {
    world.table.store(waitingItem('alice', NOW, 'DUE#0'));
    const id = await revokes('broken', 1);
    world.table.before = (operation, { pk }) => {
      if (operation === 'query' && pk.includes('broken')) throw new TypeError('a fault');
    };
    expect(await sweep(beginRun(world, MINUTE))).toMatchObject({ due: 2, complete: true });
    expect(world.table.stored(jobKey(id))).toMatchObject({ dueSince: NOW + MINUTE });
    expect(pendingOf('alice')).toBe(0);
  });
});

describe('a sweep over tens of thousands of families', () => {
  const CALL = 80;

  beforeEach(() => {
    for (let holder = 0; holder < 100; holder += 1) {
      const families = Array.from({ length: 50 }, (_, number) => [WAITING_EPOCH - number, NOON + 3600]);
      world.table.store(
        waitingItem(`user-${holder}`, NOW, 'DUE#0', { pending: Object.fromEntries(families) }),
      );
    }
  });

  const left = (): number =>
    Array.from({ length: 100 }, (_, holder) => pendingOf(`user-${holder}`)).reduce(
      (sum, count) => sum + count,
    );

  test('with a deadline of two seconds ends within one call after it, and has settled what was delivered', async () => {
    world.answer = (jwts) => {
      world.clock.advance(CALL);
      return { data: jwts };
    };
    await sweep(beginRun(world, 2000));
    expect(world.clock.now() - NOW).toBeLessThan(2000 + CALL);
    expect(left()).toBe(5000 - 100 * Math.ceil(2000 / CALL));
  });

  test('makes progress even if its process is killed each time', async () => {
    for (let killed = 1; killed <= 4; killed += 1) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      let calls = 0;
      world.documentEngine = {
        revoke: (jwts) => {
          calls += 1;
          if (calls <= 5) return Promise.resolve({ data: jwts });
          resolve(undefined);
          return new Promise(() => undefined);
        },
      };
      void sweep(beginRun(world, MINUTE));
      await promise;
      expect(left()).toBe(5000 - killed * 500);
    }
  });
});
