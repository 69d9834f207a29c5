import { principalKey, type Principal } from '../identity/index.ts';
import { secondsOf } from '../runtime/clock.ts';
import { UnreadableItemError } from '../runtime/errors.ts';
import { inParallel } from '../runtime/parallel.ts';
import { documentOfPartition, grantKey, principalOfGrantKey, type Item } from '../table/index.ts';
import type { RaiseRule } from './families.ts';
import { clearMark, markOf } from './mark.ts';
import type { RevocationRun } from './revocation-run.ts';
import { walk, type Target } from './walk.ts';

/**
 * A removed or narrowed grant, with holders that still have to be raised. The write that changed the grant set `mark`
 * on its item. The mark is cleared last.
 */
export interface Withdrawal {
  readonly documentId: string;
  readonly principal: Principal;
  readonly mark: string;
}

const MARKS_AT_A_TIME = 20;

/**
 * Raises every holder of a document with live tokens from withdrawn grants, and then clears the marks. One walk serves
 * all grants. Repeating it does no harm: a raised holder names no principal until its next mint, and that mint reads
 * the current grants. If the run's deadline comes earlier, the marks stay.
 *
 * @param withdrawals - all of one document; may be empty
 * @throws UnreadableItemError if a holder item cannot be read; all others are raised by then
 */
export async function finishWithdrawals(
  withdrawals: readonly Withdrawal[],
  run: RevocationRun,
): Promise<void> {
  const [first] = withdrawals;
  if (first === undefined) return;
  const names = new Set(withdrawals.map(({ principal }) => principalKey(principal)));
  const rule: RaiseRule = { applies: ({ builtFrom }) => !names.isDisjointFrom(builtFrom) };
  let isComplete = false;
  let unreadable = 0;
  for await (const page of walk(targetOf(first, withdrawals.length), rule, run)) {
    isComplete = page.next === undefined;
    unreadable += page.unreadable;
  }
  if (!isComplete) return;
  // The marks stay, so that the sweeper repeats this after an operator has repaired the items.
  if (unreadable > 0) throw new UnreadableItemError('holder');
  await inParallel(withdrawals, MARKS_AT_A_TIME, ({ documentId, principal, mark }) =>
    clearMark(run.table, grantKey(documentId, principal), mark, secondsOf(run.clock)),
  );
}

/** Finds the holders to look at. Only the user's own tokens can be built from a user's grant. */
function targetOf({ documentId, principal }: Withdrawal, count: number): Target {
  return count === 1 && principal.kind === 'user' ? { documentId, userId: principal.id } : { documentId };
}

/** Finishes the withdrawal that a due mark names. @throws UnreadableItemError if the item bears no mark */
export async function finishMarked(item: Item, run: RevocationRun): Promise<void> {
  const principal = principalOfGrantKey(item);
  const mark = markOf(item);
  if (principal === undefined || mark === undefined) throw new UnreadableItemError('due', item);
  await finishWithdrawals([{ documentId: documentOfPartition(item.pk), principal, mark }], run);
}
