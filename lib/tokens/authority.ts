import { grantFromItem, readGrantItems, type Grant, type RequestReads } from '../grants/index.ts';
import { principalsOf, type Subject } from '../identity/index.ts';
import { holderFromItem, type Holder } from '../revocation/index.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/log.ts';
import type { Milliseconds } from '../runtime/time.ts';
import { holderKey, isGrantItem, type Item, type Table } from '../table/index.ts';

/** A document to read. */
export interface DocumentRead {
  readonly documentId: string;
  /** False if the holder item alone is needed. */
  readonly withGrants: boolean;
}

/** A subject's grants on a document and the subject's holder item, from one read. */
export interface Authority {
  /** Empty if they were not asked for. */
  readonly grants: readonly Grant[];
  /** Absent if there is no holder item. */
  readonly holder?: Holder;
  /** The time at which the read began, since the Unix epoch. Every item was read after it. */
  readonly readBegan: Milliseconds;
}

/**
 * Reads a subject's grants and holder items on some documents. The result is not a snapshot: the items can be of different moments.
 * A read can be a BatchGetItem of all keys. For a subject in many groups it is a Query of the grants and a BatchGetItem of the holder
 * items, side by side; if a document has too many grants for the Query, their keys are read after it.
 *
 * The rule for decisions (see `rule`) holds for each of these. It needs one thing: that every grant was read after `readBegan`. The
 * grants of a Query that is too short are dropped and never mixed with those read by keys. The holder item can be read before or after
 * the grants: the item itself tells since when it is in its state.
 *
 * @param documents - each document once
 * @param reads - the reads of this request
 * @returns a function from a document id to the authority on it; it throws UnreadableItemError if the holder item of that document
 * cannot be read, and TooManyItemsError if too few items were left to read the document
 * @throws StoreUnavailableError if the table does not answer
 */
export async function readAuthority(
  subject: Subject,
  documents: readonly DocumentRead[],
  reads: RequestReads,
  { table, clock, log }: { readonly table: Table; readonly clock: Clock; readonly log: Logger },
): Promise<(documentId: string) => Authority> {
  const readBegan = clock.now();
  const holderOn = (documentId: string) => holderKey(documentId, subject.userId);
  const withGrants = documents.filter((document) => document.withGrants);
  const itemsOn = await readGrantItems(table, idsOf(withGrants), principalsOf(subject), reads, {
    documentIds: idsOf(documents),
    keyOn: holderOn,
  });
  return (documentId) => {
    const { sk } = holderOn(documentId);
    const items = itemsOn(documentId);
    const grants = items.filter(isGrantItem).flatMap((item) => grantFrom(item, log));
    const holderItem = items.find((item) => item.sk === sk);
    return { grants, ...(holderItem && { holder: holderFromItem(holderItem) }), readBegan };
  };
}

function idsOf(documents: readonly DocumentRead[]): string[] {
  return documents.map(({ documentId }) => documentId);
}

function grantFrom(item: Item, log: Logger): [] | [Grant] {
  const grant = grantFromItem(item);
  if (grant) return [grant];
  log.warn('a grant item cannot be read and grants nothing', { pk: item.pk });
  return [];
}
