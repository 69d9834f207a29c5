import { principalKey, type Principal } from '../identity/index.ts';
import { secondsOf } from '../runtime/clock.ts';
import { errorFields } from '../runtime/errors.ts';
import { inParallel } from '../runtime/parallel.ts';
import { slicesOf } from '../runtime/slices.ts';
import {
  documentOfPartition,
  dueOf,
  grantKey,
  holderKey,
  markWalk,
  principalOfGrantKey,
  StoreContendedError,
  StoreRefusedError,
  type Item,
  type Key,
  type MarkWalk,
  unreadableItem,
} from '../table/index.ts';
import { postponeFailed } from './due.ts';
import type { RaiseRule } from './families.ts';
import { clearMark, keepWalk, markOf, postponeMark } from './mark.ts';
import { revokeHolders } from './revoke-holders.ts';
import type { RevocationRun } from './revocation-run.ts';
import { walk } from './walk.ts';

/**
 * A removed or narrowed grant, with holders that still have to be raised. The write that changed the grant set `mark`
 * on its item. The mark is cleared last.
 */
export interface Withdrawal {
  readonly documentId: string;
  readonly principal: Principal;
  readonly mark: string;
  /** The progress of its walk over the holders; absent if it begins with the first page. */
  readonly underWay?: MarkWalk;
}

const WITHDRAWALS_AT_A_TIME = 100;
const MARKS_AT_A_TIME = 20;

/**
 * Raises every holder of a document with live tokens from withdrawn grants, and then clears the marks. Repeating it does
 * no harm: a raised holder names no principal until its next mint, and that mint reads the current grants. If the run's
 * deadline comes earlier, the marks stay, with the progress of their walks. The marks of grants with a holder that cannot
 * be read or written stay too, and are postponed.
 *
 * Only the user's own tokens can be built from a user's grant, so that these holders are read by key. For all other
 * grants of up to 100, one walk looks at every holder of the document.
 *
 * @param withdrawals - all of one document; may be empty
 */
export async function finishWithdrawals(
  withdrawals: readonly Withdrawal[],
  run: RevocationRun,
): Promise<void> {
  const ofUsers = withdrawals.filter(({ principal }) => principal.kind === 'user');
  const ofMany = withdrawals.filter(({ principal }) => principal.kind !== 'user');
  const parts = [
    ...slicesOf(ofUsers, WITHDRAWALS_AT_A_TIME).map((part) => () => finishByKey(part, run)),
    ...byProgress(ofMany)
      .flatMap((alike) => slicesOf(alike, WITHDRAWALS_AT_A_TIME))
      .map((part) => () => finishInWalk(part, run)),
  ];
  for (const [index, finish] of parts.entries()) {
    if (index > 0 && run.deadline.isOver()) return;
    await finish();
  }
}

/**
 * Groups withdrawals by the progress of their walks, the furthest first. So withdrawals that come later can never bring
 * the walk of an earlier one back to its beginning: it finishes, and the others then share a walk.
 */
function byProgress(withdrawals: readonly Withdrawal[]): Withdrawal[][] {
  const positions = Map.groupBy(withdrawals, ({ underWay }) => positionOf(underWay));
  return [...positions].sort(([one], [other]) => (one < other ? 1 : -1)).map(([, alike]) => alike);
}

function positionOf(underWay: MarkWalk | undefined): string {
  return underWay?.next['sk'] ?? '';
}

/** Finishes the withdrawals of users' grants. */
async function finishByKey(withdrawals: readonly Withdrawal[], run: RevocationRun): Promise<void> {
  const items = await run.table.batchGet(withdrawals.flatMap((withdrawal) => keyOfHolder(withdrawal) ?? []));
  const { passedOver } = await revokeHolders(items, ruleOf(withdrawals), run);
  const left = new Set(passedOver.map(({ sk }) => sk));
  await endEach(withdrawals, (withdrawal) => left.has(keyOfHolder(withdrawal)?.sk ?? ''), run);
}

function keyOfHolder({ documentId, principal }: Withdrawal): Key | undefined {
  return principal.kind === 'user' ? holderKey(documentId, principal.id) : undefined;
}

/** Continues the walk of withdrawals that are equally far. Its progress is written after each page that is not the last. */
async function finishInWalk(withdrawals: readonly Withdrawal[], run: RevocationRun): Promise<void> {
  const [first] = withdrawals;
  if (first === undefined) return;
  const { documentId, underWay } = first;
  let open = withdrawals.map((withdrawal) => ({
    ...withdrawal,
    passedOver: withdrawal.underWay?.passedOver ?? 0,
  }));
  for await (const page of walk({ documentId }, ruleOf(withdrawals), run, underWay?.next)) {
    const passedOver = page.unreadable + (page.refused ?? 0);
    open = open.map((one) => ({ ...one, passedOver: one.passedOver + passedOver }));
    const { next } = page;
    if (next === undefined) return endEach(open, (one) => one.passedOver > 0, run);
    const kept = await writeEach(open, run, (one, key) => {
      const { mark, passedOver } = one;
      return keepWalk(run.table, key, mark, { next, passedOver }, run.clock.now());
    });
    // Another run has cleared the other marks, or a later change has replaced them.
    open = open.filter((_, index) => kept[index]);
    if (open.length === 0) return;
  }
}

/** Makes the rule that selects the holders with tokens from withdrawn grants. */
function ruleOf(withdrawals: readonly Withdrawal[]): RaiseRule {
  const names = new Set(withdrawals.map(({ principal }) => principalKey(principal)));
  return { applies: ({ builtFrom }) => !names.isDisjointFrom(builtFrom) };
}

/** Clears the marks, except those whose walk passed over a holder. These are postponed. */
async function endEach<One extends Withdrawal>(
  withdrawals: readonly One[],
  isLeft: (withdrawal: One) => boolean,
  run: RevocationRun,
): Promise<void> {
  const { table, clock } = run;
  await writeEach(withdrawals, run, (one, key) =>
    isLeft(one)
      ? postponeMark(table, key, one.mark, clock.now())
      : clearMark(table, key, one.mark, secondsOf(clock)),
  );
}

/**
 * Writes the item of each withdrawal.
 *
 * @returns the results; undefined for an item that the table refuses to write, or that others change during every attempt.
 * No other waits for it.
 */
function writeEach<One extends Withdrawal, Result>(
  withdrawals: readonly One[],
  { log }: RevocationRun,
  write: (withdrawal: One, key: Key) => Promise<Result>,
): Promise<(Result | undefined)[]> {
  return inParallel(withdrawals, MARKS_AT_A_TIME, async (one) => {
    const key = grantKey(one.documentId, one.principal);
    try {
      return await write(one, key);
    } catch (error) {
      if (error instanceof StoreContendedError) return undefined;
      if (!(error instanceof StoreRefusedError)) throw error;
      log.error('the mark of a changed grant cannot be written', { pk: key.pk, ...errorFields(error) });
      log.count('RevocationNotWritten');
      return undefined;
    }
  });
}

/**
 * Finishes the withdrawals that due marks name. A mark that cannot be read is postponed.
 *
 * @param items - at most 100 of one document
 */
export async function finishMarked(items: readonly Item[], run: RevocationRun): Promise<void> {
  // The index may lag. Another run may have cleared a mark, or be further.
  const fresh = await run.table.batchGet(items.map(({ pk, sk }) => ({ pk, sk })));
  const read = fresh.map((item) => ({ item, withdrawal: withdrawalOf(item) }));
  for (const { item, withdrawal } of read) {
    if (withdrawal !== undefined || dueOf(item) === undefined) continue;
    await postponeFailed(item, unreadableItem('due', item), run);
  }
  await finishWithdrawals(
    read.flatMap(({ withdrawal }) => withdrawal ?? []),
    run,
  );
}

function withdrawalOf(item: Item): Withdrawal | undefined {
  const principal = principalOfGrantKey(item);
  const mark = markOf(item);
  if (principal === undefined || mark === undefined) return undefined;
  const underWay = markWalk(item);
  return { documentId: documentOfPartition(item.pk), principal, mark, ...(underWay && { underWay }) };
}
