import { holderFromItem } from './holders.ts';
import { type HolderAt } from './delivery.ts';
import {
  documentPartition,
  type Item,
  type StartKey,
  type Table,
  HOLDER_KEYS_BEGIN,
  holderKey,
  holderIndexKey,
  BY_PRINCIPAL,
} from '../table/index.ts';

/** Whose live tokens: a user's, a document's, or a user's for a document. */
export type Target =
  | { readonly userId: string; readonly documentId?: string }
  | { readonly userId?: string; readonly documentId: string };

/** A page of holder items, and where the next begins, if there is one. */
export interface HolderPage {
  readonly items: readonly Item[];
  readonly next?: StartKey;
}

const PAGE = 100;

/**
 * Reads a page of a target's holders. A document's are read consistently; a user's come from an index that may lag by
 * seconds, so a job over them looks again later.
 */
export async function holderPage(
  table: Table,
  target: Target,
  start: StartKey | undefined,
): Promise<HolderPage> {
  const { userId, documentId } = target;
  if (userId !== undefined && documentId !== undefined) {
    return { items: await table.batchGet([holderKey(documentId, userId)]) };
  }
  const page = { limit: PAGE, ...(start && { start }) };
  const { items, next } =
    documentId !== undefined
      ? await table.query(
          {
            text: 'pk = :pk AND begins_with(sk, :holder)',
            values: { ':pk': documentPartition(documentId), ':holder': HOLDER_KEYS_BEGIN },
          },
          page,
        )
      : await table.query(
          { text: 'principal = :holder', values: { ':holder': holderIndexKey(userId ?? '') } },
          { ...page, index: BY_PRINCIPAL },
        );
  return { items, ...(next && { next }) };
}

/**
 * Reads holders from their items.
 *
 * @param onUnreadable - told of each item that cannot be read; it is left out, so that it does not keep the others waiting
 */
export function readableHolders(
  items: readonly Item[],
  onUnreadable: (item: Item, error: unknown) => void,
): HolderAt[] {
  return items.flatMap((item) => {
    try {
      return [{ key: { pk: item.pk, sk: item.sk }, holder: holderFromItem(item) }];
    } catch (error) {
      onUnreadable(item, error);
      return [];
    }
  });
}
