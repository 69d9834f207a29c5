import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  grantFromItem,
  GrantStore,
  grantToItem,
  type Grant,
  type GrantContent,
  type Slot,
} from '../../../lib/grants/index.ts';
import { markIn } from '../../../lib/revocation/index.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { EVERYONE, grant, group, user } from '../../support/grants/grants.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';
import { tableOf } from '../../support/tokens/minting.ts';
import { grantKey, isGrantItem, type Item } from '../../../lib/table/index.ts';

/** Writes a grant. @returns its item */
async function itemOf(written: Grant): Promise<Item> {
  const [item] = (await tableOf({ doc: [written] })).everything();
  if (item === undefined) throw new TypeError('the grant was written');
  return item;
}

describe('a grant in the table', () => {
  test.each([
    grant(user('alice'), 'viewer'),
    grant(group('class 7#b'), 'annotator', { layers: ['*'], privateLayer: true, defaultGroup: 'seven' }),
    grant(EVERYONE, 'thumbnail', { expiresAt: NOON }),
  ])('is read as it was written: %j', async (written) => {
    const table = new MemoryTable();
    await new GrantStore(table).put('doc', written);
    const [item] = await table.batchGet([grantKey('doc', written.principal)]);
    expect(item && grantFromItem(item)).toEqual(written);
  });

  test('replaces the one that the principal had', async () => {
    const table = new MemoryTable();
    const store = new GrantStore(table);
    await store.put('doc', grant(user('alice'), 'owner'));
    await store.put('doc', grant(user('alice'), 'viewer'));
    expect(table.everything()).toEqual([expect.objectContaining({ role: 'viewer' })]);
  });

  test('is left to DynamoDB to delete once it has expired', async () => {
    expect(await itemOf(grant(EVERYONE, 'viewer', { expiresAt: NOON }))).toMatchObject({ ttl: NOON });
    expect(await itemOf(grant(EVERYONE, 'viewer'))).not.toHaveProperty('ttl');
  });

  test("names its principal for the index of each principal's grants", async () => {
    expect(await itemOf(grant(group('staff'), 'viewer'))).toMatchObject({
      pk: 'DOC#doc',
      sk: 'GRANT#GROUP#staff',
      principal: 'GROUP#staff',
    });
  });

  test('is distinguished from other items of the document by its key', async () => {
    expect(isGrantItem(await itemOf(grant(EVERYONE, 'viewer')))).toBe(true);
    expect(isGrantItem({ pk: 'DOC#doc', sk: 'HOLDER#GRANT#EVERYONE' })).toBe(false);
  });

  test.each([
    ['without a valid principal', { sk: 'GRANT#ROBOT#7' }],
    ['without a role', { role: undefined }],
    ['with layers that are not a list', { layers: 'draft' }],
    ['with an expiry that is not a number', { expiresAt: 'tomorrow' }],
    ['with an expiry between seconds', { expiresAt: NOON + 0.5 }],
    ['with a private layer that is neither true nor false', { privateLayer: 'yes' }],
  ])('grants nothing %s', async (_, change) => {
    const item = await itemOf(grant(user('alice'), 'viewer'));
    expect(grantFromItem({ ...item, ...change })).toBeUndefined();
  });
});

describe('a change of a grant', () => {
  const KEY = grantKey('doc', EVERYONE);
  const VIEWER: GrantContent = { role: 'viewer', layers: [''], privateLayer: false };

  let table: MemoryTable;
  let store: GrantStore;

  beforeEach(() => {
    table = new MemoryTable();
    store = new GrantStore(table);
  });

  async function slot(): Promise<Slot> {
    const [found] = await store.read('doc', [EVERYONE]);
    if (found === undefined) throw new TypeError('one place was asked for');
    return found;
  }

  const set = async (at: Slot, content = VIEWER, narrowed = false): ReturnType<GrantStore['set']> =>
    store.set(at, EVERYONE, content, 'owner', NOON, narrowed);

  const item = (): Item => table.stored(KEY) ?? { ...KEY };

  const editor = grantToItem('doc', grant(EVERYONE, 'editor'));
  const { etag: _, ...withoutEtag } = editor;

  test.each<readonly [string, Item | undefined]>([
    ['was empty', undefined],
    ['held a grant', grantToItem('doc', grant(EVERYONE, 'owner', { etag: 'older' }))],
    ['held an item without an etag', withoutEtag],
  ])('does not overwrite a grant that was written meanwhile in a place that %s', async (_, before) => {
    if (before) table.store(before);
    const read = await slot();
    table.store(editor);
    expect(await set(read)).toBeUndefined();
    expect(await store.remove(read, NOON)).toBeUndefined();
    expect(item()).toEqual(editor);
  });

  test('has another etag than any before', async () => {
    const etags = [(await set(await slot()))?.grant.etag, (await set(await slot()))?.grant.etag];
    await store.remove(await slot(), NOON);
    expect(new Set([...etags, item()['etag']]).size).toBe(3);
  });

  test('leaves a mark that is due at once if it narrows, and none if it does not', async () => {
    expect(await set(await slot())).not.toHaveProperty('mark');
    expect(markIn(item())).toBeUndefined();
    const mark = (await set(await slot(), VIEWER, true))?.mark;
    expect(markIn(item())).toMatchObject({
      revoking: mark,
      dueSince: NOON * 1000,
      waitingSince: NOON * 1000,
    });
  });

  test('keeps the mark of an earlier one, and DynamoDB never deletes such an item', async () => {
    await store.put('doc', grant(EVERYONE, 'editor'));
    await store.remove(await slot(), NOON);
    expect(item()).not.toHaveProperty('ttl');
    // The sweeper could not finish it, and tries again in a while.
    const postponed = { ...markIn(item()), dueSince: NOON * 1000 + 60_000 };
    table.store({ ...item(), ...postponed });
    expect(await set(await slot(), { ...VIEWER, expiresAt: NOON + 60 })).not.toHaveProperty('mark');
    expect(markIn(item())).toEqual(postponed);
    expect(item()).toMatchObject({ role: 'viewer', expiresAt: NOON + 60 });
    expect(item()).not.toHaveProperty('ttl');
  });
});
