import { expect, test } from '@jest/globals';
import { grantToItem, listGrants } from '../../../lib/grants/index.ts';
import {
  administering,
  ALICE,
  BACKEND,
  ROLES_WITHOUT_OWNER,
  tableOfAlice,
} from '../../support/grants/administration.ts';
import { grant, pageOf, user } from '../../support/grants/grants.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';

test('an owner is shown no grants if the role file has no role "owner" any more', async () => {
  const withoutOwner = administering(tableOfAlice(), ROLES_WITHOUT_OWNER);
  expect(await listGrants(ALICE, 'doc', pageOf(50), undefined, withoutOwner)).toMatchObject({
    reason: 'no-owner',
  });
});

test('a long run of expired grants ends a page early, and the next page begins after them', async () => {
  const table = new MemoryTable();
  const name = (number: number): string => `user-${String(number).padStart(4, '0')}`;
  for (let number = 0; number < 2100; number += 1) {
    table.store(grantToItem('many', grant(user(name(number)), 'viewer', { expiresAt: NOON })));
  }
  for (const limit of [1, 200]) {
    table.calls.length = 0;
    const page = await listGrants(BACKEND, 'many', pageOf(limit), undefined, administering(table));
    expect(page).toEqual({ outcome: 'listed', entries: [], next: user(name(1999)) });
    // A small limit takes no more queries than a large one.
    expect(table.calls).toEqual(Array.from({ length: 8 }, () => 'query'));
  }
});
