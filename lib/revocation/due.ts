import { DeadlineOverError } from '../runtime/deadline.ts';
import { errorFields } from '../runtime/errors.ts';
import { HOUR, MINUTE, toMilliseconds, type Milliseconds } from '../runtime/time.ts';
import {
  BY_DUE,
  DUE_SHARDS,
  dueIn,
  dueOf,
  StoreRefusedError,
  type Expression,
  type Item,
  type StartKey,
  type Table,
} from '../table/index.ts';
import type { RevocationRun } from './revocation-run.ts';

/** The next item of a partition of the index, and the items behind it. */
interface Head {
  readonly item: Item;
  readonly rest: AsyncGenerator<Item, undefined>;
}

const PAGE = 100;

/** The items of the index of pending work that are due at a moment. */
export class DueWork {
  readonly #table: Table;
  readonly #moment: Milliseconds;
  #waitingSince: Milliseconds | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** @param moment - milliseconds since the Unix epoch; an item that is due later is left out */
  constructor(table: Table, moment: Milliseconds) {
    this.#table = table;
    this.#moment = moment;
  }

  /**
   * The moment since which the oldest item waits, of all that were read so far; Infinity if there was none, and undefined
   * if no partition has been read yet. The pages also contain items that are not due yet: at the end up to 100 of each partition.
   */
  get waitingSince(): Milliseconds | undefined {
    return this.#waitingSince;
  }

  /**
   * Lists the due items in the order in which they are due. It reads the next page of a partition only when the reader
   * takes it, and none behind the first item that is not due yet. A partition that cannot be read ends there, so that the
   * work of the others does not wait for it; see {@link DueWork.assertRead}.
   *
   * @throws DeadlineOverError
   */
  async *items(): AsyncGenerator<Item, undefined> {
    let heads = (await Promise.all(DUE_SHARDS.map((shard) => this.#headOf(this.#itemsOf(shard))))).flat();
    while (heads.length > 0) {
      const first = heads.reduce((one, other) => (sinceOf(other.item) < sinceOf(one.item) ? other : one));
      yield first.item;
      heads = [...heads.filter((head) => head !== first), ...(await this.#headOf(first.rest))];
    }
  }

  /** @throws the error of the first partition that could not be read */
  assertRead(): void {
    if (this.#failure) throw this.#failure.error;
  }

  async #headOf(rest: AsyncGenerator<Item, undefined>): Promise<[] | [Head]> {
    try {
      const { value } = await rest.next();
      return value === undefined ? [] : [{ item: value, rest }];
    } catch (error) {
      if (error instanceof DeadlineOverError) throw error;
      this.#failure ??= { error };
      return [];
    }
  }

  async *#itemsOf(shard: string): AsyncGenerator<Item, undefined> {
    let start: StartKey | undefined;
    do {
      const page = await this.#table.query(dueIn(shard), {
        index: BY_DUE,
        limit: PAGE,
        ...(start && { start }),
      });
      this.#note(page.items);
      for (const item of page.items) {
        if (sinceOf(item) > this.#moment) return;
        yield item;
      }
      start = page.next;
    } while (start);
  }

  #note(items: readonly Item[]): void {
    const since = items.map((item) => dueOf(item)?.waitingSince ?? Infinity);
    this.#waitingSince = Math.min(this.#waitingSince ?? Infinity, ...since);
  }
}

function sinceOf(item: Item): Milliseconds {
  return dueOf(item)?.dueSince ?? 0;
}

const SHORTEST_PAUSE = toMilliseconds(MINUTE);
const LONGEST_PAUSE = toMilliseconds(HOUR);

/** Computes the pause before the next attempt: as long as the item has waited already, but a minute to an hour. */
export function pauseAfter(waitingSince: Milliseconds, now: Milliseconds): Milliseconds {
  return Math.min(Math.max(now - waitingSince, SHORTEST_PAUSE), LONGEST_PAUSE);
}

/**
 * Postpones an item of the index after a failed attempt. An item that has become due anew since it was read stays as it
 * is, and so does one that is no longer in the index. If the write fails, this is logged, and the item stays due.
 */
export function postpone(item: Item, run: RevocationRun): Promise<void> {
  const now = run.clock.now();
  return setDue(item, now + pauseAfter(dueOf(item)?.waitingSince ?? now, now), run);
}

/**
 * Moves an item of the index behind all others that are due, because its turn did not finish it. It stays due. The same
 * exceptions hold as for {@link postpone}.
 */
export function moveBehind(item: Item, run: RevocationRun): Promise<void> {
  return setDue(item, behind(run.clock.now()), run);
}

/** Computes the `dueSince` of an item whose turn did not finish it: the next moment, so that one sweep reads it once. */
export function behind(now: Milliseconds): Milliseconds {
  return now + 1;
}

async function setDue(
  item: Item,
  dueSince: Milliseconds,
  { table, clock, log }: RevocationRun,
): Promise<void> {
  const due = dueOf(item);
  const asRead: Expression = due
    ? { text: 'dueSince = :asRead', values: { ':asRead': due.dueSince } }
    : { text: 'attribute_exists(dueShard)' };
  const values = { ':dueSince': dueSince, ':waitingSince': due?.waitingSince ?? clock.now() };
  try {
    await table.update(
      item,
      { text: 'SET dueSince = :dueSince, waitingSince = :waitingSince', values },
      asRead,
    );
  } catch (error) {
    log.warn('a due item keeps its place, as it could not be moved', { pk: item.pk, ...errorFields(error) });
  }
}

/** Postpones an item of the index after an error, and logs the error. */
export async function postponeFailed(item: Item, error: unknown, run: RevocationRun): Promise<void> {
  run.log.error('work on a due item failed and is postponed', { pk: item.pk, ...errorFields(error) });
  if (error instanceof StoreRefusedError) run.log.count('RevocationNotWritten');
  await postpone(item, run);
}
