import { secondsOf } from '../runtime/clock.ts';
import { inParallel } from '../runtime/parallel.ts';
import { untilItFails, type RevocationDependencies } from './delivery.ts';
import { type RaiseRule } from './families.ts';
import { type Target } from './holder-pages.ts';
import { revokePage } from './raise.ts';
import { grantKey, type StartKey } from '../table/index.ts';
import { principalKey, type Principal } from '../identity/index.ts';
import { UnreadableItemError } from '../runtime/errors.ts';
import { clearMark } from './mark.ts';

/**
 * A grant that was removed or narrowed, whose holders are still to be raised. The write that changed the grant left
 * `mark` on its item; it is cleared last.
 */
export interface Withdrawal {
  readonly documentId: string;
  readonly principal: Principal;
  readonly mark: string;
}

const MARKS_AT_A_TIME = 20;

/**
 * Raises every holder of a document whose live tokens were built from withdrawn grants, and then clears the marks. One
 * walk serves all the grants. Done over from the start it does no harm: a holder that was raised names nobody until
 * the next mint, and that reads the grants as they are now.
 *
 * @param withdrawals - of one document; none is fine
 * @param deadline - milliseconds since the Unix epoch; past it the rest is left to the sweeper
 * @throws UnreadableItemError where a holder item cannot be read; all others are raised by then
 */
export async function finishWithdrawals(
  withdrawals: readonly Withdrawal[],
  deadline: number,
  dependencies: RevocationDependencies,
): Promise<void> {
  const [first] = withdrawals;
  if (first === undefined) return;
  const documentEngine = untilItFails(dependencies.documentEngine);
  const target = targetOf(first, withdrawals.length);
  const names = new Set(withdrawals.map(({ principal }) => principalKey(principal)));
  const rule: RaiseRule = { applies: ({ builtFrom }) => !names.isDisjointFrom(builtFrom) };
  let start: StartKey | undefined;
  let unreadable = 0;
  do {
    const page = await revokePage(target, start, rule, { ...dependencies, documentEngine });
    unreadable += page.unreadable;
    start = page.next;
  } while (start !== undefined && dependencies.clock.now() < deadline);
  if (start !== undefined) return;
  // The marks stay, so that this is done again when somebody has mended the items.
  if (unreadable > 0) throw new UnreadableItemError('holder');
  const { table, clock } = dependencies;
  await inParallel(withdrawals, MARKS_AT_A_TIME, ({ documentId, principal, mark }) =>
    clearMark(table, grantKey(documentId, principal), mark, secondsOf(clock)),
  );
}

/** Only one holder's tokens can be built from a user's grant. */
function targetOf({ documentId, principal }: Withdrawal, count: number): Target {
  return count === 1 && principal.kind === 'user' ? { documentId, userId: principal.id } : { documentId };
}
