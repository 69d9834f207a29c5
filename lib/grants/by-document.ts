import { inParallel } from '../runtime/parallel.ts';
import type { Grant } from './grant.ts';
import { grantFromItem } from './item.ts';
import {
  type Item,
  type StartKey,
  type Table,
  documentOfPartition,
  grantsTo,
  BY_PRINCIPAL,
} from '../table/index.ts';
import type { Principal } from '../identity/index.ts';

/** A document and the grants of some principals on it, expired ones included. */
export interface GrantedDocument {
  readonly documentId: string;
  readonly grants: readonly Grant[];
}

/** The most queries at a time, one a principal; the AWS SDK keeps 50 connections. */
const QUERIES_AT_A_TIME = 32;

/**
 * Lists all documents on which any of the principals has a grant, each once, in the order of their ids. It reads an
 * eventually consistent index: a change can take a moment to show.
 *
 * @param after - the list begins behind this document; undefined = with the first
 * @param pageSize - the number of grants in one query of a principal
 */
export async function* grantsByDocument(
  table: Table,
  principals: readonly Principal[],
  after: string | undefined,
  pageSize: number,
): AsyncGenerator<GrantedDocument> {
  const all = principals.map((principal) => new PrincipalGrants(table, principal, after, pageSize));
  let streams = await filled(all);
  while (streams.length > 0) {
    const partition = streams
      .map(({ head }) => head?.pk ?? '')
      .reduce((one, other) => (other < one ? other : one));
    const items = streams.flatMap((stream) => (stream.head?.pk === partition ? stream.take() : []));
    yield {
      documentId: documentOfPartition(partition),
      grants: items.flatMap((item) => grantFromItem(item) ?? []),
    };
    streams = await filled(streams);
  }
}

/** Reads the next page of every stream that is dry, and drops the streams that have ended. */
async function filled(streams: readonly PrincipalGrants[]): Promise<PrincipalGrants[]> {
  await inParallel(
    streams.filter((stream) => stream.isDry),
    QUERIES_AT_A_TIME,
    (stream) => stream.fill(),
  );
  return streams.filter(({ head }) => head !== undefined);
}

/** The grants of one principal in the order of their documents, read page by page. */
class PrincipalGrants {
  readonly #table: Table;
  readonly #principal: Principal;
  readonly #after: string;
  readonly #pageSize: number;
  #items: readonly Item[] = [];
  #at = 0;
  #next: StartKey | 'beginning' | undefined = 'beginning';

  constructor(table: Table, principal: Principal, after: string | undefined, pageSize: number) {
    this.#table = table;
    this.#principal = principal;
    this.#after = after ?? '';
    this.#pageSize = pageSize;
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

  /** Reads until there is a next grant or the stream has ended. A page of a query can be empty and not the last. */
  async fill(): Promise<void> {
    while (this.isDry) {
      const start = this.#next === 'beginning' ? undefined : this.#next;
      const page = await this.#table.query(grantsTo(this.#principal, this.#after), {
        index: BY_PRINCIPAL,
        limit: this.#pageSize,
        ...(start && { start }),
      });
      this.#items = page.items;
      this.#at = 0;
      this.#next = page.next;
    }
  }
}
