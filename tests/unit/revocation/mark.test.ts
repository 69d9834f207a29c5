import { beforeEach, describe, expect, test } from '@jest/globals';
import { GrantStore, type Grant, type GrantContent, type Slot } from '../../../lib/grants/index.ts';
import { clearMark, markOf } from '../../../lib/revocation/index.ts';
import { DAY } from '../../../lib/runtime/time.ts';
import { dueOf, grantKey, StoreUnavailableError, type Item } from '../../../lib/table/index.ts';
import { EVERYONE, grant } from '../../support/grants/grants.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';

const KEY = grantKey('contract', EVERYONE);
const VIEWER: GrantContent = { role: 'viewer', layers: [''], privateLayer: false };

let table: MemoryTable;
let store: GrantStore;
/** Another client of the same table, which clears the mark. */
let sweeper: MemoryTable;

beforeEach(() => {
  table = new MemoryTable();
  store = new GrantStore(table);
  sweeper = table.beside();
});

const item = (): Item => table.stored(KEY) ?? { ...KEY };

async function slot(): Promise<Slot> {
  const [found] = await store.read('contract', [EVERYONE]);
  if (found === undefined) throw new TypeError('one place was asked for');
  return found;
}

/** Removes the grant. @returns the mark of the removal */
async function remove(): Promise<string> {
  return (await store.remove(await slot(), NOON))?.mark ?? '';
}

/** Sets the grant. @returns the mark of the change, if it is one that narrows */
async function set(details: Partial<Grant>, narrowed: boolean): Promise<string> {
  const written = await store.set(await slot(), EVERYONE, { ...VIEWER, ...details }, 'owner', NOON, narrowed);
  return written?.mark ?? '';
}

/** Meddles between the sweeper's read and its first write. */
function meanwhile(meddle: () => Promise<unknown>): void {
  let isFirst = true;
  sweeper.before = async (operation) => {
    if (operation !== 'update' || !isFirst) return;
    isFirst = false;
    await meddle();
  };
}

describe('clearing the mark of a changed grant', () => {
  test('takes one read and one write, and leaves nothing due', async () => {
    const mark = await remove();
    expect(dueOf(item())).toBeDefined();
    await clearMark(sweeper, KEY, mark, NOON);
    expect(sweeper.calls).toEqual(['batchGet', 'update']);
    expect([markOf(item()), dueOf(item())]).toEqual([undefined, undefined]);
  });

  test('leaves the tombstone of a removed grant to DynamoDB a day later', async () => {
    const mark = await remove();
    await clearMark(sweeper, KEY, mark, NOON + 5);
    expect(item()).toMatchObject({ removed: true, ttl: NOON + 5 + DAY });
  });

  test('leaves a grant to DynamoDB when it expires, and one without expiry never', async () => {
    await clearMark(sweeper, KEY, await set({ expiresAt: NOON + 60 }, true), NOON);
    expect(item()).toMatchObject({ role: 'viewer', ttl: NOON + 60 });
    await clearMark(sweeper, KEY, await set({}, true), NOON);
    expect(item()).toMatchObject({ role: 'viewer' });
    expect(item()).not.toHaveProperty('ttl');
  });

  test('does not let a grant that is given again meanwhile be deleted a day later', async () => {
    await store.put('contract', grant(EVERYONE, 'editor'));
    const mark = await remove();
    meanwhile(() => set({}, false));
    await clearMark(sweeper, KEY, mark, NOON);
    expect(item()).toMatchObject({ role: 'viewer' });
    expect(item()).not.toHaveProperty('ttl');
    expect(markOf(item())).toBeUndefined();
  });

  test('leaves the mark of a later change, which is not finished yet', async () => {
    const mark = await remove();
    const later = await set({}, true);
    await clearMark(sweeper, KEY, mark, NOON);
    expect(markOf(item())).toBe(later);
    expect(sweeper.calls).toEqual(['batchGet']);
  });

  test('leaves the mark of a change that comes between its read and its write', async () => {
    const mark = await remove();
    let later: string | undefined;
    meanwhile(async () => {
      later = await set({}, true);
    });
    await clearMark(sweeper, KEY, mark, NOON);
    expect(markOf(item())).toBe(later);
    expect(dueOf(item())).toBeDefined();
  });

  test('does nothing to an item that is gone', async () => {
    const mark = await remove();
    table.drop(KEY);
    await clearMark(sweeper, KEY, mark, NOON);
    expect(table.everything()).toEqual([]);
  });

  test('is not reported if the grant is changed during every attempt', async () => {
    const mark = await remove();
    sweeper.before = async (operation) => {
      if (operation === 'update') await set({}, false);
    };
    await expect(clearMark(sweeper, KEY, mark, NOON)).rejects.toThrow(StoreUnavailableError);
    expect(markOf(item())).toBe(mark);
  });
});
