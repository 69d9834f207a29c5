import { describe, expect, test } from '@jest/globals';
import { grantFromItem, GrantStore, type Grant } from '../../../lib/grants/index.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { EVERYONE, grant, group, user } from '../../support/grants/grants.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';
import { tableOf } from '../../support/tokens/minting.ts';
import { grantKey, isGrantItem, type Item } from '../../../lib/table/index.ts';

/** The item that a grant is written as. */
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

  test('takes the place of the one that the principal had', async () => {
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

  test('names its principal for the index that lists the documents of one', async () => {
    expect(await itemOf(grant(group('staff'), 'viewer'))).toMatchObject({
      pk: 'DOC#doc',
      sk: 'GRANT#GROUP#staff',
      principal: 'GROUP#staff',
    });
  });

  test('is told from what else a document has by its key', async () => {
    expect(isGrantItem(await itemOf(grant(EVERYONE, 'viewer')))).toBe(true);
    expect(isGrantItem({ pk: 'DOC#doc', sk: 'HOLDER#GRANT#EVERYONE' })).toBe(false);
  });

  test.each([
    ['of a principal that is none', { sk: 'GRANT#ROBOT#7' }],
    ['without a role', { role: undefined }],
    ['with layers that are no list', { layers: 'draft' }],
    ['with an expiry that is no whole second', { expiresAt: 'tomorrow' }],
    ['with an expiry between seconds', { expiresAt: NOON + 0.5 }],
    ['with a private layer that is neither yes nor no', { privateLayer: 'yes' }],
  ])('grants nothing if it is one %s', async (_, change) => {
    const item = await itemOf(grant(user('alice'), 'viewer'));
    expect(grantFromItem({ ...item, ...change })).toBeUndefined();
  });
});
