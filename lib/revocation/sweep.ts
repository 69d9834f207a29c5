import { dueOf, everythingDue, putOff } from './due.ts';
import {
  deliver,
  untilItFails,
  type HolderAt,
  type RevocationDependencies,
  type RevokesUntilItFails,
} from './delivery.ts';
import { readableHolders } from './holder-pages.ts';
import { holderFromItem } from './holders.ts';
import { advanceJob, isJobItem, isOnlyWaiting, jobFromItem } from './jobs.ts';
import { finishWithdrawals } from './withdrawals.ts';
import { documentOfPartition, principalOfGrantKey, type Item, holderOfKey } from '../table/index.ts';
import { errorFields, UnreadableItemError } from '../runtime/errors.ts';
import { markOf } from './mark.ts';

/** What a sweep found and did. */
export interface SweepOutcome {
  /** How many items were due. */
  readonly due: number;
  /** How long the oldest of all has waited, in milliseconds; 0 where nothing waits. */
  readonly oldestAge: number;
  /** Whether it went through everything. */
  readonly complete: boolean;
}

const BATCH = 100;

/**
 * Does what revoking left to do, what has waited longest first: delivers to Document Engine, finishes withdrawals,
 * goes on with jobs. One item that fails is put off and does not keep the others waiting; while Document Engine does
 * not answer at all, nothing is put off, so that everything goes out when it is back.
 *
 * @param deadline - milliseconds since the Unix epoch; what is left then is left to the next sweep
 */
export async function sweep(deadline: number, dependencies: RevocationDependencies): Promise<SweepOutcome> {
  const running: Running = { ...dependencies, documentEngine: untilItFails(dependencies.documentEngine) };
  const { table, clock } = running;
  let due = 0;
  let oldestAge: number | undefined;
  let batch: Item[] = [];
  for await (const item of everythingDue(table)) {
    const { dueSince, dueAt } = dueOf(item) ?? { dueSince: 0, dueAt: 0 };
    oldestAge ??= Math.max(0, clock.now() - dueSince);
    if (dueAt > clock.now()) continue;
    due += 1;
    batch.push(item);
    if (batch.length < BATCH) continue;
    await sweepItems(batch, deadline, running);
    batch = [];
    if (clock.now() >= deadline) return { due, oldestAge, complete: false };
  }
  await sweepItems(batch, deadline, running);
  return { due, oldestAge: oldestAge ?? 0, complete: clock.now() < deadline };
}

/** What a sweep works with: Document Engine is not asked any more once it failed to answer. */
interface Running extends RevocationDependencies {
  readonly documentEngine: RevokesUntilItFails;
}

async function sweepItems(items: readonly Item[], deadline: number, running: Running): Promise<void> {
  await sweepHolders(
    items.filter((item) => holderOfKey(item) !== undefined),
    running,
  );
  for (const item of items.filter((item) => holderOfKey(item) === undefined)) {
    if (running.clock.now() >= deadline) return;
    try {
      await resume(item, deadline, running);
    } catch (error) {
      await putOffFailed(item, error, running);
    }
  }
}

async function putOffFailed(item: Item, error: unknown, { table, clock, log }: Running): Promise<void> {
  log.error('what was due could not be done and is put off', { pk: item.pk, ...errorFields(error) });
  await putOff(table, item, clock.now());
}

async function resume(item: Item, deadline: number, running: Running): Promise<void> {
  if (isJobItem(item)) {
    const job = jobFromItem(item);
    // To look at all its holders again would tell nothing new.
    if (isOnlyWaiting(job) && running.documentEngine.failed) return;
    await advanceJob(job, deadline, running);
    return;
  }
  const principal = principalOfGrantKey(item);
  const mark = markOf(item);
  if (principal === undefined || mark === undefined) {
    throw new UnreadableItemError('due', item);
  }
  const documentId = documentOfPartition(item.pk);
  await finishWithdrawals([{ documentId, principal, mark }], deadline, running);
}

async function sweepHolders(items: readonly Item[], running: Running): Promise<void> {
  const { table, clock, log } = running;
  if (items.length === 0) return;
  // The index may lag: what it showed is read again, so that nothing is told twice for nothing.
  const fresh = await table.batchGet(items.map(({ pk, sk }) => ({ pk, sk })));
  const holders = await readOrPutOff(fresh, running);
  try {
    if ((await deliver(holders, running)) === 0) return;
  } catch (error) {
    log.warn('revocations could not be delivered and wait', {
      holders: holders.length,
      ...errorFields(error),
    });
    return;
  }
  // Document Engine answered, but did not confirm everything: ask about the rest less and less often.
  const after = await table.batchGet(holders.map(({ key }) => key));
  for (const item of after.filter((item) => Object.keys(holderFromItem(item).pending).length > 0)) {
    await putOff(table, item, clock.now());
  }
}

async function readOrPutOff(items: readonly Item[], running: Running): Promise<HolderAt[]> {
  const unreadable: { readonly item: Item; readonly error: unknown }[] = [];
  const holders = readableHolders(items, (item, error) => {
    unreadable.push({ item, error });
  });
  for (const { item, error } of unreadable) await putOffFailed(item, error, running);
  return holders;
}
