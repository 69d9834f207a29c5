import { expect, test } from '@jest/globals';
import { grantToItem, removeAllGrants } from '../../../lib/grants/index.ts';
import { grantTombstone, holderKey } from '../../../lib/table/index.ts';
import { administering, BOB, meanwhile, tableOfAlice } from '../../support/grants/administration.ts';
import { grant, user } from '../../support/grants/grants.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';

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

test('each of hundreds of grants is written once, and tombstones and other items not at all', async () => {
  const table = new MemoryTable();
  const names = Array.from({ length: 450 }, (_, number) => `user-${number}`);
  for (const name of names) table.store(grantToItem('doc', grant(user(name), 'viewer')));
  table.store(grantTombstone(BOB, 'etag of the removal', NOON));
  table.store({ ...holderKey('doc', 'alice'), epoch: 1 });
  table.store({ ...BOB, sk: 'GRANT#USER#unreadable', role: 7 });

  const removals = await removeAllGrants('doc', administering(table));

  const removed = removals.map(({ principal }) => principal.kind === 'user' && principal.id);
  expect(new Set(removed)).toEqual(new Set([...names, 'unreadable']));
  expect(removals).toHaveLength(451);
  expect(table.calls.filter((call) => call === 'put')).toHaveLength(451);
  expect(table.stored(BOB)).toMatchObject({ etag: 'etag of the removal' });
});
