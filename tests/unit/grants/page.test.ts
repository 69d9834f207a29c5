import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPage, type Page, type Place } from '../../../lib/grants/page.ts';

/** A place of a list: the bytes of its entry; undefined for a place without an entry. */
type Held = number | undefined;

const MANY = 1000;

async function* placesOf(held: readonly Held[], after = -1): AsyncGenerator<Place<number, number>> {
  for (const [position, entry] of held.entries()) {
    if (position <= after) continue;
    yield await Promise.resolve({ position, ...(entry !== undefined && { entry }) });
  }
}

interface Bounds {
  readonly limit?: number;
  readonly maxBytes?: number;
  readonly maxLookedAt?: number;
}

function pageOf(held: readonly Held[], bounds: Bounds, after?: number): Promise<Page<number, number>> {
  const { limit = MANY, maxBytes = Infinity, maxLookedAt = MANY } = bounds;
  const mayContinue = (lookedAt: number): boolean => lookedAt < maxLookedAt;
  return readPage(placesOf(held, after), after, { limit, maxBytes, bytesOf: (bytes) => bytes }, mayContinue);
}

async function pagesOf(held: readonly Held[], bounds: Bounds): Promise<(readonly number[])[]> {
  const pages: (readonly number[])[] = [];
  let after: number | undefined;
  do {
    const page = await pageOf(held, bounds, after);
    pages.push(page.entries);
    after = page.next;
  } while (after !== undefined);
  return pages;
}

const total = (entries: readonly number[]): number => entries.reduce((sum, bytes) => sum + bytes, 0);

describe('a page of a list', () => {
  test('ends with the entry before the one that is too many, or too long', async () => {
    expect(await pagesOf([1, 2, 3, 4, 5], { limit: 2 })).toEqual([[1, 2], [3, 4], [5]]);
    expect(await pagesOf([1, 2, 3, 4, 5], { maxBytes: 6 })).toEqual([[1, 2, 3], [4], [5]]);
    expect(await pagesOf([1, 2, 3, 4, 5], { maxBytes: 9 })).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  test('is one entry if that entry alone is too long', async () => {
    expect(await pagesOf([1, 10, 10, 1], { maxBytes: 5 })).toEqual([[1], [10], [10], [1]]);
  });

  test('continues after places without an entry', async () => {
    expect(await pageOf([1, undefined, undefined, 2], { limit: 1 })).toEqual({ entries: [1], next: 2 });
  });

  test('ends after the most places, even if they had no entry', async () => {
    expect(await pageOf([undefined, undefined, undefined], { maxLookedAt: 2 })).toEqual({
      entries: [],
      next: 1,
    });
  });

  test('is the last if no entry comes after it', async () => {
    expect(await pageOf([1, 2, undefined], { limit: 2, maxBytes: 3 })).toEqual({ entries: [1, 2] });
  });
});

test('the pages of a list lose and repeat nothing, and none has room for the next entry', async () => {
  const held = fc.array(fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }), { maxLength: 40 });
  const bounds = fc.record({
    limit: fc.integer({ min: 1, max: 8 }),
    maxBytes: fc.integer({ min: 1, max: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(held, bounds, async (list, { limit, maxBytes }) => {
      const pages = await pagesOf(list, { limit, maxBytes });
      expect(pages.flat()).toEqual(list.filter((entry) => entry !== undefined));
      for (const [at, page] of pages.entries()) {
        expect(page.length).toBeLessThanOrEqual(limit);
        if (page.length > 1) expect(total(page)).toBeLessThanOrEqual(maxBytes);
        const next = pages[at + 1]?.[0];
        if (next !== undefined) {
          expect(page.length === limit || total(page) + next > maxBytes).toBe(true);
        }
      }
    }),
    { numRuns: 500 },
  );
});
