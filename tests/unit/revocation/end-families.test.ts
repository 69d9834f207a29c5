import { describe, expect, test } from '@jest/globals';
import { endFamily, endFormerFamilies } from '../../../lib/revocation/end-families.ts';
import { settlePending } from '../../../lib/revocation/families.ts';
import { holderFromItem, type Holder } from '../../../lib/revocation/index.ts';
import { DAY, HOUR, toMilliseconds } from '../../../lib/runtime/time.ts';
import { dueOf, holderKey, type Item } from '../../../lib/table/index.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';

const KEY = holderKey('contract', 'mallory');
const NOW = toMilliseconds(NOON);
const EARLIER = NOW - 1000;

const held: Holder = {
  epoch: EARLIER,
  namedAt: EARLIER,
  holdsUntil: NOON + HOUR,
  builtFrom: new Set(['EVERYONE']),
  pending: {},
};

function running(...items: readonly Item[]) {
  const table = new MemoryTable(...items);
  const run = { table, clock: new ManualClock(), began: NOW };
  return { table, run, stored: (): Item => table.stored(KEY) ?? { ...KEY } };
}

describe('the end of a family for good', () => {
  test('waits for Document Engine for a day, because an item from a backup cannot tell its last token', async () => {
    const { run, stored } = running({ ...KEY, epoch: EARLIER, namedAt: EARLIER, holdsUntil: 0 });

    expect(await endFamily(run, KEY)).toBe('ended');

    expect(holderFromItem(stored())).toMatchObject({ holdsUntil: 0, pending: { [EARLIER]: NOON + DAY } });
    expect(dueOf(stored())?.dueSince).toBe(NOW);
  });

  test('also beside a mint that extends the family between read and write', async () => {
    const { table, run, stored } = running({ ...KEY, ...held });
    let extended = false;
    table.before = (operation) => {
      if (operation !== 'put' || extended) return;
      extended = true;
      table.store({ ...KEY, ...held, holdsUntil: NOON + 2 * DAY });
    };

    await endFamily(run, KEY);

    expect(holderFromItem(stored()).pending).toEqual({ [EARLIER]: NOON + 2 * DAY });
  });

  test('keeps families that Document Engine has not confirmed', async () => {
    const { run, stored } = running({ ...KEY, ...held, pending: { '7': NOON + 60 } });

    await endFamily(run, KEY);

    expect(holderFromItem(stored()).pending).toEqual({ '7': NOON + 60, [EARLIER]: NOON + DAY });
  });

  test('writes nothing for a holder that is gone', async () => {
    const { table, run } = running();

    expect(await endFamily(run, KEY)).toBe('nothing');
    expect(table.everything()).toEqual([]);
  });
});

describe('the end of the families of a former table', () => {
  test('makes a holder that the restored table does not know, so that they can be delivered', async () => {
    const { run, stored } = running();

    expect(await endFormerFamilies(run, KEY, { ...held, pending: { '7': NOON + 60 } })).toBe('ended');

    const holder = holderFromItem(stored());
    expect(holder.pending).toEqual({ '7': NOON + 60, [EARLIER]: held.holdsUntil });
    expect(holder.epoch).toBeGreaterThan(NOW);
    expect(dueOf(stored())?.dueSince).toBe(NOW);
    expect(await endFormerFamilies(run, KEY, held)).toBe('already');
  });

  test('writes nothing for families whose last token expired long ago', async () => {
    const { table, run } = running();

    expect(await endFormerFamilies(run, KEY, { ...held, holdsUntil: NOON - 2 * HOUR })).toBe('nothing');
    expect(table.everything()).toEqual([]);
  });

  test('outlasts a delivery under way that only knew a shorter end of a family', async () => {
    const short = { ...held, epoch: NOW, pending: { [EARLIER]: NOON + 60 } };
    const { table, run, stored } = running({ ...KEY, ...short });
    const sweeper = table.beside();
    let isLater = false;
    sweeper.before = async (operation) => {
      if (operation !== 'update' || isLater) return;
      isLater = true;
      await endFormerFamilies(run, KEY, held);
    };

    await settlePending(sweeper, KEY, short, new Set([EARLIER]));

    expect(holderFromItem(stored()).pending).toMatchObject({ [EARLIER]: held.holdsUntil });
  });
});
