import { beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  DocumentEngineRefusalError,
  DocumentEngineUnavailableError,
} from '../../../lib/document-engine/index.ts';
import { deliver } from '../../../lib/revocation/delivery.ts';
import { readableHolders, type HolderAt } from '../../../lib/revocation/holders.ts';
import { beginRun, familyId, holderFromItem } from '../../../lib/revocation/index.ts';
import { DAY, HOUR } from '../../../lib/runtime/time.ts';
import {
  holderKey,
  StoreContendedError,
  StoreRefusedError,
  StoreThrottledError,
  type Item,
} from '../../../lib/table/index.ts';
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

/** Makes Document Engine refuse every call with one of these families. @returns the sizes of the calls */
function refuses(status: number, ...epochs: readonly number[]): number[] {
  const families = new Set(epochs.map((epoch) => familyId('contract', 'alice', epoch)));
  const sizes: number[] = [];
  world.answer = (jwts) => {
    sizes.push(jwts.length);
    if (jwts.some((jwt) => families.has(decodeJwt(jwt).jti ?? '')))
      throw new DocumentEngineRefusalError('POST /api/revoke', status);
    return { data: jwts };
  };
  return sizes;
}

/** Makes the item of alice, with a pending family for each of these epochs. */
const aliceWith = (epochs: readonly number[]): Item =>
  waitingItem('alice', NOW, 'DUE#0', {
    pending: Object.fromEntries(epochs.map((epoch) => [epoch, NOON + HOUR])),
  });

const epochs = (count: number): number[] => Array.from({ length: count }, (_, number) => EPOCH - 1 - number);

const logged = (): unknown[] => world.lines.map((line) => JSON.parse(line) as unknown);

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
    const { waiting } = await deliver(holding(aliceWith(epochs(250))), beginRun(world, MINUTE));
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
      expect.objectContaining({ level: 'WARN', error: 'DOCUMENT_ENGINE_UNAVAILABLE' }),
    ]);
  });
});

describe('a delivery of many calls', () => {
  test('settles each call before the next, so that a process that is killed in between has not worked in vain', async () => {
    const left: number[] = [];
    world.answer = (jwts) => {
      left.push(pendingOf('alice').length);
      return { data: jwts };
    };
    await deliver(holding(aliceWith(epochs(250))), beginRun(world, MINUTE));
    expect(left).toEqual([250, 150, 50]);
  });

  test('looks at its deadline before each call, also within one holder with thousands of families', async () => {
    const holders = holding(aliceWith(epochs(3000)));
    world.answer = (jwts) => {
      world.clock.advance(1000);
      return { data: jwts };
    };
    const outcome = await deliver(holders, beginRun(world, 2000));
    expect(outcome).toEqual({ waiting: 2800, unconfirmed: [], untried: holders });
    expect(pendingOf('alice')).toHaveLength(2800);
  });

  test('makes its first call even after its deadline, so that each page makes progress', async () => {
    expect(await deliver(holding(aliceWith(epochs(101))), beginRun(world, 0))).toMatchObject({ waiting: 1 });
  });
});

describe('one JWT that Document Engine refuses', () => {
  test.each([400, 413, 422])(
    'with %i is found by halving its batch, and the others do not wait for it',
    async (status) => {
      const all = epochs(300);
      const refused = all[137] ?? 0;
      const sizes = refuses(status, refused);
      const run = beginRun(world, MINUTE);
      const holders = holding(aliceWith(all));
      expect(await deliver(holders, run)).toEqual({ waiting: 1, unconfirmed: holders, untried: [] });
      expect(pendingOf('alice')).toEqual([String(refused)]);
      expect(sizes.length).toBeLessThanOrEqual(2 + 15);
      expect(run.documentEngine.stillAnswers).toBe(true);
      expect(logged()).toEqual([
        expect.objectContaining({ level: 'ERROR', error: 'DOCUMENT_ENGINE_REFUSED' }),
        expect.objectContaining({ RevocationRefused: 1 }),
      ]);
    },
  );

  test('does not use up the calls for the others of its batch, wherever it is', async () => {
    for (const place of [0, 49, 50, 99]) {
      const all = epochs(100);
      const sizes = refuses(400, all[place] ?? 0);
      await deliver(holding(aliceWith(all)), beginRun(world, MINUTE));
      expect(sizes.length).toBeLessThanOrEqual(15);
      expect(pendingOf('alice')).toEqual([String(all[place])]);
    }
  });
});

test('A holder is not unconfirmed as long as one of its families was not tried', async () => {
  const all = epochs(300);
  refuses(400, all[0] ?? 0);
  const holders = holding(aliceWith(all));
  const { answer } = world;
  world.answer = (jwts) => {
    world.clock.advance(1000);
    return answer(jwts);
  };
  expect(await deliver(holders, beginRun(world, 16_000))).toMatchObject({
    unconfirmed: [],
    untried: holders,
  });
  expect(await deliver(holders, beginRun(world, MINUTE))).toMatchObject({
    unconfirmed: holders,
    untried: [],
  });
});

describe('a batch of which Document Engine refuses every JWT', () => {
  test('costs no more than 32 calls, and the next batch is delivered', async () => {
    const all = epochs(200);
    const sizes = refuses(400, ...all.slice(0, 100));
    const run = beginRun(world, MINUTE);
    await deliver(holding(aliceWith(all)), run);
    expect(sizes).toHaveLength(33);
    expect(pendingOf('alice')).toHaveLength(100);
    expect(
      logged().filter((line) => line !== null && typeof line === 'object' && 'RevocationRefused' in line)
        .length,
    ).toBeGreaterThan(5);
  });
});

test.each([
  [401, 'documentEngineApiTokenSecretArn'],
  [403, 'documentEngineApiTokenSecretArn'],
  [404, 'documentEngineApiUrl'],
  [307, 'documentEngineApiUrl'],
])(
  'a refusal with %i concerns every call: the run stops, and names the setting to check once',
  async (status, setting) => {
    const sizes = refuses(status, ...epochs(300));
    const run = beginRun(world, MINUTE);
    const holders = holding(aliceWith(epochs(300)));
    for (let time = 0; time < 2; time += 1) {
      expect(await deliver(holders, run)).toEqual({ waiting: 300, unconfirmed: [], untried: holders });
    }
    expect(sizes).toEqual([100]);
    expect(run.documentEngine.stillAnswers).toBe(false);
    expect(logged()).toEqual([
      expect.objectContaining({ level: 'ERROR', reason: expect.stringContaining(setting) as unknown }),
    ]);
  },
);

test('without a signing key nothing is delivered, and Document Engine is not asked in this run', async () => {
  const holders = holding(waitingItem('alice'));
  const { table, clock, log, audit, documentEngine } = world;
  const signingKeys = { current: () => Promise.reject(new TypeError('no key')) };
  const run = beginRun({ table, clock, log, audit, documentEngine, signingKeys }, MINUTE);
  expect(await deliver(holders, run)).toEqual({ waiting: 1, unconfirmed: [], untried: holders });
  expect(run.documentEngine.stillAnswers).toBe(false);
});

describe('a holder that cannot be settled', () => {
  const failsFor = (userId: string, error: Error): void => {
    world.table.before = (operation, { sk }) => {
      if (operation === 'update' && sk === holderKey('contract', userId).sk) throw error;
    };
  };

  test('because the table refuses it does not keep the others from it, and counts as unconfirmed', async () => {
    const holders = holding(...many(150));
    failsFor('user-0', new StoreRefusedError('over 400 KB'));
    const outcome = await deliver(holders, beginRun(world, MINUTE));
    expect(outcome).toEqual({ waiting: 1, unconfirmed: [holders[0]], untried: [] });
    expect(logged()).toContainEqual(expect.objectContaining({ RevocationNotWritten: 1 }));
  });

  test('because its user revokes and mints during every attempt keeps no other from it, and is tried again', async () => {
    const holders = holding(...many(150));
    failsFor('user-0', new StoreContendedError('changed'));
    const outcome = await deliver(holders, beginRun(world, MINUTE));
    expect(outcome).toEqual({ waiting: 1, unconfirmed: [], untried: [holders[0]] });
  });

  test('because the table is throttled does not count as unconfirmed, so that it is not postponed', async () => {
    const holders = holding(...many(3));
    const interruption = new StoreThrottledError('slow down');
    failsFor('user-0', interruption);
    const outcome = await deliver(holders, beginRun(world, MINUTE));
    expect(outcome).toEqual({ waiting: 1, unconfirmed: [], untried: [holders[0]], interruption });
  });
});
