import { grantFromItem, type Grant } from '../grants/index.ts';
import { principalsOf, type Subject } from '../identity/index.ts';
import { holderFromItem, type Holder } from '../revocation/index.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/log.ts';
import type { Milliseconds } from '../runtime/time.ts';
import { grantKey, holderKey, isGrantItem, type Item, type Table } from '../table/index.ts';

/** A subject's grants on a document and the subject's holder item, from one read. */
export interface Authority {
  readonly grants: readonly Grant[];
  /** Absent if there is no holder item. */
  readonly holder?: Holder;
  /** The time at which the read began, since the Unix epoch. */
  readonly readBegan: Milliseconds;
}

/**
 * Reads a subject's grants and holder items on some documents, in one pass of BatchGetItem. The result is not a snapshot: the items
 * can be of different moments.
 *
 * @param documentIds - without repeats
 * @returns a function from a document id to the authority on it; it throws UnreadableItemError if the holder item of that document
 * cannot be read
 * @throws StoreUnavailableError if the table does not answer
 */
export async function readAuthority(
  subject: Subject,
  documentIds: readonly string[],
  { table, clock, log }: { readonly table: Table; readonly clock: Clock; readonly log: Logger },
): Promise<(documentId: string) => Authority> {
  const readBegan = clock.now();
  const principals = principalsOf(subject);
  const items = await table.batchGet(
    documentIds.flatMap((documentId) => [
      ...principals.map((principal) => grantKey(documentId, principal)),
      holderKey(documentId, subject.userId),
    ]),
  );
  const byPartition = Map.groupBy(items, ({ pk }) => pk);
  return (documentId) => {
    const { pk, sk } = holderKey(documentId, subject.userId);
    const ofDocument = byPartition.get(pk) ?? [];
    const grants = ofDocument.filter(isGrantItem).flatMap((item) => grantFrom(item, log));
    const holderItem = ofDocument.find((item) => item.sk === sk);
    return { grants, ...(holderItem && { holder: holderFromItem(holderItem) }), readBegan };
  };
}

function grantFrom(item: Item, log: Logger): [] | [Grant] {
  const grant = grantFromItem(item);
  if (grant) return [grant];
  log.warn('a grant item cannot be read and grants nothing', { pk: item.pk });
  return [];
}
