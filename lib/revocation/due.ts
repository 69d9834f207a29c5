import { errorFields } from '../runtime/errors.ts';
import { HOUR, MINUTE, toMilliseconds, type Milliseconds } from '../runtime/time.ts';
import { BY_DUE, DUE_SHARDS, dueIn, dueOf, type Item, type StartKey, type Table } from '../table/index.ts';
import type { RevocationRun } from './revocation-run.ts';

/** The next item of a partition of the index, and the items behind it. */
interface Head {
  readonly item: Item;
  readonly rest: AsyncGenerator<Item, undefined>;
}

/**
 * Lists all items of the index in the order in which they are due, those that are not due yet last. It reads the next
 * page of a partition only when the reader takes it.
 */
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

function sinceOf({ item }: Head): Milliseconds {
  return dueOf(item)?.dueSince ?? 0;
}

const PAGE = 100;

async function* itemsOf(table: Table, shard: string): AsyncGenerator<Item, undefined> {
  let start: StartKey | undefined;
  do {
    const page = await table.query(dueIn(shard), { index: BY_DUE, limit: PAGE, ...(start && { start }) });
    yield* page.items;
    start = page.next;
  } while (start);
}

const SHORTEST_PAUSE = toMilliseconds(MINUTE);
const LONGEST_PAUSE = toMilliseconds(HOUR);

/** Computes the pause before the next attempt: as long as the item has waited already, but a minute to an hour. */
export function pauseAfter(waitingSince: Milliseconds, now: Milliseconds): Milliseconds {
  return Math.min(Math.max(now - waitingSince, SHORTEST_PAUSE), LONGEST_PAUSE);
}

/** Postpones an item of the index after a failed attempt. An item that is no longer in the index stays as it is. */
export async function postpone(table: Table, item: Item, now: Milliseconds): Promise<void> {
  const waitingSince = dueOf(item)?.waitingSince ?? now;
  await table.update(
    item,
    {
      text: 'SET dueSince = :next, waitingSince = if_not_exists(waitingSince, :since)',
      values: { ':next': now + pauseAfter(waitingSince, now), ':since': waitingSince },
    },
    { text: 'attribute_exists(dueShard)' },
  );
}

/** Postpones an item of the index after an error, and logs the error. */
export async function postponeFailed(
  item: Item,
  error: unknown,
  { table, clock, log }: RevocationRun,
): Promise<void> {
  log.error('work on a due item failed and is postponed', { pk: item.pk, ...errorFields(error) });
  await postpone(table, item, clock.now());
}
