import { beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  DocumentEngineRefusalError,
  DocumentEngineUnavailableError,
} from '../../../../lib/document-engine/index.ts';
import { beginRun, familyId, holderFromItem } from '../../../../lib/revocation/index.ts';
import { deliverDue } from '../../../../lib/revocation/sweeping/due-holders.ts';
import { holderKey, StoreRefusedError, type Item } from '../../../../lib/table/index.ts';
import { holderItem, WAITING_EPOCH, waitingItem } from '../../../support/revocation/holder-items.ts';
import { Revoking } from '../../../support/revocation/revoking.ts';
import { NOON } from '../../../support/runtime/clock.ts';

const NOW = NOON * 1000;
const MINUTE = 60_000;

let world: Revoking;

beforeEach(() => {
  world = new Revoking();
});

function holding(...items: readonly Item[]): void {
  for (const item of items) world.table.store(item);
}

const stored = (userId: string): Item => world.table.stored(holderKey('contract', userId)) ?? holderItem('');

const goesDown = (): void => {
  world.answer = () => {
    throw new DocumentEngineUnavailableError('POST /api/revoke', 'it is down');
  };
};

describe('delivering to holders that are due', () => {
  const due = (userId: string): Item => stored(userId);

  test('postpones an unconfirmed family for as long again as it has waited', async () => {
    holding(waitingItem('alice', NOW - 5 * MINUTE));
    world.answer = () => ({ data: [] });
    await deliverDue([due('alice')], beginRun(world, MINUTE));
    expect(stored('alice')).toMatchObject({ dueSince: NOW + 5 * MINUTE, waitingSince: NOW - 5 * MINUTE });
  });

  test('does not postpone a confirmed holder because of an unconfirmed one', async () => {
    holding(waitingItem('alice'), waitingItem('bob'));
    const items = [due('alice'), due('bob')];
    world.answer = (jwts) => ({ data: jwts.slice(0, 1) });
    await deliverDue(items, beginRun(world, MINUTE));
    expect(stored('alice')).not.toHaveProperty('dueSince');
    expect(stored('bob')).toMatchObject({ dueSince: NOW + MINUTE });
  });

  test('delivers for all others if a holder without a pending family cannot be removed from the index', async () => {
    holding(waitingItem('idle', NOW, 'DUE#0', { pending: {} }), waitingItem('alice'));
    world.table.before = (operation, { sk }) => {
      if (operation === 'update' && sk.includes('idle')) throw new StoreRefusedError('no');
    };
    await expect(deliverDue([due('idle'), due('alice')], beginRun(world, MINUTE))).rejects.toThrow(
      StoreRefusedError,
    );
    expect(world.told.flat()).toHaveLength(1);
    expect(stored('alice')).not.toHaveProperty('dueSince');
  });

  test('postpones no holder during an outage, so that everything is delivered when it ends', async () => {
    holding(waitingItem('alice', NOW - MINUTE));
    goesDown();
    await deliverDue([due('alice')], beginRun(world, MINUTE));
    expect(stored('alice')).toMatchObject({ dueSince: NOW - MINUTE, waitingSince: NOW - MINUTE });
  });

  test('does not deliver a family again that was settled since the index was read', async () => {
    holding(waitingItem('alice'));
    const item = due('alice');
    await deliverDue([item], beginRun(world, MINUTE));
    await deliverDue([item], beginRun(world, MINUTE));
    expect(world.told.flat()).toHaveLength(1);
  });

  test('does not make a holder due again that was settled by another sweeper meanwhile', async () => {
    holding(waitingItem('alice'));
    world.answer = () => ({ data: [] });
    world.table.before = (operation) => {
      if (operation === 'update') world.table.store(holderItem('alice'));
    };
    await deliverDue([due('alice')], beginRun(world, MINUTE));
    expect(stored('alice')).not.toHaveProperty('dueSince');
  });

  test('does not postpone a family that was revoked while an earlier one was delivered', async () => {
    holding(waitingItem('alice', NOW - MINUTE));
    world.answer = () => {
      // Another process revokes her again.
      holding(waitingItem('alice', NOW - MINUTE, 'DUE#0', { epoch: NOW, dueSince: NOW }));
      return { data: [] };
    };
    await deliverDue([due('alice')], beginRun(world, MINUTE));
    expect(stored('alice')).toMatchObject({ epoch: NOW, dueSince: NOW });
  });

  test('postpones a family that Document Engine refuses, and no other of its batch', async () => {
    const users = Array.from({ length: 100 }, (_, number) => `user-${number}`);
    holding(...users.map((userId) => waitingItem(userId)));
    const refused = familyId('contract', 'user-42', WAITING_EPOCH);
    world.answer = (jwts) => {
      if (jwts.some((jwt) => decodeJwt(jwt).jti === refused))
        throw new DocumentEngineRefusalError('POST /api/revoke', 400);
      return { data: jwts };
    };
    await deliverDue(users.map(due), beginRun(world, MINUTE));
    const left = users.map(stored).filter((item) => 'dueShard' in item);
    expect(left).toEqual([{ ...stored('user-42'), dueSince: NOW + MINUTE, waitingSince: NOW }]);
  });

  test('moves holders behind the others that it had no time for', async () => {
    const pending = Object.fromEntries(
      Array.from({ length: 150 }, (_, number) => [WAITING_EPOCH - number, NOON + 3600]),
    );
    holding(waitingItem('alice', NOW - MINUTE, 'DUE#0', { pending }));
    world.answer = (jwts) => {
      world.clock.advance(MINUTE);
      return { data: jwts };
    };
    await deliverDue([due('alice')], beginRun(world, 1));
    expect(Object.keys(holderFromItem(stored('alice')).pending)).toHaveLength(50);
    expect(stored('alice')).toMatchObject({ dueSince: NOW + MINUTE + 1, waitingSince: NOW - MINUTE });
  });

  test('removes a holder from the index that has no pending family', async () => {
    holding(waitingItem('alice', NOW, 'DUE#0', { pending: {} }));
    await deliverDue([due('alice')], beginRun(world, MINUTE));
    expect(stored('alice')).not.toHaveProperty('dueShard');
    expect(world.told).toEqual([]);
  });
});
