import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { raiseEpoch, settlePending } from '../../../lib/revocation/families.ts';
import { familyId, growHolder, holderFromItem, type Holder } from '../../../lib/revocation/index.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';
import { dueOf, holderKey, StoreUnavailableError, type Item } from '../../../lib/table/index.ts';

const NOW = NOON * 1000;
const HOUR = 3600;
const KEY = holderKey('contract', 'mallory');
const EVERY = { applies: () => true };

const found: Holder = {
  epoch: NOW - 1000,
  namedAt: NOW - 1000,
  holdsUntil: NOON + HOUR,
  builtFrom: new Set(['EVERYONE']),
  pending: {},
};

/** A table with one holder, and what lies there. */
function holding(holder: Holder, attributes = {}) {
  const table = new MemoryTable({ ...KEY, ...holder, ...attributes });
  const item = (): Item => table.stored(KEY) ?? { ...KEY };
  const stored = (): Holder => holderFromItem(item());
  return { table, item, stored };
}

describe('the end of a family', () => {
  test('cannot be held up by a holder who revokes their own tokens without pause', async () => {
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

  test('is told with the latest life that mints gave it meanwhile', async () => {
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

  test('is not reported where mints extend it under every attempt', async () => {
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
  const due = { dueShard: 'DUE#0', dueSince: NOW, dueAt: NOW };
  const all = new Set(Object.keys(pending).map(Number));

  test('are taken off however many they are, and then the holder is not due any more', async () => {
    const { table, item, stored } = holding({ ...found, pending }, due);
    await settlePending(table, KEY, stored(), all);
    expect(stored().pending).toEqual({});
    expect(dueOf(item())).toBeUndefined();
  });

  test('are taken off alone, and the holder is due for the others', async () => {
    const { table, item, stored } = holding({ ...found, pending }, due);
    const [open = 0, ...settled] = all;
    await settlePending(table, KEY, stored(), new Set(settled));
    expect(stored().pending).toEqual({ [open]: NOON + HOUR });
    expect(dueOf(item())).toEqual({ dueSince: NOW, dueAt: NOW });
  });

  test('are taken off beside a family that is added meanwhile, which stays due', async () => {
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

describe('the id of a family', () => {
  test('is the first 128 bits of SHA-256 over the JSON array of document, user and epoch', () => {
    const digest = createHash('sha256').update('["doc","auth0|7",1769860800000]').digest('hex');
    const id = Buffer.from(familyId('doc', 'auth0|7', 1_769_860_800_000), 'base64url');
    expect(id.toString('hex')).toBe(digest.slice(0, 32));
  });

  test('never changes: tokens that were signed before an update are still revoked by it', () => {
    expect(familyId('7KPSA689RP53HB64GKKZX64XFV', 'alice', 1_769_860_800_000)).toBe('o0BhNzX6eqoGf5WmMC5H2Q');
  });

  test('differs wherever document, user or epoch differ, however they are cut', () => {
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
