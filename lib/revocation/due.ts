import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import {
  type Item,
  type Key,
  type StartKey,
  type Table,
  DUE_SHARDS,
  dueShard,
  BY_DUE,
} from '../table/index.ts';

/**
 * The attributes that put an item into the index of everything that revocation still has to do: holders with families to deliver,
 * grants whose holders are to be raised, jobs. They are written in the very write that makes the work, so that no crash can lose it.
 */
export interface DueAttributes {
  readonly dueShard: string;
  /** Since when it waits, milliseconds since the Unix epoch; the order of the index. */
  readonly dueSince: number;
  /** When it is to be tried (again), milliseconds since the Unix epoch. */
  readonly dueAt: number;
}

/** The names of {@link DueAttributes}, to remove them when the work is done. */
export const DUE_ATTRIBUTES = 'dueShard, dueSince, dueAt';

/** Work that is due from a moment on. */
export function dueFrom({ pk, sk }: Key, moment: number): DueAttributes {
  const [byte = 0] = createHash('sha256')
    .update(JSON.stringify([pk, sk]))
    .digest();
  return { dueShard: dueShard(byte), dueSince: moment, dueAt: moment };
}

const Due = z.object({ dueSince: z.int(), dueAt: z.int() });

/** When an item of the index is due; undefined for one that is not in it. */
export function dueOf(item: Item): Pick<DueAttributes, 'dueSince' | 'dueAt'> | undefined {
  const attributes = z.safeParse(Due, item);
  return attributes.success ? attributes.data : undefined;
}

/** The next item of a partition of the index, and those behind it. */
interface Head {
  readonly item: Item;
  readonly rest: AsyncGenerator<Item, undefined>;
}

/** Everything in the index, also what is not due yet: what has waited longest first. Read page by page as it is taken. */
export async function* everythingDue(table: Table): AsyncGenerator<Item> {
  let heads = (await Promise.all(DUE_SHARDS.map((shard) => headOf(itemsOf(table, shard))))).flat();
  while (heads.length > 0) {
    const first = heads.reduce((one, other) => (sinceOf(other) < sinceOf(one) ? other : one));
    yield first.item;
    heads = [...heads.filter((head) => head !== first), ...(await headOf(first.rest))];
  }
}

async function headOf(rest: AsyncGenerator<Item, undefined>): Promise<[] | [Head]> {
  const { value } = await rest.next();
  return value === undefined ? [] : [{ item: value, rest }];
}

function sinceOf({ item }: Head): number {
  return dueOf(item)?.dueSince ?? 0;
}

const PAGE = 100;

async function* itemsOf(table: Table, shard: string): AsyncGenerator<Item, undefined> {
  const condition = { text: 'dueShard = :shard', values: { ':shard': shard } };
  let start: StartKey | undefined;
  do {
    const page = await table.query(condition, { index: BY_DUE, limit: PAGE, ...(start && { start }) });
    yield* page.items;
    start = page.next;
  } while (start);
}

// Milliseconds.
const SHORTEST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;

/** How long to leave alone what was tried in vain: as long again as it has waited already, from a minute to an hour. */
export function pauseAfter(dueSince: number, now: number): number {
  return Math.min(Math.max(now - dueSince, SHORTEST_PAUSE), LONGEST_PAUSE);
}

/** Puts off an item of the index that was tried in vain; one that is done meanwhile is left alone. */
export async function putOff(table: Table, item: Item, now: number): Promise<void> {
  await table.update(
    item,
    {
      text: 'SET dueAt = :next',
      values: { ':next': now + pauseAfter(dueOf(item)?.dueSince ?? now, now) },
    },
    { text: 'attribute_exists(dueShard)' },
  );
}
