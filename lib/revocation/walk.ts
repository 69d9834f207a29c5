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

/** Whose live tokens: a user's, a document's, or a user's for a document. */
export type Target =
  | { readonly userId: string; readonly documentId?: string }
  | { readonly userId?: string; readonly documentId: string };

/** The outcome of one page of a walk over holders. */
export interface PageOutcome {
  /** How many holders' families were ended. */
  readonly raised: number;
  /** How many families still wait for Document Engine's confirmation. */
  readonly waiting: number;
  /** How many holder items cannot be read: nothing of theirs can be revoked. */
  readonly unreadable: number;
  /** Where the next page begins, if there is one. */
  readonly next?: StartKey;
}

/**
 * Walks over a target's holders page by page: raises them and tells Document Engine. It ends behind the last page, or with the page
 * in which the run's deadline came, but for one page at least.
 *
 * @param rule - which holders to raise; waiting families of the others are delivered all the same
 * @param start - the page to begin with; the first unless given
 * @throws the error of raising one holder, when all others of its page are raised and delivered; the page is then to be gone through
 * again
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

/** Delivers the waiting families of these holders. @returns how many wait on */
async function deliverPending(holders: readonly HolderAt[], run: RevocationRun): Promise<number> {
  const countOf = ({ holder }: HolderAt): number => Object.keys(holder.pending).length;
  const pending = holders.filter((at) => countOf(at) > 0);
  return (await deliver(pending, run)) ?? pending.reduce((sum, at) => sum + countOf(at), 0);
}

const PAGE = 100;

/**
 * Reads a page of a target's holders. A document's are read consistently; a user's come from an index that may lag by
 * seconds, so a job over them looks again later.
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
