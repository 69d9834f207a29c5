import { UnreadableItemError } from '../runtime/errors.ts';
import type { Milliseconds } from '../runtime/time.ts';
import { dueKindOf, dueOf, type DueKind, type Item } from '../table/index.ts';
import { resumeJob } from './advance-job.ts';
import { deliverDue } from './delivery.ts';
import { everythingDue, putOffFailed } from './due.ts';
import type { RevocationRun } from './revocation-run.ts';
import { finishMarked } from './withdrawals.ts';

/** The way to do the work of a kind of due item: of all in a batch together, or of each by itself. */
type Handler =
  | { readonly together: (items: readonly Item[], run: RevocationRun) => Promise<void> }
  | { readonly each: (item: Item, run: RevocationRun) => Promise<void> };

const HANDLERS: Readonly<Record<DueKind, Handler>> = {
  holder: { together: deliverDue },
  mark: { each: finishMarked },
  job: { each: resumeJob },
};

/** The findings of a sweep. */
export interface SweepOutcome {
  /** How many items were due. */
  readonly due: number;
  /** How long the oldest of all has waited, in milliseconds; 0 if nothing waits. */
  readonly oldestAge: Milliseconds;
  /** Whether it went through everything. */
  readonly complete: boolean;
}

const BATCH = 100;

/**
 * Does the work that revoking left, the longest waiting first: delivers to Document Engine, finishes withdrawals,
 * takes jobs further. One item that fails is put off and does not keep the others waiting; while Document Engine does
 * not answer at all, nothing is put off, so that everything goes out when it is back. All that is left at the run's deadline is left
 * to the next sweep.
 */
export async function sweep(run: RevocationRun): Promise<SweepOutcome> {
  const { table, clock, deadline } = run;
  let due = 0;
  let oldestAge: Milliseconds | undefined;
  let batch: Item[] = [];
  for await (const item of everythingDue(table)) {
    const { dueSince, dueAt } = dueOf(item) ?? { dueSince: 0, dueAt: 0 };
    oldestAge ??= Math.max(0, clock.now() - dueSince);
    if (dueAt > clock.now()) continue;
    due += 1;
    batch.push(item);
    if (batch.length < BATCH) continue;
    await sweepBatch(batch, run);
    batch = [];
    if (deadline.isOver()) return { due, oldestAge, complete: false };
  }
  await sweepBatch(batch, run);
  return { due, oldestAge: oldestAge ?? 0, complete: !deadline.isOver() };
}

/** Does the items of the kinds that are done together first, as they take a call or two, and then the others one by one. */
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
      await putOffFailed(item, error, run);
    }
  }
}
