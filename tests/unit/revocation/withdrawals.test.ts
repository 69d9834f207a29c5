import { beforeEach, describe, expect, test } from '@jest/globals';
import { DocumentEngineUnavailableError } from '../../../lib/document-engine/index.ts';
import { GrantStore } from '../../../lib/grants/index.ts';
import { type Principal } from '../../../lib/identity/index.ts';
import {
  beginRun,
  finishWithdrawals,
  markOf,
  sweep,
  type Withdrawal,
} from '../../../lib/revocation/index.ts';
import { grantKey, holderKey } from '../../../lib/table/index.ts';
import { EVERYONE, grant, group, user } from '../../support/grants/grants.ts';
import { EPOCH, holderItem } from '../../support/revocation/holder-items.ts';
import { Revoking } from '../../support/revocation/revoking.ts';
import { NOON } from '../../support/runtime/clock.ts';

const NOW = NOON * 1000;

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

  test('with others the tokens of all of them in one walk', async () => {
    holds('alice', 'USER#alice');
    holds('bob', 'USER#bob');
    holds('carol', 'USER#carol');
    const withdrawals = [await removed(user('alice')), await removed(user('bob'))];
    await finishWithdrawals(withdrawals, beginRun(world, Infinity));
    expect(['alice', 'bob', 'carol'].map(isRaised)).toEqual([true, true, false]);
    expect(withdrawals.map(({ principal }) => markLeft(principal))).toEqual([undefined, undefined]);
  });
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
