import { errorFields } from '../runtime/errors.ts';
import { HOUR, MINUTE, toMilliseconds, type Milliseconds } from '../runtime/time.ts';
import { BY_DUE, DUE_SHARDS, dueIn, dueOf, type Item, type StartKey, type Table } from '../table/index.ts';
import type { RevocationRun } from './revocation-run.ts';

/** The next item of a partition of the index, and those behind it. */
interface Head {
  readonly item: Item;
  readonly rest: AsyncGenerator<Item, undefined>;
}

/** Lists the whole index, the longest waiting item first, also items that are not due yet. Read page by page as it is taken. */
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

/**
 * Computes how long to leave alone an item that was tried in vain: as long again as it has waited already, from a minute to an
 * hour.
 */
export function pauseAfter(dueSince: Milliseconds, now: Milliseconds): Milliseconds {
  return Math.min(Math.max(now - dueSince, SHORTEST_PAUSE), LONGEST_PAUSE);
}

/** Puts off an item of the index that was tried in vain, unless it is done meanwhile. */
export async function putOff(table: Table, item: Item, now: Milliseconds): Promise<void> {
  await table.update(
    item,
    {
      text: 'SET dueAt = :next',
      values: { ':next': now + pauseAfter(dueOf(item)?.dueSince ?? now, now) },
    },
    { text: 'attribute_exists(dueShard)' },
  );
}

/** Puts off an item of the index whose work failed, and logs the error. */
export async function putOffFailed(
  item: Item,
  error: unknown,
  { table, clock, log }: RevocationRun,
): Promise<void> {
  log.error('what was due could not be done and is put off', { pk: item.pk, ...errorFields(error) });
  await putOff(table, item, clock.now());
}
