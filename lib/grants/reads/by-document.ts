import { inParallel } from '../../runtime/parallel.ts';
import type { Grant } from '../grant.ts';
import { grantFromItem } from '../item.ts';
import {
  type Item,
  type StartKey,
  type Table,
  documentOfPartition,
  grantsTo,
  BY_PRINCIPAL,
} from '../../table/index.ts';
import { TooManyItemsError, type RequestReads } from './request-reads.ts';
import type { Principal } from '../../identity/index.ts';

/** A document and the grants of some principals on it, expired ones included. */
export interface GrantedDocument {
  readonly documentId: string;
  readonly grants: readonly Grant[];
}

/**
 * The most grants in one query of a principal. It does not depend on the limit of a page: a list of few documents would
 * otherwise take many small queries to get past expired grants.
 */
const GRANTS_A_QUERY = 250;

/** The most queries at a time, one a principal; the AWS SDK keeps 50 connections. */
const QUERIES_AT_A_TIME = 32;

/**
 * Lists all documents on which any of the principals has a grant, each once, in the order of their ids. It reads an
 * eventually consistent index: a change can take a moment to show.
 *
 * @param after - the list begins behind this document; undefined = with the first
 * @param reads - the reads of the request. Before the list goes to a next document, an item for each principal must be
 * left.
 * @throws TooManyItemsError if it is not
 */
export async function* grantsByDocument(
  table: Table,
  principals: readonly Principal[],
  after: string | undefined,
  reads: RequestReads,
): AsyncGenerator<GrantedDocument> {
  const all = principals.map((principal) => new PrincipalGrants(table, principal, after));
  let streams = await filled(all, reads);
  while (streams.length > 0) {
    const partition = streams
      .map(({ head }) => head?.pk ?? '')
      .reduce((one, other) => (other < one ? other : one));
    const items = streams.flatMap((stream) => (stream.head?.pk === partition ? stream.take() : []));
    yield {
      documentId: documentOfPartition(partition),
      grants: items.flatMap((item) => grantFromItem(item) ?? []),
    };
    streams = await filled(streams, reads);
  }
}

/**
 * Reads the next page of every stream that is dry, and drops the streams that have ended. The dry streams share half of
 * the items that are left. So those of a caller in many groups begin with small pages, and later ones are larger.
 */
async function filled(streams: readonly PrincipalGrants[], reads: RequestReads): Promise<PrincipalGrants[]> {
  const dry = streams.filter((stream) => stream.isDry);
  const share = Math.max(1, Math.floor(reads.left / 2 / dry.length));
  if (dry.length > reads.left) throw new TooManyItemsError();
  const read = await inParallel(dry, QUERIES_AT_A_TIME, (stream) =>
    stream.fill(Math.min(share, GRANTS_A_QUERY)),
  );
  reads.take(read.reduce((sum, items) => sum + items, 0));
  return streams.filter(({ head }) => head !== undefined);
}

/** The grants of one principal in the order of their documents, read page by page. */
class PrincipalGrants {
  readonly #table: Table;
  readonly #principal: Principal;
  readonly #after: string;
  #items: readonly Item[] = [];
  #at = 0;
  #next: StartKey | 'beginning' | undefined = 'beginning';

  constructor(table: Table, principal: Principal, after: string | undefined) {
    this.#table = table;
    this.#principal = principal;
    this.#after = after ?? '';
  }

  /** The next grant's item; undefined if the stream is dry. */
  get head(): Item | undefined {
    return this.#items[this.#at];
  }

  /** True if every grant that was read is taken and there may be more to read. */
  get isDry(): boolean {
    return this.head === undefined && this.#next !== undefined;
  }

  /** Takes the next grant's item from the stream. */
  take(): Item[] {
    const { head } = this;
    this.#at += 1;
    return head ? [head] : [];
  }

  /**
   * Reads until there is a next grant or the stream has ended. A page of a query can be empty and not the last.
   *
   * @param limit - the most grants to read
   * @returns the number of grants that were read
   */
  async fill(limit: number): Promise<number> {
    while (this.isDry) {
      const start = this.#next === 'beginning' ? undefined : this.#next;
      const page = await this.#table.query(grantsTo(this.#principal, this.#after), {
        index: BY_PRINCIPAL,
        limit,
        ...(start && { start }),
      });
      this.#items = page.items;
      this.#at = 0;
      this.#next = page.next;
    }
    return this.#items.length;
  }
}
