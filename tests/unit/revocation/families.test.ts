import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { pendingFamilies, raiseEpoch, settlePending } from '../../../lib/revocation/families.ts';
import { familyId, growHolder, holderFromItem, type Holder } from '../../../lib/revocation/index.ts';
import { DAY, HOUR } from '../../../lib/runtime/time.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';
import { dueFrom, dueOf, holderKey, StoreUnavailableError, type Item } from '../../../lib/table/index.ts';

const NOW = NOON * 1000;
const KEY = holderKey('contract', 'mallory');
const EVERY = { applies: () => true };

const found: Holder = {
  epoch: NOW - 1000,
  namedAt: NOW - 1000,
  holdsUntil: NOON + HOUR,
  builtFrom: new Set(['EVERYONE']),
  pending: {},
};

/** Makes a table with one holder, and functions that read its item. */
function holding(holder: Holder, attributes = {}) {
  const table = new MemoryTable({ ...KEY, ...holder, ...attributes });
  const item = (): Item => table.stored(KEY) ?? { ...KEY };
  const stored = (): Holder => holderFromItem(item());
  return { table, item, stored };
}

describe('the end of a family', () => {
  test('cannot be delayed by a holder with constant revocations of their own tokens', async () => {
    const { table, stored } = holding(found);
    const owner = table.beside();
    let raises = 0;
    owner.before = async (operation) => {
      if (operation !== 'update') return;
      raises += 1;
      await raiseEpoch(table, KEY, stored(), EVERY, NOW + raises);
    };

    const after = await raiseEpoch(owner, KEY, found, EVERY, NOW);

    expect(raises).toBe(1);
    expect(after).toEqual(stored());
    expect(after?.pending).toEqual({ [found.epoch]: found.holdsUntil });
  });

  test('is delivered with the latest expiry that mints gave it meanwhile', async () => {
    const { table, stored } = holding(found);
    const owner = table.beside();
    let mints = 0;
    owner.before = async (operation) => {
      if (operation !== 'update' || mints === 3) return;
      mints += 1;
      const need = { expiresAt: NOON + (1 + mints) * HOUR, builtFrom: new Set(['EVERYONE']) };
      await growHolder(table, KEY, stored(), need, NOW);
    };

    await raiseEpoch(owner, KEY, found, EVERY, NOW);

    expect(stored().pending).toEqual({ [found.epoch]: NOON + 4 * HOUR });
  });

  test('begins a family without tokens and principals, in the table as in the answer', async () => {
    const { table, item, stored } = holding(found, { ttl: NOON });
    const after = await raiseEpoch(table, KEY, found, EVERY, NOW);
    expect(after).toEqual({
      epoch: NOW,
      namedAt: NOW,
      holdsUntil: 0,
      builtFrom: new Set(),
      pending: { [found.epoch]: found.holdsUntil },
    });
    expect(stored()).toEqual(after);
    // It must not be deleted before the family is delivered.
    expect(item()).toMatchObject({ ttl: found.holdsUntil + DAY });
  });

  test('is due at once, so that a crash right after it leaves it to the sweeper', async () => {
    const { table, item } = holding(found);
    await raiseEpoch(table, KEY, found, EVERY, NOW);
    expect(item()).toMatchObject(dueFrom(KEY, NOW));
  });

  test("beside one that has waited for long keeps the holder's place in the order", async () => {
    const waiting = { ...found, pending: { [NOW - 9000]: NOON + HOUR } };
    const { table, item } = holding(waiting, {
      dueShard: 'DUE#0',
      dueSince: NOW + 5000,
      waitingSince: NOW - 5000,
    });
    await raiseEpoch(table, KEY, waiting, EVERY, NOW);
    expect(dueOf(item())).toEqual({ dueSince: NOW, waitingSince: NOW - 5000 });
  });

  test('keeps the families that are already pending', async () => {
    const waiting = { ...found, pending: { [NOW - 9000]: NOON + HOUR } };
    const { table, stored } = holding(waiting);
    await raiseEpoch(table, KEY, waiting, EVERY, NOW);
    expect(stored().pending).toEqual({ ...waiting.pending, [found.epoch]: found.holdsUntil });
  });

  test('drops pending families that no longer matter, however long Document Engine is away', async () => {
    const past = Object.fromEntries(
      Array.from({ length: 40 }, (_, number) => [String(NOW - 9000 - number), NOON - HOUR]),
    );
    const waiting = { ...found, pending: { ...past, [NOW - 8000]: NOON - HOUR + 1 } };
    const { table, item, stored } = holding(waiting, dueFrom(KEY, NOW - 8000));
    const after = await raiseEpoch(table, KEY, waiting, EVERY, NOW);
    expect(stored()).toEqual(after);
    expect(after?.pending).toEqual({ [NOW - 8000]: NOON - HOUR + 1, [found.epoch]: found.holdsUntil });
    expect(dueOf(item())).toMatchObject({ waitingSince: NOW - 8000 });
  });

  test('leaves nothing to do if no family waits any more', async () => {
    const waiting = { ...found, holdsUntil: 0, pending: { [NOW - 9000]: NOON - HOUR } };
    const { table, item, stored } = holding(waiting, dueFrom(KEY, NOW - 9000));
    await raiseEpoch(table, KEY, waiting, EVERY, NOW);
    expect(stored().pending).toEqual({});
    expect(dueOf(item())).toBeUndefined();
  });

  test('adds nothing if the holder has signed nothing, however often it is raised', async () => {
    const past = { ...found, holdsUntil: NOON - DAY };
    const { table, item, stored } = holding(past);
    for (let number = 0; number < 60; number += 1) await raiseEpoch(table, KEY, stored(), EVERY, NOW);
    expect(stored().pending).toEqual({});
    expect(dueOf(item())).toBeUndefined();
  });

  test('does not lose the token that a mint signs at the same moment as a raise that would add nothing', async () => {
    const { table, stored } = holding({ ...found, holdsUntil: NOON - DAY });
    await raiseEpoch(table, KEY, stored(), EVERY, NOW);
    const empty = stored();
    const slower = table.beside();
    let isFirst = true;
    slower.before = async (operation) => {
      if (operation !== 'update' || !isFirst) return;
      isFirst = false;
      const need = { expiresAt: NOON + HOUR, builtFrom: new Set(['EVERYONE']) };
      await growHolder(table, KEY, stored(), need, NOW);
    };
    await raiseEpoch(slower, KEY, empty, EVERY, NOW);
    expect(stored().pending).toEqual({ [empty.epoch]: NOON + HOUR });
  });

  test('does not lose a family that began meanwhile, even if it lasts exactly as long', async () => {
    const { table, stored } = holding(found);
    const slower = table.beside();
    let isFirst = true;
    slower.before = async (operation) => {
      if (operation !== 'update' || !isFirst) return;
      isFirst = false;
      await raiseEpoch(table, KEY, stored(), EVERY, NOW + 1);
      // A mint gives the new family the very life that the ended one had.
      const need = { expiresAt: found.holdsUntil, builtFrom: found.builtFrom };
      await growHolder(table, KEY, stored(), need, NOW + 2);
    };

    const after = await raiseEpoch(slower, KEY, found, EVERY, NOW);

    expect(after).toEqual(stored());
    expect(stored()).toMatchObject({ epoch: NOW + 1, builtFrom: found.builtFrom });
    expect(stored().pending).toEqual({ [found.epoch]: found.holdsUntil });
  });

  test('gets a later epoch even if the clock has gone back', async () => {
    const { table } = holding(found);
    const after = await raiseEpoch(table, KEY, found, EVERY, found.epoch - 60_000);
    expect(after).toMatchObject({ epoch: found.epoch + 1 });
  });

  test('gives the epoch that the rule asks for, even ahead of the clock', async () => {
    const { table } = holding(found);
    const after = await raiseEpoch(table, KEY, found, { ...EVERY, lowestEpoch: NOW + 10_000 }, NOW);
    expect(after).toMatchObject({ epoch: NOW + 10_000 });
  });

  test('is delivered until an hour after its last token expired, and not after that', async () => {
    for (const [holdsUntil, waits] of [
      [NOON - HOUR + 1, true],
      [NOON - HOUR, false],
    ] as const) {
      const old = { ...found, holdsUntil };
      const { table, item, stored } = holding(old);
      await raiseEpoch(table, KEY, old, EVERY, NOW);
      expect(stored()).toMatchObject({ epoch: NOW });
      expect(old.epoch in stored().pending).toBe(waits);
      expect(dueOf(item()) !== undefined).toBe(waits);
    }
  });

  test('does not happen if the rule no longer selects the holder at the second read', async () => {
    const { table, stored } = holding(found);
    const slower = table.beside();
    let isFirst = true;
    slower.before = async (operation) => {
      if (operation !== 'update' || !isFirst) return;
      isFirst = false;
      await growHolder(table, KEY, stored(), { expiresAt: NOON + 2 * HOUR, builtFrom: new Set() }, NOW);
    };
    const rule = { applies: ({ holdsUntil }: Holder) => holdsUntil === found.holdsUntil };
    await raiseEpoch(slower, KEY, found, rule, NOW);
    expect(stored()).toMatchObject({ epoch: found.epoch, holdsUntil: NOON + 2 * HOUR });
  });

  test('writes nothing if the holder is gone meanwhile', async () => {
    const { table } = holding(found);
    table.drop(KEY);
    expect(await raiseEpoch(table, KEY, found, EVERY, NOW)).toBeUndefined();
    expect(table.everything()).toEqual([]);
  });

  test('is not reported if mints extend it during every attempt', async () => {
    const { table, stored } = holding(found);
    const owner = table.beside();
    owner.before = async (operation) => {
      if (operation !== 'update') return;
      const { holdsUntil, builtFrom } = stored();
      await growHolder(table, KEY, stored(), { expiresAt: holdsUntil + HOUR, builtFrom }, NOW);
    };
    await expect(raiseEpoch(owner, KEY, found, EVERY, NOW)).rejects.toThrow(StoreUnavailableError);
  });
});

describe('the families that Document Engine has confirmed', () => {
  const MANY = 250;
  const pending = Object.fromEntries(
    Array.from({ length: MANY }, (_, index) => [String(NOW - 2000 - index), NOON + HOUR]),
  );
  const due = { dueShard: 'DUE#0', dueSince: NOW, waitingSince: NOW };
  const all = new Set(Object.keys(pending).map(Number));

  test('are removed, however many there are, and then the holder is no longer due', async () => {
    const { table, item, stored } = holding({ ...found, pending }, due);
    await settlePending(table, KEY, stored(), all);
    expect(stored().pending).toEqual({});
    expect(dueOf(item())).toBeUndefined();
  });

  test('are removed without the others, for which the holder stays due', async () => {
    const { table, item, stored } = holding({ ...found, pending }, due);
    const [open = 0, ...settled] = all;
    await settlePending(table, KEY, stored(), new Set(settled));
    expect(stored().pending).toEqual({ [open]: NOON + HOUR });
    expect(dueOf(item())).toEqual({ dueSince: NOW, waitingSince: NOW });
  });

  test('are not written again if another sweeper has removed them while a family was added', async () => {
    const { table, stored } = holding({ ...found, pending }, due);
    const slower = table.beside();
    let isFirst = true;
    slower.before = async (operation) => {
      if (operation !== 'update' || !isFirst) return;
      isFirst = false;
      await settlePending(table, KEY, stored(), all);
      await raiseEpoch(table, KEY, stored(), EVERY, NOW);
    };
    await settlePending(slower, KEY, stored(), all);
    expect(slower.calls.filter((call) => call === 'update')).toHaveLength(1);
    expect(stored().pending).toEqual({ [found.epoch]: found.holdsUntil });
  });

  test('are removed while another family is added, which stays due', async () => {
    const { table, item, stored } = holding({ ...found, pending }, due);
    const sweeper = table.beside();
    let updates = 0;
    sweeper.before = async (operation) => {
      if (operation !== 'update') return;
      updates += 1;
      if (updates === 2) await raiseEpoch(table, KEY, stored(), EVERY, NOW);
    };
    await settlePending(sweeper, KEY, stored(), all);
    expect(stored().pending).toEqual({ [found.epoch]: found.holdsUntil });
    expect(dueOf(item())).toBeDefined();
  });
});

test('a confirmation is not reported if the holder is revoked again during every attempt to write it', async () => {
  const waiting = { ...found, pending: { [NOW - 9000]: NOON + HOUR } };
  const { table, stored } = holding(waiting);
  const sweeper = table.beside();
  sweeper.before = async (operation) => {
    if (operation === 'update') await raiseEpoch(table, KEY, stored(), EVERY, NOW);
  };
  await expect(settlePending(sweeper, KEY, waiting, new Set([NOW - 9000]))).rejects.toThrow(
    StoreUnavailableError,
  );
  expect(stored().pending).toHaveProperty(String(NOW - 9000));
});

test('a family is pending until an hour after its last token expired', () => {
  const waiting = { ...found, pending: { 1: NOON - HOUR, 2: NOON - HOUR + 1 } };
  expect(pendingFamilies(waiting, NOON)).toEqual([{ epoch: 2, holdsUntil: NOON - HOUR + 1 }]);
});

describe('the id of a family', () => {
  test('is the first 128 bits of SHA-256 over the JSON array of document, user and epoch', () => {
    const digest = createHash('sha256').update('["doc","auth0|7",1769860800000]').digest('hex');
    const id = Buffer.from(familyId('doc', 'auth0|7', 1_769_860_800_000), 'base64url');
    expect(id.toString('hex')).toBe(digest.slice(0, 32));
  });

  test('never changes: tokens that were signed before an update are still revoked by it', () => {
    expect(familyId('7KPSA689RP53HB64GKKZX64XFV', 'alice', 1_769_860_800_000)).toBe('o0BhNzX6eqoGf5WmMC5H2Q');
  });

  test('differs if document, user or epoch differ, however they are cut', () => {
    const ids = [
      familyId('a', 'b', 1),
      familyId('a', 'b', 11),
      familyId('a', 'b"', 1),
      familyId('a","b', 'c', 1),
      familyId('a', 'b","c', 1),
      familyId('ab', '', 1),
      familyId('', 'ab', 1),
      familyId('b', 'a', 1),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
