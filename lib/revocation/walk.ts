import {
  BY_PRINCIPAL,
  heldBy,
  holderKey,
  holdersOf,
  type Item,
  type StartKey,
  type Table,
} from '../table/index.ts';
import type { RaiseRule } from './families.ts';
import { revokeHolders, type RaiseOutcome } from './revoke-holders.ts';
import type { RevocationRun } from './revocation-run.ts';

/** The target of a revocation: all live tokens of a user, of a document, or of a user for a document. */
export type Target =
  | { readonly userId: string; readonly documentId?: string }
  | { readonly userId?: string; readonly documentId: string };

/** The outcome of one page of a walk over holders. */
export interface PageOutcome extends Omit<RaiseOutcome, 'passedOver'> {
  /** The position of the next page; absent on the last page. */
  readonly next?: StartKey;
}

/**
 * Walks over a target's holders page by page: raises them and delivers their families to Document Engine. It ends after
 * the last page, or after the page during which the run's deadline came. It always does at least one page.
 *
 * @param rule - selects the holders to raise; the pending families of the others are delivered as well
 * @param start - the position of the first page; the beginning unless given
 * @throws the error of {@link revokeHolders}. The page then has to be repeated.
 */
export async function* walk(
  target: Target,
  rule: RaiseRule,
  run: RevocationRun,
  start?: StartKey,
): AsyncGenerator<PageOutcome, undefined> {
  let next = start;
  do {
    const page = await holderPage(run.table, target, next);
    const { passedOver: _, ...outcome } = await revokeHolders(page.items, rule, run);
    yield { ...outcome, ...(page.next && { next: page.next }) };
    next = page.next;
  } while (next !== undefined && !run.deadline.isOver());
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
