import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Milliseconds } from '../runtime/time.ts';
import { dueShard, holderOfKey, isGrantKey, jobOfKey } from './keys.ts';
import type { Item, Key } from './table.ts';

/** The schema of the attributes that put an item into the index of pending revocation work. */
export const DueAttributes = z.object({ dueShard: z.string(), dueSince: z.int(), dueAt: z.int() });

/**
 * The attributes that put an item into the index {@link BY_DUE}. The write that creates the work also writes them, so
 * that no crash can lose the work.
 */
export interface DueAttributes {
  readonly dueShard: string;
  /** The moment from which it waits, milliseconds since the Unix epoch; the order of the index. */
  readonly dueSince: Milliseconds;
  /** The moment of the next attempt, milliseconds since the Unix epoch. */
  readonly dueAt: Milliseconds;
}

/** The moments of an item of the index. */
export type Due = Omit<DueAttributes, 'dueShard'>;

/** The kinds of items that can be due: a holder with families to deliver, a mark on a grant, a job. */
export type DueKind = 'holder' | 'mark' | 'job';

/** The names of {@link DueAttributes} in an update expression that removes them. */
export const DUE_ATTRIBUTES = 'dueShard, dueSince, dueAt';

/** Makes the attributes of an item that is due from a moment on. @param moment - milliseconds since the Unix epoch */
export function dueFrom({ pk, sk }: Key, moment: Milliseconds): DueAttributes {
  const [byte = 0] = hash('sha256', JSON.stringify([pk, sk]), 'buffer');
  return { dueShard: dueShard(byte), dueSince: moment, dueAt: moment };
}

const When = z.pick(DueAttributes, { dueSince: true, dueAt: true });

/** Reads the moments of an item of the index; undefined for an item that is not in the index. */
export function dueOf(item: Item): Due | undefined {
  return z.safeParse(When, item).data;
}

/** Finds the kind of an item of the index by its key; undefined for an item of a kind that is never due. */
export function dueKindOf(key: Key): DueKind | undefined {
  if (holderOfKey(key) !== undefined) return 'holder';
  if (isGrantKey(key)) return 'mark';
  return jobOfKey(key) === undefined ? undefined : 'job';
}
