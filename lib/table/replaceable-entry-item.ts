import * as z from 'zod/mini';
import { REPLACEABLE_ENTRY_KEY } from './keys.ts';
import type { Item } from './table.ts';

const ReplaceableEntryAttributes = z.object({ entryId: z.int() });

/** Reads the id of the entry of Document Engine's list that a rotation may replace; undefined if it cannot be read. */
export function replaceableEntryId(item: Item): number | undefined {
  return z.safeParse(ReplaceableEntryAttributes, item).data?.entryId;
}

/** Makes the item that lets a rotation replace an entry of Document Engine's list. */
export function replaceableEntryItem(entryId: number): Item {
  return { ...REPLACEABLE_ENTRY_KEY, entryId };
}
