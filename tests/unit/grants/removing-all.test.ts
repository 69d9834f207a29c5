import { expect, test } from '@jest/globals';
import { grantToItem, removeAllGrants } from '../../../lib/grants/index.ts';
import { administering, BOB, meanwhile, tableOfAlice } from '../../support/grants/administration.ts';
import { grant, user } from '../../support/grants/grants.ts';

test('a grant that is changed meanwhile is removed with all the others', async () => {
  const table = tableOfAlice();
  table.store(grantToItem('doc', grant(user('bob'), 'viewer')));
  meanwhile(table, () => {
    table.store(grantToItem('doc', grant(user('bob'), 'editor', { etag: 'newer' })));
  });
  const removals = await removeAllGrants('doc', administering(table));
  expect(removals.map(({ principal }) => principal)).toEqual([user('alice'), user('bob')]);
  expect(table.stored(BOB)).toMatchObject({ removed: true });
});
