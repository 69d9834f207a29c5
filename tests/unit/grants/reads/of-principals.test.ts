import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  grantToItem,
  MAX_ITEMS_A_REQUEST,
  type ItemsBeside,
  readGrantItems,
  RequestReads,
  TooManyItemsError,
} from '../../../../lib/grants/index.ts';
import { type Principal } from '../../../../lib/identity/index.ts';
import { grantKey, grantTombstone, holderKey, type Item } from '../../../../lib/table/index.ts';
import { EVERYONE, grant, group, user } from '../../../support/grants/grants.ts';
import { NOON } from '../../../support/runtime/clock.ts';
import { MemoryTable } from '../../../support/table/memory-table.ts';

const ALICE = user('alice');

/** Makes alice's principals in so many groups. */
const inGroups = (count: number): Principal[] => [
  ALICE,
  ...Array.from({ length: count }, (_, index) => group(`group-${index}`)),
  EVERYONE,
];

const others = (count: number): Principal[] =>
  Array.from({ length: count }, (_, index) => user(`user-${index}`));

/** Makes a table in which these principals are viewers of each document. */
function tableOf(grants: Readonly<Record<string, readonly Principal[]>>): MemoryTable {
  const items = Object.entries(grants).flatMap(([documentId, principals]) =>
    principals.map((principal) => grantToItem(documentId, grant(principal, 'viewer'))),
  );
  return new MemoryTable(...items);
}

/** Alice's holder items of some documents. */
const holdersOn = (documentIds: readonly string[]): ItemsBeside => ({
  documentIds,
  keyOn: (documentId) => holderKey(documentId, 'alice'),
});

const HOLDER: ItemsBeside = holdersOn(['doc']);

const keysOf = (items: readonly Item[]): string[] => items.map(({ sk }) => sk).sort();

const DOCUMENTS = Array.from({ length: 100 }, (_, index) => `doc-${index}`);

describe('the grants of some principals on a document', () => {
  test('cost as much as the document has grants, not as much as a caller has groups', async () => {
    for (const groups of [3, 10, 100, 500]) {
      const table = tableOf({ doc: [ALICE, ...others(4)] });
      const itemsOn = await readGrantItems(table, ['doc'], inGroups(groups), new RequestReads(), HOLDER);
      expect(keysOf(itemsOn('doc'))).toEqual(['GRANT#USER#alice']);
      expect(table.calls).toEqual(['batchGet', 'query']);
      expect(table.itemsRead).toBe(6);
    }
  });

  test('are one read of their keys for up to four principals', async () => {
    const table = tableOf({ doc: [ALICE, ...others(1000)] });
    await readGrantItems(table, ['doc'], inGroups(2), new RequestReads(), HOLDER);
    expect(table.calls).toEqual(['batchGet']);
    expect(table.itemsRead).toBe(5);
  });

  test('are read by their keys if the document has more than a page of grants, and from then on at once', async () => {
    const table = tableOf({ doc: [...others(1000), ALICE, group('group-7')] });
    const reads = new RequestReads();
    const read = () => readGrantItems(table, ['doc'], inGroups(100), reads, HOLDER);
    expect(keysOf((await read())('doc'))).toEqual(['GRANT#GROUP#group-7', 'GRANT#USER#alice']);
    expect(table.calls).toEqual(['batchGet', 'query', 'batchGet']);
    expect(table.itemsRead).toBe(1 + 408 + 102);
    table.calls.length = 0;
    expect(keysOf((await read())('doc'))).toEqual(['GRANT#GROUP#group-7', 'GRANT#USER#alice']);
    expect(table.calls).toEqual(['batchGet']);
  });

  test('are read by their keys if DynamoDB ends the page earlier, after a megabyte', async () => {
    const table = tableOf({ doc: [ALICE, ...others(4)] });
    table.largestPage = 2;
    const itemsOn = await readGrantItems(table, ['doc'], inGroups(10), new RequestReads());
    expect(keysOf(itemsOn('doc'))).toEqual(['GRANT#USER#alice']);
  });

  test('read in vain are at most four for each principal, and at most 500', async () => {
    for (const groups of [3, 10, 100, 500]) {
      const table = tableOf({ doc: others(3000) });
      await readGrantItems(table, ['doc'], inGroups(groups), new RequestReads());
      const inVain = table.itemsRead - (groups + 2);
      expect(inVain).toBe(Math.min(4 * (groups + 2), 500));
    }
  });

  test('leave out those of others: a caller in many groups does not get the whole document', async () => {
    const table = tableOf({ doc: [user('bob'), group('admins'), group('group-70')] });
    const itemsOn = await readGrantItems(table, ['doc'], inGroups(10), new RequestReads());
    expect(itemsOn('doc')).toEqual([]);
  });

  test('are the same, however they are read', async () => {
    const principal = fc.constantFrom(...inGroups(8), ...others(3));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(principal), { maxLength: 4 }),
        fc.array(principal),
        fc.constantFrom(1, 2, 5, Infinity),
        async (grants, principals, largestPage) => {
          const table = tableOf(
            Object.fromEntries(grants.map((ofDocument, at) => [`doc-${at}`, ofDocument])),
          );
          const tombstone = grantTombstone(grantKey('doc-0', group('group-8')), 'etag', NOON);
          table.store(tombstone);
          table.largestPage = largestPage;
          const wanted = [...principals, group('group-8')];
          const documentIds = ['doc-0', ...grants.keys().map((at) => `doc-${at + 1}`)];
          const itemsOn = await readGrantItems(table, documentIds, wanted, new RequestReads());
          for (const documentId of documentIds) {
            const keys = new Set(wanted.map((one) => grantKey(documentId, one).sk));
            const expected = table
              .everything()
              .filter((it) => it.pk === `DOC#${documentId}` && keys.has(it.sk));
            expect(keysOf(itemsOn(documentId))).toEqual(keysOf(expected));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a request of a caller in 500 groups', () => {
  const read = (table: MemoryTable, reads = new RequestReads()) =>
    readGrantItems(table, DOCUMENTS, inGroups(500), reads, holdersOn(DOCUMENTS));

  test('reads a batch of 100 documents with 5 grants each, twice as a first mint does', async () => {
    const table = tableOf(Object.fromEntries(DOCUMENTS.map((id) => [id, [ALICE, ...others(4)]])));
    const reads = new RequestReads();
    for (let round = 0; round < 2; round += 1) {
      const itemsOn = await read(table, reads);
      for (const documentId of DOCUMENTS) expect(keysOf(itemsOn(documentId))).toEqual(['GRANT#USER#alice']);
    }
    expect(table.itemsRead).toBe(1200);
    expect(reads.left).toBe(MAX_ITEMS_A_REQUEST - 1200);
  });

  test('never reads more than 5,000 items, whatever it names: the last documents are left out, the first ones are read', async () => {
    for (const grants of [60, 200, 600]) {
      const table = tableOf(Object.fromEntries(DOCUMENTS.map((id) => [id, [...others(grants), ALICE]])));
      const itemsOn = await read(table);
      expect(table.itemsRead).toBeLessThanOrEqual(5000);
      const served = DOCUMENTS.filter((documentId) => {
        try {
          return keysOf(itemsOn(documentId)).includes('GRANT#USER#alice');
        } catch (error) {
          expect(error).toBeInstanceOf(TooManyItemsError);
          return false;
        }
      });
      expect(served).toEqual(DOCUMENTS.slice(0, served.length));
      expect(served.length).toBeGreaterThanOrEqual(4);
      expect(served.length).toBeLessThan(100);
    }
  });

  test('may read more by nothing but another request', () => {
    const reads = new RequestReads();
    reads.take(MAX_ITEMS_A_REQUEST);
    expect(() => {
      reads.take(1);
    }).toThrow(TooManyItemsError);
    expect(new RequestReads().left).toBe(5000);
  });
});
