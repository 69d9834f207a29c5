import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { GeneratedItems, type GeneratedPartition } from '../../benchmarks/scale/generated-items.ts';
import { listingCase, wholeList } from '../../benchmarks/scale/listing-cases.ts';
import { mintingCase } from '../../benchmarks/scale/minting-cases.ts';

// Counts only: they are exact on every machine.
describe('a warm mint', () => {
  const countsOf = async (grants: number, groups: number, grantedGroups = 0) =>
    (await mintingCase({ grants, groups, grantedGroups })).counts;

  test.each([0, 2])(
    'of a caller in %d groups reads the same on a document with 1 and a million grants',
    async (groups) => {
      const counts = { calls: 1, items: groups + 3, readUnits: groups + 3 };
      expect(await countsOf(1, groups)).toEqual(counts);
      expect(await countsOf(1_000_000, groups)).toEqual(counts);
    },
  );

  test.each([10, 100, 500])(
    'of a caller in %d groups reads the same from 1,000 grants on',
    async (groups) => {
      expect(await countsOf(1_000_000, groups)).toEqual(await countsOf(1000, groups));
    },
  );

  test('reads no more for more groups if the document has few grants', async () => {
    expect(await countsOf(5, 500)).toEqual(await countsOf(5, 3));
  });

  test('of a caller in 500 groups with a grant each reads all their grants, and pays for a page in vain', async () => {
    expect(await countsOf(501, 500, 500)).toEqual({ calls: 8, items: 1003, readUnits: 522 });
  });
});

describe('a page of a list', () => {
  test.each(['first', 'middle'] as const)(
    'the %s one reads the same from 1,000 documents on',
    async (page) => {
      const counts = { documents: 50, queries: 2, items: 250, readUnits: 6.5 };
      expect((await listingCase({ documents: 1000, groups: 0, page })).counts).toMatchObject(counts);
      expect((await listingCase({ documents: 1_000_000, groups: 0, page })).counts).toEqual(
        (await listingCase({ documents: 1000, groups: 0, page })).counts,
      );
    },
  );

  test('the whole list has every document once, also with many groups', async () => {
    expect(await wholeList(120, 0)).toMatchObject({ pages: 3 });
    expect(await wholeList(120, 7)).toMatchObject({ pages: 3 });
  });
});

describe('generated items', () => {
  const keyAt = (position: number) => ({ pk: 'DOC#a', sk: `GRANT#${String(position).padStart(3, '0')}` });
  const partition: GeneratedPartition = {
    attribute: 'pk',
    value: 'DOC#a',
    length: 100,
    keyAt,
    itemAt: (position) => marshall({ ...keyAt(position), position }),
  };
  const items = new GeneratedItems([partition]);
  const query = (start?: number, limit?: number, begin = 'GRANT#') =>
    items.query(
      'pk = :pk AND begins_with(sk, :begin)',
      { ':pk': 'DOC#a', ':begin': begin },
      start === undefined ? undefined : keyAt(start),
      limit,
    );
  const positions = ({ items: found }: ReturnType<typeof query>) =>
    found.map(({ position }) => Number(position?.N));

  test('are found by their keys, the first and the last too, and no others', () => {
    for (const position of [0, 50, 99])
      expect(items.get(keyAt(position))).toEqual(partition.itemAt(position));
    expect(items.get(keyAt(100))).toBeUndefined();
    expect(items.get({ pk: 'DOC#a', sk: 'GRANT#0005' })).toBeUndefined();
    expect(items.get({ pk: 'DOC#b', sk: keyAt(1).sk })).toBeUndefined();
  });

  test('are queried in pages, each behind the last key of the one before', () => {
    expect(query(undefined, 3)).toMatchObject({ more: true });
    expect(positions(query(undefined, 3))).toEqual([0, 1, 2]);
    expect(positions(query(2, 3))).toEqual([3, 4, 5]);
    expect(positions(query(97, 3))).toEqual([98, 99]);
    expect(query(97, 3).more).toBe(false);
  });

  test('are not found under another beginning or in another partition', () => {
    expect(query(undefined, 3, 'HOLDER#').items).toEqual([]);
    expect(items.query('pk = :pk', { ':pk': 'DOC#b' }, undefined, 3).items).toEqual([]);
    expect(items.query('principal = :pk', { ':pk': 'DOC#a' }, undefined, 3).items).toEqual([]);
  });
});
