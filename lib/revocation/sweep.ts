import { UnreadableItemError } from '../runtime/errors.ts';
import type { Milliseconds } from '../runtime/time.ts';
import { dueKindOf, dueOf, type DueKind, type Item } from '../table/index.ts';
import { resumeJob } from './advance-job.ts';
import { deliverDue } from './delivery.ts';
import { everythingDue, postponeFailed } from './due.ts';
import type { RevocationRun } from './revocation-run.ts';
import { finishMarked } from './withdrawals.ts';

/** The handler for one kind of due item: for all of a batch together, or for each item. */
type Handler =
  | { readonly together: (items: readonly Item[], run: RevocationRun) => Promise<void> }
  | { readonly each: (item: Item, run: RevocationRun) => Promise<void> };

const HANDLERS: Readonly<Record<DueKind, Handler>> = {
  holder: { together: deliverDue },
  mark: { each: finishMarked },
  job: { each: resumeJob },
};

/** The result of a sweep. */
export interface SweepOutcome {
  /** The number of due items. */
  readonly due: number;
  /** The age of the oldest item of the index, due or not, in milliseconds; 0 if the index is empty. */
  readonly oldestAge: Milliseconds;
  /** True if it went through all items before its deadline. */
  readonly complete: boolean;
}

const BATCH = 100;

/**
 * Does the work that is left to revoke, the oldest first: delivers families to Document Engine, finishes withdrawals,
 * and continues jobs. An item that fails is postponed, so that the others do not wait for it. During an outage of
 * Document Engine nothing is postponed, so that everything is delivered as soon as the outage ends. The next sweep does
 * the work that is left at the deadline.
 */
export async function sweep(run: RevocationRun): Promise<SweepOutcome> {
  const { table, clock, deadline } = run;
  let due = 0;
  let oldestAge: Milliseconds = 0;
  let batch: Item[] = [];
  for await (const item of everythingDue(table)) {
    const { dueSince, waitingSince } = dueOf(item) ?? { dueSince: 0, waitingSince: 0 };
    oldestAge = Math.max(oldestAge, clock.now() - waitingSince);
    if (dueSince > clock.now()) continue;
    due += 1;
    batch.push(item);
    if (batch.length < BATCH) continue;
    await sweepBatch(batch, run);
    batch = [];
    if (deadline.isOver()) return { due, oldestAge, complete: false };
  }
  await sweepBatch(batch, run);
  return { due, oldestAge, complete: !deadline.isOver() };
}

/**
 * Handles a batch. Items that are handled together come first, as they take only a call or two; then the others, one by
 * one.
 */
async function sweepBatch(items: readonly Item[], run: RevocationRun): Promise<void> {
  for (const [kind, handler] of Object.entries(HANDLERS)) {
    if ('together' in handler)
      await handler.together(
        items.filter((item) => dueKindOf(item) === kind),
        run,
      );
  }
  for (const item of items) {
    const kind = dueKindOf(item);
    const handler = kind && HANDLERS[kind];
    if (handler && 'together' in handler) continue;
    if (run.deadline.isOver()) return;
    try {
      if (handler === undefined) throw new UnreadableItemError('due', item);
      await handler.each(item, run);
    } catch (error) {
      await postponeFailed(item, error, run);
    }
  }
}
