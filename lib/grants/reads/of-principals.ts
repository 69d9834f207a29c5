import { principalKey, type Principal } from '../../identity/index.ts';
import {
  documentOfPartition,
  grantKey,
  grantsOf,
  type Item,
  type Key,
  type Table,
} from '../../table/index.ts';
import { TooManyItemsError, type RequestReads } from './request-reads.ts';

/**
 * The most principals whose grants are read by their keys at once. BatchGetItem costs a read unit for each key, found
 * or not. A query costs one for each 4 KB, about 16 grants, but is a second call beside the read of the holder item.
 * So the second call saves three units here at most, and hundreds for a caller in many groups.
 */
const FEW_PRINCIPALS = 4;

/**
 * The grants in a page of a query, for each principal. If a document has more, the page was read in vain. At about 16
 * grants a unit, that adds a quarter to the units of the keys.
 */
const GRANTS_A_PRINCIPAL = 4;

/** The most grants in a page. One in vain and the six reads of a mint, each of 502 principals, fit into one request. */
const MOST_GRANTS = 500;

const QUERIES_AT_A_TIME = 16;

/**
 * The items of some principals' grants on a document: grants and tombstones of removed ones. The item beside them is
 * among them, if there is one. In any order.
 */
export type GrantItems = readonly Item[];

/** One item of each of some documents, such as a user's holder items. */
export interface ItemsBeside {
  /** Without repeats. They can be other documents than those of the grants. */
  readonly documentIds: readonly string[];
  readonly keyOn: (documentId: string) => Key;
}

/**
 * Reads the grants of some principals on documents, strongly consistent. For few principals it reads their keys. For
 * many it queries the document's grants, and reads keys only if the document has more than a page of them. So a
 * document costs as much as it has grants, and never much more than a key for each principal.
 *
 * The result is not a snapshot: the items can be of different moments. All of these moments lie after the call began.
 *
 * @param documentIds - without repeats
 * @param principals - repeats are read once
 * @param reads - the reads of this request. Documents for which too few items are left are not read.
 * @param beside - one more item of some documents, which is read in the same pass
 * @returns a function from a document id to its items; it throws TooManyItemsError if the document was not read
 * @throws StoreUnavailableError if the table does not answer
 */
export async function readGrantItems(
  table: Table,
  documentIds: readonly string[],
  principals: readonly Principal[],
  reads: RequestReads,
  beside?: ItemsBeside,
): Promise<(documentId: string) => GrantItems> {
  const distinct = [...new Map(principals.map((principal) => [principalKey(principal), principal])).values()];
  const pass = new Pass(table, distinct, reads);
  const isFew = distinct.length <= FEW_PRINCIPALS;
  const byKeys = new Set(documentIds.filter((documentId) => isFew || reads.crowded.has(documentId)));
  const withItem = new Set(beside?.documentIds);
  await Promise.all([
    pass.keys([...withItem.union(byKeys)], (documentId) => [
      ...(byKeys.has(documentId) ? pass.grantKeys(documentId) : []),
      ...(beside && withItem.has(documentId) ? [beside.keyOn(documentId)] : []),
    ]),
    pass.pages(documentIds.filter((documentId) => !byKeys.has(documentId))),
  ]);
  return pass.on;
}

/** One pass over documents. */
class Pass {
  readonly #table: Table;
  readonly #principals: readonly Principal[];
  readonly #reads: RequestReads;
  /** The sort keys of the principals' grants, which are the same on every document. */
  readonly #wanted: ReadonlySet<string>;
  readonly #items = new Map<string, Item[]>();
  readonly #leftOut = new Set<string>();

  constructor(table: Table, principals: readonly Principal[], reads: RequestReads) {
    this.#table = table;
    this.#principals = principals;
    this.#reads = reads;
    this.#wanted = new Set(principals.map((principal) => grantKey('', principal).sk));
  }

  readonly grantKeys = (documentId: string): Key[] =>
    this.#principals.map((principal) => grantKey(documentId, principal));

  readonly on = (documentId: string): GrantItems => {
    if (this.#leftOut.has(documentId)) throw new TooManyItemsError();
    return this.#items.get(documentId) ?? [];
  };

  /** Reads items by their keys, as many documents as there are items left for. */
  async keys(documentIds: readonly string[], keysOf: (documentId: string) => Key[]): Promise<void> {
    const keys = documentIds.flatMap((documentId) => {
      const ofDocument = keysOf(documentId);
      if (ofDocument.length > this.#reads.left) this.#leftOut.add(documentId);
      else this.#reads.take(ofDocument.length);
      return this.#leftOut.has(documentId) ? [] : ofDocument;
    });
    if (keys.length > 0) this.#add(await this.#table.batchGet(keys));
  }

  /**
   * Reads a page of each document's grants, and the keys if there are more. As many documents are read at a time as
   * there are items left for if all of them need both.
   */
  async pages(documentIds: readonly string[]): Promise<void> {
    const keys = this.#principals.length;
    const waiting = documentIds.filter((documentId) => !this.#leftOut.has(documentId));
    while (waiting.length > 0 && this.#reads.left > 0) {
      const { left } = this.#reads;
      const limit = Math.min(keys * GRANTS_A_PRINCIPAL, MOST_GRANTS, left > keys ? left - keys : left);
      const affordable = Math.max(1, Math.floor(left / (limit + keys)));
      const wave = waiting.splice(0, Math.min(QUERIES_AT_A_TIME, affordable));
      const wholes = await Promise.all(wave.map((documentId) => this.#page(documentId, limit)));
      const crowded = wave.filter((_, index) => !wholes[index]);
      await this.keys(crowded, this.grantKeys);
    }
    for (const documentId of waiting) this.#leftOut.add(documentId);
  }

  /** Reads a document's grants. @returns true if they are less than the limit; otherwise nothing is kept */
  async #page(documentId: string, limit: number): Promise<boolean> {
    const { items, next } = await this.#table.query(grantsOf(documentId), { limit });
    this.#reads.take(items.length);
    if (next) this.#reads.crowded.add(documentId);
    // The grants of other principals must not get into a decision, which takes every grant that it is given.
    else this.#add(items.filter(({ sk }) => this.#wanted.has(sk)));
    return !next;
  }

  #add(items: readonly Item[]): void {
    for (const item of items) {
      const documentId = documentOfPartition(item.pk);
      const ofDocument = this.#items.get(documentId);
      if (ofDocument) ofDocument.push(item);
      else this.#items.set(documentId, [item]);
    }
  }
}
