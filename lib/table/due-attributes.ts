import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Milliseconds } from '../runtime/time.ts';
import { dueShard, holderOfKey, isGrantKey, jobOfKey } from './keys.ts';
import type { Item, Key } from './table.ts';

/**
 * The schema of the attributes that put an item into the index of pending revocation work. Items of earlier versions
 * have no `waitingSince`.
 */
export const DueAttributes = z.object({
  dueShard: z.string(),
  dueSince: z.int(),
  waitingSince: z.exactOptional(z.int()),
});

/**
 * The attributes that put an item into the index {@link BY_DUE}. The write that creates the work also writes them, so
 * that no crash can lose the work.
 */
export interface DueAttributes extends Due {
  readonly dueShard: string;
}

/** The moments of an item of the index. Both are milliseconds since the Unix epoch. */
export interface Due {
  /**
   * The moment from which the item is due: the order of the index. It lies in the future if the work is postponed. A turn
   * that did not finish the work sets it anew, so that the item moves behind the others.
   */
  readonly dueSince: Milliseconds;
  /** The moment since which the work waits. It decides how long the work is postponed after a failure. */
  readonly waitingSince: Milliseconds;
}

/** The kinds of items that can be due: a holder with families to deliver, a mark on a grant, a job. */
export type DueKind = 'holder' | 'mark' | 'job';

/** The names of {@link DueAttributes} in an update expression that removes them. */
export const DUE_ATTRIBUTES = 'dueShard, dueSince, waitingSince';

/** Makes the attributes of an item that is due from a moment on. @param moment - milliseconds since the Unix epoch */
export function dueFrom({ pk, sk }: Key, moment: Milliseconds): DueAttributes {
  const [byte = 0] = hash('sha256', JSON.stringify([pk, sk]), 'buffer');
  return { dueShard: dueShard(byte), dueSince: moment, waitingSince: moment };
}

const When = z.pick(DueAttributes, { dueSince: true, waitingSince: true });

/**
 * Reads the moments of an item of the index; undefined for an item that is not in the index. An item without
 * `waitingSince` has waited since it is due.
 */
export function dueOf(item: Item): Due | undefined {
  const { data } = z.safeParse(When, item);
  return data && { dueSince: data.dueSince, waitingSince: data.waitingSince ?? data.dueSince };
}

/** Finds the kind of an item of the index by its key; undefined for an item of a kind that is never due. */
export function dueKindOf(key: Key): DueKind | undefined {
  if (holderOfKey(key) !== undefined) return 'holder';
  if (isGrantKey(key)) return 'mark';
  return jobOfKey(key) === undefined ? undefined : 'job';
}
