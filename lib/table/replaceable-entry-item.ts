import * as z from 'zod/mini';
import { REPLACEABLE_ENTRY_KEY } from './keys.ts';
import type { Item } from './table.ts';

const ReplaceableEntryAttributes = z.object({ entryId: z.int(), until: z.int() });

/** The id of an entry of Document Engine's list that a rotation may replace until a moment, in Unix seconds. */
export type ReplaceableEntry = z.output<typeof ReplaceableEntryAttributes>;

/** Reads the entry that a rotation may replace; undefined if it cannot be read. */
export function replaceableEntry(item: Item): ReplaceableEntry | undefined {
  return z.safeParse(ReplaceableEntryAttributes, item).data;
}

/** Makes the item that lets a rotation replace an entry of Document Engine's list. */
export function replaceableEntryItem({ entryId, until }: ReplaceableEntry): Item {
  return { ...REPLACEABLE_ENTRY_KEY, entryId, until, ttl: until };
}
