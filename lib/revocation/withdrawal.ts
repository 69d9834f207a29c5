import { secondsOf } from '../clock.ts';
import { clearMark, grantKey, principalKey, type Principal } from '../grants/index.ts';
import { type StartKey } from '../table.ts';
import { untilItFails, type RevocationDependencies } from './delivery.ts';
import { type Target } from './holder-pages.ts';
import { revokePage } from './raise.ts';

/**
 * A grant that was removed or narrowed, whose holders are still to be raised. The write that changed the grant left
 * `mark` on its item; it is cleared last.
 */
export interface Withdrawal {
  readonly documentId: string;
  readonly principal: Principal;
  readonly mark: string;
}

/**
 * Raises every holder of the document whose live tokens were built from the withdrawn grant, and then clears the mark.
 * Done over from the start it does no harm: a holder that was raised names nobody until the next mint, and that reads
 * the grant as it is now.
 *
 * @param deadline - milliseconds since the Unix epoch; past it the rest is left to the sweeper
 * @returns whether all holders were raised
 */
export async function finishWithdrawal(
  { documentId, principal, mark }: Withdrawal,
  deadline: number,
  dependencies: RevocationDependencies,
): Promise<boolean> {
  const documentEngine = untilItFails(dependencies.documentEngine);
  const target: Target = principal.kind === 'user' ? { documentId, userId: principal.id } : { documentId };
  const name = principalKey(principal);
  let start: StartKey | undefined;
  do {
    const page = await revokePage(target, start, ({ builtFrom }) => builtFrom.has(name), {
      ...dependencies,
      documentEngine,
    });
    start = page.next;
  } while (start !== undefined && dependencies.clock.now() < deadline);
  if (start !== undefined) return false;
  const { table, clock } = dependencies;
  await clearMark(table, grantKey(documentId, principal), mark, secondsOf(clock));
  return true;
}
