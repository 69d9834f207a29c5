import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Milliseconds } from '../runtime/time.ts';
import { dueShard, holderOfKey, isGrantKey, jobOfKey } from './keys.ts';
import type { Item, Key } from './table.ts';

/** Reads the attributes that put an item into the index of all that revocation still has to do. */
export const DueAttributes = z.object({ dueShard: z.string(), dueSince: z.int(), dueAt: z.int() });

/**
 * The attributes that put an item into the index {@link BY_DUE}. They are written in the very write that makes the work, so that no
 * crash can lose it.
 */
export interface DueAttributes {
  readonly dueShard: string;
  /** Since when it waits, milliseconds since the Unix epoch; the order of the index. */
  readonly dueSince: Milliseconds;
  /** When it is to be tried (again), milliseconds since the Unix epoch. */
  readonly dueAt: Milliseconds;
}

/** When an item of the index is due. */
export type Due = Omit<DueAttributes, 'dueShard'>;

/** The kinds of items that can be due: a holder with families to deliver, a mark on a grant, a job. */
export type DueKind = 'holder' | 'mark' | 'job';

/** The names of {@link DueAttributes}, to remove them when the work is done. */
export const DUE_ATTRIBUTES = 'dueShard, dueSince, dueAt';

/** Makes an item due from a moment on, milliseconds since the Unix epoch. */
export function dueFrom({ pk, sk }: Key, moment: Milliseconds): DueAttributes {
  const [byte = 0] = hash('sha256', JSON.stringify([pk, sk]), 'buffer');
  return { dueShard: dueShard(byte), dueSince: moment, dueAt: moment };
}

const When = z.pick(DueAttributes, { dueSince: true, dueAt: true });

/** Reads when an item of the index is due; undefined for one that is not in it. */
export function dueOf(item: Item): Due | undefined {
  return z.safeParse(When, item).data;
}

/** Tells the kind of an item of the index by its key; undefined for the key of anything that is never due. */
export function dueKindOf(key: Key): DueKind | undefined {
  if (holderOfKey(key) !== undefined) return 'holder';
  if (isGrantKey(key)) return 'mark';
  return jobOfKey(key) === undefined ? undefined : 'job';
}
