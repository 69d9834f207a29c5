import { errorFields } from '../runtime/errors.ts';
import {
  BY_PRINCIPAL,
  heldBy,
  holderKey,
  holdersOf,
  type Item,
  type StartKey,
  type Table,
} from '../table/index.ts';
import { deliver } from './delivery.ts';
import { raiseEpoch, type RaiseRule } from './families.ts';
import { readableHolders, type HolderAt } from './holders.ts';
import type { RevocationRun } from './revocation-run.ts';

/** The target of a revocation: all live tokens of a user, of a document, or of a user for a document. */
export type Target =
  | { readonly userId: string; readonly documentId?: string }
  | { readonly userId?: string; readonly documentId: string };

/** The outcome of one page of a walk over holders. */
export interface PageOutcome {
  /** The number of holders that were raised. */
  readonly raised: number;
  /** The number of families that Document Engine has not confirmed. */
  readonly waiting: number;
  /** The number of unreadable holder items. Their tokens cannot be revoked. */
  readonly unreadable: number;
  /** The position of the next page; absent on the last page. */
  readonly next?: StartKey;
}

/**
 * Walks over a target's holders page by page: raises them and delivers their families to Document Engine. It ends after
 * the last page, or after the page during which the run's deadline came. It always does at least one page.
 *
 * @param rule - selects the holders to raise; the pending families of the others are delivered as well
 * @param start - the position of the first page; the beginning unless given
 * @throws the error of raising one holder, after all others of its page are raised and delivered. The page then has to
 * be repeated.
 */
export async function* walk(
  target: Target,
  rule: RaiseRule,
  run: RevocationRun,
  start?: StartKey,
): AsyncGenerator<PageOutcome, undefined> {
  let next = start;
  do {
    const page = await revokePage(target, rule, run, next);
    yield page;
    next = page.next;
  } while (next !== undefined && !run.deadline.isOver());
}

async function revokePage(
  target: Target,
  rule: RaiseRule,
  run: RevocationRun,
  start: StartKey | undefined,
): Promise<PageOutcome> {
  const { table, clock, log } = run;
  const page = await holderPage(table, target, start);
  let unreadable = 0;
  const holders = readableHolders(page.items, ({ pk }, error) => {
    unreadable += 1;
    log.error('a holder item cannot be read, and its tokens are not revoked', { pk, ...errorFields(error) });
  });
  let raised = 0;
  const raises = await Promise.allSettled(
    holders.map(async ({ key, holder }): Promise<HolderAt[]> => {
      const after = await raiseEpoch(table, key, holder, rule, clock.now());
      if (after?.epoch !== holder.epoch) raised += 1;
      return after === undefined ? [] : [{ key, holder: after }];
    }),
  );
  const left = raises.flatMap((raise) => (raise.status === 'fulfilled' ? raise.value : []));
  const waiting = await deliverPending(left, run);
  for (const raise of raises) if (raise.status === 'rejected') throw raise.reason;
  return { raised, waiting, unreadable, ...(page.next && { next: page.next }) };
}

/** Delivers the pending families of these holders. @returns the number of families that are still pending */
async function deliverPending(holders: readonly HolderAt[], run: RevocationRun): Promise<number> {
  const countOf = ({ holder }: HolderAt): number => Object.keys(holder.pending).length;
  const pending = holders.filter((at) => countOf(at) > 0);
  return (await deliver(pending, run)) ?? pending.reduce((sum, at) => sum + countOf(at), 0);
}

const PAGE = 100;

/**
 * Reads a page of a target's holders. Holders of a document are read consistently. Holders of a user come from an index
 * that may lag by seconds, so their job walks again later.
 */
async function holderPage(
  table: Table,
  { userId, documentId }: Target,
  start: StartKey | undefined,
): Promise<{ readonly items: readonly Item[]; readonly next?: StartKey }> {
  if (userId !== undefined && documentId !== undefined) {
    return { items: await table.batchGet([holderKey(documentId, userId)]) };
  }
  const page = { limit: PAGE, ...(start && { start }) };
  return documentId === undefined
    ? table.query(heldBy(userId ?? ''), { ...page, index: BY_PRINCIPAL })
    : table.query(holdersOf(documentId), page);
}
