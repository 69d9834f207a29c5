import { documentOfPartition, markOf, principalOfGrant } from '../grants/index.ts';
import { DUE_SHARDS, dueOf, putOff, queryDue } from '../due.ts';
import { errorFields } from '../log.ts';
import { type Item, type StartKey } from '../table.ts';
import { deliver, untilItFails, type RevocationDependencies } from './delivery.ts';
import { holderFromItem, holderOfItem } from './holders.ts';
import { advanceJob, isJobItem, jobFromItem } from './jobs.ts';
import { finishWithdrawals } from './withdrawal.ts';

/** What a sweep found and did. */
export interface SweepOutcome {
  /** How many items were due. */
  readonly due: number;
  /** How long the oldest of all has waited, in milliseconds; 0 where nothing waits. */
  readonly oldestAge: number;
  /** Whether it went through everything. */
  readonly complete: boolean;
}

const PAGE = 100;

/**
 * Does what revoking left to do, what has waited longest first: delivers to Document Engine, finishes withdrawals,
 * goes on with jobs. One item that fails is put off and does not keep the others waiting; while Document Engine does
 * not answer at all, nothing is put off, so that everything goes out when it is back.
 *
 * @param deadline - milliseconds since the Unix epoch; what is left then is left to the next sweep
 */
export async function sweep(deadline: number, dependencies: RevocationDependencies): Promise<SweepOutcome> {
  const running = { ...dependencies, documentEngine: untilItFails(dependencies.documentEngine) };
  const { table, clock } = running;
  let due = 0;
  let oldestAge = 0;
  for (const shard of DUE_SHARDS) {
    let start: StartKey | undefined;
    do {
      if (clock.now() >= deadline) return { due, oldestAge, complete: false };
      const page = await queryDue(table, shard, { limit: PAGE, ...(start && { start }) });
      const now = clock.now();
      for (const item of page.items) oldestAge = Math.max(oldestAge, now - (dueOf(item)?.dueSince ?? now));
      const ready = page.items.filter((item) => (dueOf(item)?.dueAt ?? 0) <= now);
      due += ready.length;
      await sweepItems(ready, deadline, running);
      start = page.next;
    } while (start);
  }
  return { due, oldestAge, complete: true };
}

async function sweepItems(
  items: readonly Item[],
  deadline: number,
  dependencies: RevocationDependencies,
): Promise<void> {
  await sweepHolders(
    items.filter((item) => holderOfItem(item) !== undefined),
    dependencies,
  );
  for (const item of items.filter((item) => holderOfItem(item) === undefined)) {
    if (dependencies.clock.now() >= deadline) return;
    try {
      await resume(item, deadline, dependencies);
    } catch (error) {
      dependencies.log.error('what was due could not be done and is put off', {
        pk: item.pk,
        ...errorFields(error),
      });
      await putOff(dependencies.table, item, dependencies.clock.now());
    }
  }
}

async function resume(item: Item, deadline: number, dependencies: RevocationDependencies): Promise<void> {
  if (isJobItem(item)) {
    await advanceJob(jobFromItem(item), deadline, dependencies);
    return;
  }
  const principal = principalOfGrant(item);
  const mark = markOf(item);
  if (principal === undefined || mark === undefined) {
    throw new TypeError('an item of the index is none that revocation knows');
  }
  const documentId = documentOfPartition(item.pk);
  await finishWithdrawals([{ documentId, principal, mark }], deadline, dependencies);
}

async function sweepHolders(items: readonly Item[], dependencies: RevocationDependencies): Promise<void> {
  const { table, clock, log } = dependencies;
  if (items.length === 0) return;
  // The index may lag: what it showed is read again, so that nothing is told twice for nothing.
  const fresh = await table.batchGet(items.map(({ pk, sk }) => ({ pk, sk })));
  const holders = fresh.map((item) => ({
    item,
    key: { pk: item.pk, sk: item.sk },
    holder: holderFromItem(item),
  }));
  try {
    if ((await deliver(holders, dependencies)) === 0) return;
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
