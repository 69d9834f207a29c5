import { beforeEach, describe, expect, test } from '@jest/globals';
import { DocumentEngineUnavailableError } from '../../../lib/document-engine/index.ts';
import { GrantStore } from '../../../lib/grants/index.ts';
import { type Principal } from '../../../lib/identity/index.ts';
import {
  beginRun,
  finishWithdrawals,
  markOf,
  sweep,
  type RevocationDependencies,
  type Withdrawal,
} from '../../../lib/revocation/index.ts';
import { grantKey, holderKey, StoreRefusedError, type Table } from '../../../lib/table/index.ts';
import { EVERYONE, grant, group, user } from '../../support/grants/grants.ts';
import { EPOCH, holderItem } from '../../support/revocation/holder-items.ts';
import { Revoking } from '../../support/revocation/revoking.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { TableThrough } from '../../support/table/table-through.ts';

const NOW = NOON * 1000;
const MINUTE = 60_000;

let world: Revoking;

beforeEach(() => {
  world = new Revoking();
});

/** Removes a grant, and revokes nothing yet. */
async function removed(principal: Principal): Promise<Withdrawal> {
  const store = new GrantStore(world.table);
  await store.put('contract', grant(principal, 'editor'));
  const [slot] = await store.read('contract', [principal]);
  const mark = slot && (await store.remove(slot, NOON))?.mark;
  return { documentId: 'contract', principal, mark: mark ?? '' };
}

const withTable = (table: Table): RevocationDependencies => ({
  table,
  clock: world.clock,
  log: world.log,
  audit: world.audit,
  signingKeys: world.signingKeys,
  documentEngine: world.documentEngine,
});

function holds(userId: string, ...builtFrom: readonly string[]): void {
  world.table.store(holderItem(userId, { builtFrom: new Set(builtFrom) }));
}

const isRaised = (userId: string): boolean =>
  world.table.stored(holderKey('contract', userId))?.['epoch'] !== EPOCH;

const markLeft = (principal: Principal): string | undefined =>
  markOf(world.table.stored(grantKey('contract', principal)));

describe('a withdrawn grant ends', () => {
  test('the tokens that were built from it, and no others', async () => {
    holds('alice', 'USER#alice', 'GROUP#staff');
    holds('bob', 'USER#bob', 'EVERYONE');
    await finishWithdrawals([await removed(group('staff'))], beginRun(world, Infinity));
    expect([isRaised('alice'), isRaised('bob')]).toEqual([true, false]);
    expect(markLeft(group('staff'))).toBeUndefined();
  });

  test('the tokens of its one user, without a look at the other holders', async () => {
    holds('alice', 'USER#alice');
    holds('bob', 'USER#bob');
    const withdrawal = await removed(user('alice'));
    world.table.calls.length = 0;
    await finishWithdrawals([withdrawal], beginRun(world, Infinity));
    expect([isRaised('alice'), isRaised('bob')]).toEqual([true, false]);
    expect(world.table.calls).not.toContain('query');
  });

  test('with other grants of users the tokens of these users, read by their keys, 100 at a time', async () => {
    const users = Array.from({ length: 150 }, (_, number) => `user-${number}`);
    const withdrawals: Withdrawal[] = [];
    for (const userId of users) {
      holds(userId, `USER#${userId}`);
      withdrawals.push(await removed(user(userId)));
    }
    holds('carol', 'USER#carol');
    const reads: number[] = [];
    const table = new TableThrough(world.table, (inner) => ({
      batchGet: (keys) => {
        if (keys.every(({ sk }) => sk.startsWith('HOLDER#'))) reads.push(keys.length);
        return inner.batchGet(keys);
      },
    }));
    await finishWithdrawals(withdrawals, beginRun(withTable(table), Infinity));
    expect([...users.filter(isRaised), ...['carol'].filter(isRaised)]).toEqual(users);
    expect(withdrawals.flatMap(({ principal }) => markLeft(principal) ?? [])).toEqual([]);
    expect(reads).toEqual([100, 50]);
    expect(world.table.calls).not.toContain('query');
  });

  test('with other grants of groups the tokens of all of them, in one walk', async () => {
    holds('alice', 'GROUP#staff');
    holds('bob', 'EVERYONE');
    holds('carol', 'GROUP#legal');
    const withdrawals = [await removed(group('staff')), await removed(EVERYONE)];
    world.table.calls.length = 0;
    await finishWithdrawals(withdrawals, beginRun(world, Infinity));
    expect(['alice', 'bob', 'carol'].map(isRaised)).toEqual([true, true, false]);
    expect(withdrawals.map(({ principal }) => markLeft(principal))).toEqual([undefined, undefined]);
    expect(world.table.calls.filter((call) => call === 'query')).toHaveLength(1);
  });
});

describe('the walk of a withdrawal for which no sweep has the time', () => {
  const HOLDERS = 2000;
  const everybody = Array.from({ length: HOLDERS }, (_, number) => `user-${number}`);

  /** Lets each page take a while to read, of which a sweep of a minute reads five. @returns the positions of the reads */
  function readsTakeTime(): { readonly dependencies: RevocationDependencies; readonly reads: unknown[] } {
    const reads: unknown[] = [];
    const table = new TableThrough(world.table, (inner) => ({
      query: (condition, page) => {
        if (page?.index !== undefined) return inner.query(condition, page);
        reads.push(page?.start?.['sk'] ?? 'the beginning');
        world.clock.advance(12_000);
        return inner.query(condition, page);
      },
    }));
    return { dependencies: withTable(table), reads };
  }

  beforeEach(() => {
    for (const userId of everybody) holds(userId, 'EVERYONE');
  });

  test('continues in the next sweep after its last page, so that it ends', async () => {
    await removed(EVERYONE);
    const { dependencies, reads } = readsTakeTime();
    for (let sweeps = 0; sweeps < 6 && markLeft(EVERYONE) !== undefined; sweeps += 1) {
      await sweep(beginRun(dependencies, MINUTE));
      world.clock.advance(1);
    }
    expect(markLeft(EVERYONE)).toBeUndefined();
    expect(everybody.every(isRaised)).toBe(true);
    expect(reads).toHaveLength(HOLDERS / 100);
    expect(new Set(reads).size).toBe(reads.length);
  });

  test('continues in the sweep after the request that removed every grant', async () => {
    const withdrawals = [
      await removed(EVERYONE),
      await removed(group('staff')),
      await removed(user('user-7')),
    ];
    const { dependencies, reads } = readsTakeTime();
    await finishWithdrawals(withdrawals, beginRun(dependencies, 30_000));
    expect(markLeft(user('user-7'))).toBeUndefined();
    expect(reads).toHaveLength(3);
    world.clock.advance(1);
    await sweep(beginRun(dependencies, Infinity));
    expect(withdrawals.flatMap(({ principal }) => markLeft(principal) ?? [])).toEqual([]);
    expect(reads).toHaveLength(HOLDERS / 100);
  });

  test('is not brought back to its beginning by grants that are removed later', async () => {
    await removed(EVERYONE);
    const { dependencies } = readsTakeTime();
    let sweeps = 0;
    for (; sweeps < 10 && markLeft(EVERYONE) !== undefined; sweeps += 1) {
      await sweep(beginRun(dependencies, MINUTE));
      await removed(group(`group-${sweeps}`));
      world.clock.advance(1);
    }
    expect(sweeps).toBeLessThanOrEqual(5);
  });

  test('begins anew for a later change of the same grant', async () => {
    await removed(EVERYONE);
    const { dependencies, reads } = readsTakeTime();
    await sweep(beginRun(dependencies, 30_000));
    const later = await removed(EVERYONE);
    reads.length = 0;
    world.clock.advance(1);
    await sweep(beginRun(dependencies, 1));
    expect(reads).toEqual(['the beginning']);
    expect(markLeft(EVERYONE)).toBe(later.mark);
  });

  test('does not forget a holder that it passed over in an earlier sweep', async () => {
    const [first = ''] = everybody.toSorted();
    world.table.store(holderItem(first, { epoch: 'broken' }));
    const { mark } = await removed(EVERYONE);
    const { dependencies } = readsTakeTime();
    for (let sweeps = 0; sweeps < 6; sweeps += 1) {
      await sweep(beginRun(dependencies, MINUTE));
      world.clock.advance(1);
    }
    expect(everybody.filter((userId) => !isRaised(userId))).toEqual([]);
    expect(markLeft(EVERYONE)).toBe(mark);
    // The mark is postponed, and then the walk begins anew.
    const item = world.table.stored(grantKey('contract', EVERYONE));
    expect(item?.['dueSince']).toBeGreaterThan(world.clock.now());
    expect(item).not.toHaveProperty('underWay');
  });
});

describe('a holder item that cannot be read', () => {
  test('keeps the mark of a removed grant, and all others are revoked', async () => {
    world.table.store(holderItem('alice', { epoch: 'broken' }));
    holds('bob', 'EVERYONE');
    const { mark, ...withdrawal } = await removed(EVERYONE);
    await finishWithdrawals([{ mark, ...withdrawal }], beginRun(world, Infinity));
    expect(world.told.flat()).toHaveLength(1);
    expect(markLeft(EVERYONE)).toBe(mark);
    expect(world.table.stored(grantKey('contract', EVERYONE))).toMatchObject({ dueSince: NOW + MINUTE });
  });

  test('keeps the mark of its own user, and no other', async () => {
    world.table.store(holderItem('alice', { epoch: 'broken' }));
    holds('bob', 'USER#bob');
    const withdrawals = [await removed(user('alice')), await removed(user('bob'))];
    await finishWithdrawals(withdrawals, beginRun(world, Infinity));
    expect(isRaised('bob')).toBe(true);
    expect(withdrawals.map(({ principal }) => markLeft(principal) === undefined)).toEqual([false, true]);
  });
});

test('a mark that the table refuses to write does not keep the others from being cleared', async () => {
  holds('alice', 'EVERYONE');
  const withdrawals = [await removed(EVERYONE), await removed(group('staff'))];
  world.table.before = (operation, { sk }) => {
    if (operation === 'update' && sk === 'GRANT#EVERYONE') throw new StoreRefusedError('over 400 KB');
  };
  await finishWithdrawals(withdrawals, beginRun(world, Infinity));
  expect([markLeft(EVERYONE) === undefined, markLeft(group('staff')) === undefined]).toEqual([false, true]);
});

test('a mark on a grant that an owner changes without end does not keep the others from being cleared', async () => {
  const withdrawals = [await removed(EVERYONE), await removed(group('staff'))];
  const key = grantKey('contract', EVERYONE);
  let changes = 0;
  world.table.before = (operation, { sk }) => {
    if (operation !== 'update' || sk !== key.sk) return;
    changes += 1;
    world.table.store({ ...key, ...world.table.stored(key), etag: `change-${changes}` });
  };
  await finishWithdrawals(withdrawals, beginRun(world, Infinity));
  expect([markLeft(EVERYONE) === undefined, markLeft(group('staff')) === undefined]).toEqual([false, true]);
});

describe('a withdrawal that reaches its deadline before the last page', () => {
  test('keeps its mark, and the sweeper ends the rest of the tokens', async () => {
    for (let number = 0; number < 150; number += 1) holds(`user-${number}`, 'EVERYONE');
    const withdrawal = await removed(EVERYONE);
    await finishWithdrawals([withdrawal], beginRun(world, 0));
    expect(markLeft(EVERYONE)).toBe(withdrawal.mark);
    expect(world.told.flat()).toHaveLength(100);

    world.clock.advance(1);
    await sweep(beginRun(world, Infinity));
    expect(Array.from({ length: 150 }, (_, number) => isRaised(`user-${number}`))).not.toContain(false);
    expect(markLeft(EVERYONE)).toBeUndefined();
  });
});

test('during an outage a withdrawal asks Document Engine once, and leaves every family to the sweeper', async () => {
  for (let number = 0; number < 150; number += 1) holds(`user-${number}`, 'EVERYONE');
  let asked = 0;
  world.answer = () => {
    asked += 1;
    throw new DocumentEngineUnavailableError('POST /api/revoke', 'it is down');
  };
  await finishWithdrawals([await removed(EVERYONE)], beginRun(world, Infinity));
  expect(asked).toBe(1);
  expect(markLeft(EVERYONE)).toBeUndefined();
  expect(world.table.everything().filter(({ dueSince }) => dueSince === NOW)).toHaveLength(150);
});
