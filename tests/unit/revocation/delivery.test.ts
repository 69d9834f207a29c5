import { beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { DocumentEngineUnavailableError } from '../../../lib/document-engine/index.ts';
import { deliver } from '../../../lib/revocation/delivery.ts';
import { deliverDue } from '../../../lib/revocation/sweeping/due-holders.ts';
import { readableHolders, type HolderAt } from '../../../lib/revocation/holders.ts';
import { beginRun, familyId, holderFromItem } from '../../../lib/revocation/index.ts';
import { DAY, HOUR } from '../../../lib/runtime/time.ts';
import { holderKey, type Item } from '../../../lib/table/index.ts';
import { EPOCH, holderItem, WAITING_EPOCH, waitingItem } from '../../support/revocation/holder-items.ts';
import { Revoking } from '../../support/revocation/revoking.ts';
import { NOON } from '../../support/runtime/clock.ts';

const NOW = NOON * 1000;
const MINUTE = 60_000;

let world: Revoking;

beforeEach(() => {
  world = new Revoking();
});

/** Stores holder items, and reads them. */
function holding(...items: readonly Item[]): HolderAt[] {
  for (const item of items) world.table.store(item);
  return readableHolders(items, (_, error) => {
    throw error;
  });
}

const many = (count: number): Item[] =>
  Array.from({ length: count }, (_, number) => waitingItem(`user-${number}`));

const stored = (userId: string): Item => world.table.stored(holderKey('contract', userId)) ?? holderItem('');

const pendingOf = (userId: string): string[] => Object.keys(holderFromItem(stored(userId)).pending);

const goesDown = (): void => {
  world.answer = () => {
    throw new DocumentEngineUnavailableError('POST /api/revoke', 'it is down');
  };
};

describe('delivering families to Document Engine', () => {
  test('names each by a JWT of its jti, which opens the cover alone and outlives every token of it by an hour', async () => {
    const pending = { [WAITING_EPOCH]: NOON + HOUR, [EPOCH]: NOON + DAY };
    await deliver(holding(waitingItem('alice', NOW, 'DUE#0', { pending })), beginRun(world, MINUTE));
    expect(world.told.flat().map((jwt) => decodeJwt(jwt))).toEqual(
      Object.entries(pending).map(([epoch, holdsUntil]) => ({
        document_id: 'contract',
        permissions: ['cover-image'],
        iat: NOON,
        exp: holdsUntil + HOUR,
        jti: familyId('contract', 'alice', Number(epoch)),
      })),
    );
  });

  test('sends at most 100 JWTs in a call, and all that a holder has', async () => {
    const epochs = Array.from({ length: 250 }, (_, number): [string, number] => [
      String(EPOCH - number),
      NOON + HOUR,
    ]);
    const pending = Object.fromEntries(epochs);
    const { waiting } = await deliver(
      holding(waitingItem('alice', NOW, 'DUE#0', { pending })),
      beginRun(world, MINUTE),
    );
    expect(waiting).toBe(0);
    expect(world.told.map((jwts) => jwts.length)).toEqual([100, 100, 50]);
    expect(pendingOf('alice')).toEqual([]);
  });

  test('leaves the families that Document Engine does not name, and counts them over all holders', async () => {
    const holders = holding(...many(150));
    world.answer = (jwts) => ({ data: jwts.slice(0, 1) });
    expect(await deliver(holders, beginRun(world, MINUTE))).toMatchObject({ waiting: 148, untried: [] });
    expect(holders.filter(({ key }) => 'dueShard' in (world.table.stored(key) ?? {}))).toHaveLength(148);
  });

  test('drops a family that ended over an hour ago without a call to Document Engine', async () => {
    const pending = { [WAITING_EPOCH]: NOON - HOUR };
    const { waiting } = await deliver(
      holding(waitingItem('alice', NOW, 'DUE#0', { pending })),
      beginRun(world, MINUTE),
    );
    expect(waiting).toBe(0);
    expect(world.told.flat()).toEqual([]);
    expect(pendingOf('alice')).toEqual([]);
    expect(stored('alice')).not.toHaveProperty('dueShard');
  });

  test('during an outage asks Document Engine once in a run, and logs the reason once', async () => {
    const holders = holding(...many(2));
    let asked = 0;
    world.answer = () => {
      asked += 1;
      throw new DocumentEngineUnavailableError('POST /api/revoke', 'it is down');
    };
    const run = beginRun(world, MINUTE);
    expect(run.documentEngine.stillAnswers).toBe(true);
    for (const holder of holders) {
      expect(await deliver([holder], run)).toEqual({ waiting: 1, unconfirmed: [], untried: [holder] });
    }
    expect(asked).toBe(1);
    expect(run.documentEngine.stillAnswers).toBe(false);
    expect(world.lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 'warn', error: 'DOCUMENT_ENGINE_UNAVAILABLE' }),
    ]);
  });
});

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
});
