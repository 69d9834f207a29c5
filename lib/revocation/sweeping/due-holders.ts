import { inParallel } from '../../runtime/parallel.ts';
import { DUE_ATTRIBUTES, dueOf, type Item } from '../../table/index.ts';
import { deliver } from '../delivery.ts';
import { moveBehind, postpone, postponeFailed } from '../due.ts';
import { readableHolders, type Holder, type HolderAt } from '../holders.ts';
import type { RevocationRun } from '../revocation-run.ts';

/** A holder with the item that it was read from. */
interface HolderIn extends HolderAt {
  readonly item: Item;
}

const WRITES_AT_A_TIME = 50;

/**
 * Delivers the families of due holders. Holders with unconfirmed families are postponed, each time for longer. Holders
 * that were not tried move behind the others. During an outage of Document Engine all holders keep their places.
 *
 * @param items - at most 100
 */
export async function deliverDue(items: readonly Item[], run: RevocationRun): Promise<void> {
  const { table, documentEngine } = run;
  // The index may lag. Reading the items again avoids delivering a confirmed family twice.
  const fresh = await table.batchGet(items.map(({ pk, sk }) => ({ pk, sk })));
  const holders = await readOrPostpone(fresh, run);
  const pending = holders.filter(({ holder }) => !isIdle(holder));
  const { unconfirmed, untried, interruption } = await deliver(pending, run);
  if (!documentEngine.stillAnswers) return;
  await inParallel(unconfirmed, WRITES_AT_A_TIME, ({ item }) => postpone(item, run));
  // A table that throttles is spared more writes.
  if (interruption) return;
  await inParallel(untried, WRITES_AT_A_TIME, ({ item }) => moveBehind(item, run));
  // Last, because it can fail, and nobody waits for it.
  const idle = holders.filter(({ holder, item }) => isIdle(holder) && dueOf(item) !== undefined);
  await inParallel(idle, WRITES_AT_A_TIME, (at) => removeIdle(at, run));
}

function isIdle({ pending }: Holder): boolean {
  return Object.keys(pending).length === 0;
}

/**
 * Removes a holder without pending families from the index. It was left there by two runs that each removed one of its
 * last two families at the same moment.
 */
async function removeIdle({ key, holder }: HolderIn, { table }: RevocationRun): Promise<void> {
  await table.update(
    key,
    { text: `REMOVE ${DUE_ATTRIBUTES}` },
    // A new pending family always comes with a new epoch.
    { text: 'epoch = :epoch', values: { ':epoch': holder.epoch } },
  );
}

async function readOrPostpone(items: readonly Item[], run: RevocationRun): Promise<HolderIn[]> {
  const unreadable: { readonly item: Item; readonly error: unknown }[] = [];
  const holders = items.flatMap((item) =>
    readableHolders([item], (_, error) => unreadable.push({ item, error })).map((at) => ({ ...at, item })),
  );
  for (const { item, error } of unreadable) await postponeFailed(item, error, run);
  return holders;
}
