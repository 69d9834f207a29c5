import { randomUUID } from 'node:crypto';
import { toMilliseconds, type Seconds } from '../runtime/time.ts';
import type { DecidingGrant, Grant } from './grant.ts';
import { grantFromItem, grantToItem } from './item.ts';
import { readGrantItems } from './reads/of-principals.ts';
import { RequestReads, TooManyItemsError } from './reads/request-reads.ts';
import {
  type Expression,
  type Item,
  type Key,
  type StartKey,
  type Table,
  grantKey,
  grantsOf,
  grantTombstone,
  grantUnchanged,
  isGrantItem,
} from '../table/index.ts';
import type { Principal } from '../identity/index.ts';
import { markIn, newMark, type Mark } from '../revocation/index.ts';

/** The place of one principal's grant on a document, as read. */
export interface Slot {
  readonly documentId: string;
  readonly key: Key;
  /** The item in this place: a grant, or the tombstone of a removed one; absent if the place is empty. */
  readonly item?: Item;
  /** The grant, expired or not; absent if there is no readable grant. */
  readonly grant?: Grant;
}

/** The result of a write. */
interface Written {
  /** The name of this change on the item; absent if no live tokens must be revoked. */
  readonly mark?: string;
}

/** The content of a grant. Its maker, time and etag are added when it is written. */
export type GrantContent = Omit<DecidingGrant, 'principal'>;

/** The grants in the table. */
export class GrantStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Sets the one grant of a principal on a document, and replaces any grant and mark in its place. Revokes nothing. */
  async put(documentId: string, grant: Grant): Promise<void> {
    await this.#table.put(grantToItem(documentId, grant));
  }

  /**
   * Reads the places of some principals' grants on a document; strongly consistent, but not a snapshot.
   *
   * @param reads - the reads of the request
   * @returns one slot for each principal, in the same order
   * @throws TooManyItemsError if too few items are left for this request
   */
  async read(
    documentId: string,
    principals: readonly Principal[],
    reads = new RequestReads(),
  ): Promise<Slot[]> {
    const itemsOn = await readGrantItems(this.#table, [documentId], principals, reads);
    const items = new Map(itemsOn(documentId).map((item) => [item.sk, item]));
    return principals.map((principal) => {
      const key = grantKey(documentId, principal);
      return slotOf(documentId, key, items.get(key.sk));
    });
  }

  /**
   * Lists the places of a document's grants in the order of their principals' keys; strongly consistent. It reads the
   * next page only when the reader takes it.
   *
   * @param pageSize - the number of places in one query
   * @param options - `after`: the list begins behind this principal's place; absent = with the first. `reads`: the
   * reads of the request; absent = they are not bounded
   * @throws TooManyItemsError if there are more places than items left
   */
  async *slots(
    documentId: string,
    pageSize: number,
    { after, reads }: { readonly after?: Principal | undefined; readonly reads?: RequestReads } = {},
  ): AsyncGenerator<Slot> {
    let start: StartKey | undefined = after && { ...grantKey(documentId, after) };
    do {
      const limit = Math.min(pageSize, reads?.left ?? pageSize);
      if (limit === 0) throw new TooManyItemsError();
      const page = await this.#table.query(grantsOf(documentId), { limit, ...(start && { start }) });
      reads?.take(page.items.length);
      for (const item of page.items) yield slotOf(documentId, { pk: item.pk, sk: item.sk }, item);
      start = page.next;
    } while (start);
  }

  /**
   * Sets a grant, unless its place has changed since it was read.
   *
   * @param at - the moment of the change, since the Unix epoch
   * @param narrowed - true if it allows less than the grant in its place, so that live tokens must be revoked
   * @returns the written grant; undefined if the place has changed
   */
  async set(
    slot: Slot,
    principal: Principal,
    content: GrantContent,
    by: string,
    at: Seconds,
    narrowed: boolean,
  ): Promise<(Written & { readonly grant: Grant }) | undefined> {
    const grant: Grant = { principal, ...content, grantedBy: by, grantedAt: at, etag: randomUUID() };
    const mark = narrowed ? newMark(slot.key, toMilliseconds(at)) : undefined;
    if (!(await this.#write(slot, grantToItem(slot.documentId, grant), mark))) return undefined;
    return { grant, ...(mark && { mark: mark.revoking }) };
  }

  /**
   * Removes the grant in a place, readable or not, unless the place has changed since it was read.
   *
   * @param at - the moment of the removal, since the Unix epoch
   * @returns undefined if the place has changed
   */
  async remove(slot: Slot, at: Seconds): Promise<Required<Written> | undefined> {
    const mark = newMark(slot.key, toMilliseconds(at));
    const removed = await this.#write(slot, grantTombstone(slot.key, randomUUID(), at), mark);
    return removed ? { mark: mark.revoking } : undefined;
  }

  #write(slot: Slot, item: Item, mark: Mark | undefined): Promise<boolean> {
    const { item: marked, condition } = writeInto(slot, item, mark);
    return this.#table.put(marked, condition);
  }
}

/** A write of a whole item, and its condition. */
export interface ConditionalPut {
  readonly item: Item;
  readonly condition: Expression;
}

/**
 * Makes the write of an item into a place, on the condition that the place is as it was read. A mark of an earlier change stays until
 * it is cleared. The item has no `ttl` until then: if DynamoDB deleted it, the revocation would be lost.
 *
 * @param mark - of this change; undefined if no live tokens must be revoked
 */
export function writeInto(slot: Slot, item: Item, mark: Mark | undefined): ConditionalPut {
  const left = mark ?? markIn(slot.item);
  const { ttl: _, ...lasting } = item;
  return { item: left ? { ...lasting, ...left } : item, condition: grantUnchanged(slot.item) };
}

function slotOf(documentId: string, key: Key, item: Item | undefined): Slot {
  const grant = item && grantFromItem(item);
  return { documentId, key, ...(item && { item }), ...(grant && { grant }) };
}

/** Tells whether a place holds a grant, readable or not. The tombstone of a removed grant does not count. */
export function isOccupied({ item }: Slot): boolean {
  return item !== undefined && isGrantItem(item);
}
