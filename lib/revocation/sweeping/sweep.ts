import { DeadlineOverError } from '../../runtime/deadline.ts';
import { errorFields } from '../../runtime/errors.ts';
import { inParallel } from '../../runtime/parallel.ts';
import type { Milliseconds } from '../../runtime/time.ts';
import { dueOf, StoreUnavailableError } from '../../table/index.ts';
import { DueWork, moveBehind, postponeFailed } from '../due.ts';
import { beginTurn, isOver, type RevocationRun } from '../revocation-run.ts';
import { unitsOf, WINDOW, workOn, type Unit } from './units.ts';

const WRITES_AT_A_TIME = 20;

/** The result of a sweep. */
export interface SweepOutcome {
  /** The number of due items that it took up. */
  readonly due: number;
  /**
   * The age of the oldest item that it read, due or not, in milliseconds; 0 if nothing waits. Absent if it was over before it
   * had read the index.
   */
  readonly oldestAge?: Milliseconds;
  /** True if it went through all due items before its deadline, and Document Engine answered. */
  readonly complete: boolean;
}

/** The number of units that are worked on side by side. */
const SIDE_BY_SIDE = 8;

/** The length of a unit's first turn in a sweep. Each further turn is twice as long, so that slow work finishes too. */
const TURN: Milliseconds = 2_000;

/**
 * Does the work that is left to revoke, the oldest first: delivers families to Document Engine, finishes withdrawals,
 * and continues jobs.
 *
 * Each unit of work gets a turn of time, several side by side. Units that are not finished get further turns after all
 * others, until the deadline; the next sweep continues in the order of the last turns. A unit that fails is postponed, so
 * that the others do not wait for it. When a call of Document Engine fails, the sweep ends and postpones nothing, so that
 * everything is delivered as soon as the outage ends.
 *
 * @throws the error of a partition of the index that could not be read, after the work of the others
 */
export async function sweep(run: RevocationRun): Promise<SweepOutcome> {
  const began = run.clock.now();
  const work = new DueWork(run.table, began);
  const turns = new Turns(work, run);
  // The first turn is alone: during an outage it is the only one that asks Document Engine.
  await turns.take(1);
  const workers = await Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, () => turns.take(Infinity)));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  work.assertRead();
  const { waitingSince } = work;
  return {
    due: turns.due,
    ...(waitingSince !== undefined && { oldestAge: began - Math.min(began, waitingSince) }),
    complete: !isOver(run),
  };
}

/** The turns of a sweep, which several workers take. */
class Turns {
  /** The number of due items that were taken up so far. */
  due = 0;
  readonly #run: RevocationRun;
  readonly #first: AsyncGenerator<Unit, undefined>;
  /** The units that their turns have not finished. */
  readonly #further: Unit[] = [];

  constructor(work: DueWork, run: RevocationRun) {
    this.#run = run;
    this.#first = this.#unitsOf(work);
  }

  /** Takes turns until none is left, or the sweep is over. */
  async take(atMost: number): Promise<void> {
    for (let taken = 0; taken < atMost && !isOver(this.#run); taken += 1) {
      const unit = await this.#next();
      if (unit === undefined || isOver(this.#run)) return;
      const left = await this.#turn(unit);
      if (left !== undefined) this.#further.push(left);
    }
  }

  /** Finds the next unit: one that had no turn yet, before those with further turns. */
  async #next(): Promise<Unit | undefined> {
    try {
      return (await this.#first.next()).value ?? this.#further.shift();
    } catch (error) {
      if (error instanceof DeadlineOverError) return undefined;
      throw error;
    }
  }

  async *#unitsOf(work: DueWork): AsyncGenerator<Unit, undefined> {
    let window = [];
    for await (const item of work.items()) {
      if (isOver(this.#run)) return;
      this.due += 1;
      window.push(item);
      if (window.length < WINDOW) continue;
      yield* unitsOf(window);
      window = [];
    }
    yield* unitsOf(window);
  }

  /** Gives a unit a turn. @returns the part of it that is still due, if the turn was too short */
  async #turn(unit: Unit): Promise<Unit | undefined> {
    const turn = beginTurn(this.#run, TURN * 2 ** unit.turns);
    try {
      await workOn(unit, turn);
      return turn.deadline.isOver() && !isOver(this.#run) ? await this.#left(unit) : undefined;
    } catch (error) {
      await this.#afterError(unit, error);
      return undefined;
    }
  }

  async #left({ kind, items, turns }: Unit): Promise<Unit | undefined> {
    const { table, clock } = this.#run;
    const fresh = await table.batchGet(items.map(({ pk, sk }) => ({ pk, sk })));
    const due = fresh.filter((item) => (dueOf(item)?.dueSince ?? Infinity) <= clock.now() + 1);
    return due.length > 0 ? { kind, items: due, turns: turns + 1 } : undefined;
  }

  /** The table's throttling, outages and the end of time are no fault of the work: only other errors postpone it. */
  async #afterError({ kind, items }: Unit, error: unknown): Promise<void> {
    const run = this.#run;
    if (error instanceof DeadlineOverError) return;
    const isStore = error instanceof StoreUnavailableError;
    if (!isStore && kind !== 'holder') {
      await inParallel(items, WRITES_AT_A_TIME, (item) => postponeFailed(item, error, run));
      return;
    }
    run.log[isStore ? 'warn' : 'error']('work on due items was interrupted, and continues later', {
      items: items.length,
      ...errorFields(error),
    });
    if (kind !== 'holder') await inParallel(items, WRITES_AT_A_TIME, (item) => moveBehind(item, run));
  }
}
