import { randomUUID } from 'node:crypto';
import { toMilliseconds, type Seconds } from '../runtime/time.ts';
import type { Grant } from './grant.ts';
import { grantFromItem, grantToItem } from './item.ts';
import {
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
import { principalKey, type Principal } from '../identity/index.ts';
import { markIn, newMark, type Mark } from '../revocation/index.ts';

/** The place of one principal's grant on a document, as it was read. */
export interface Slot {
  readonly documentId: string;
  readonly key: Key;
  /** The item that lies there: a grant, or the tombstone of a removed one. */
  readonly item?: Item;
  /** The grant, expired or not; absent if none lies there, or none that can be read. */
  readonly grant?: Grant;
}

/** The trace of a change of a grant. */
interface Written {
  /** The name of this change on the item, if live tokens have to be revoked. */
  readonly mark?: string;
}

/** The content of a grant, which is decided; its maker, time and etag come with the writing. */
export type GrantContent = Pick<Grant, 'role' | 'layers' | 'privateLayer' | 'defaultGroup' | 'expiresAt'>;

/** The grants in the table. */
export class GrantStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Sets the one grant of a principal on a document, in the place of any that lies there. */
  async put(documentId: string, grant: Grant): Promise<void> {
    await this.#table.put(grantToItem(documentId, grant));
  }

  /**
   * Reads the places of some principals' grants on a document; strongly consistent, one pass.
   *
   * @returns one each, in the order of the principals
   */
  async read(documentId: string, principals: readonly Principal[]): Promise<Slot[]> {
    const keys = new Map(
      principals.map((principal) => [principalKey(principal), grantKey(documentId, principal)]),
    );
    const items = new Map((await this.#table.batchGet([...keys.values()])).map((item) => [item.sk, item]));
    return principals.map((principal) => {
      const key = grantKey(documentId, principal);
      return slotOf(documentId, key, items.get(key.sk));
    });
  }

  /**
   * Goes through the places of a document's grants by principal key; strongly consistent, page by page as far as it is
   * taken.
   *
   * @param after - begins behind this principal's
   * @param pageSize - the number of places that are read at a time
   */
  async *slots(documentId: string, pageSize: number, after?: Principal): AsyncGenerator<Slot> {
    let start: StartKey | undefined = after && { ...grantKey(documentId, after) };
    do {
      const page = await this.#table.query(grantsOf(documentId), {
        limit: pageSize,
        ...(start && { start }),
      });
      for (const item of page.items) yield slotOf(documentId, { pk: item.pk, sk: item.sk }, item);
      start = page.next;
    } while (start);
  }

  /**
   * Sets a grant, unless its place has changed since it was read.
   *
   * @param at - since the Unix epoch
   * @param narrowed - whether it allows less than what is there, so that live tokens have to be revoked
   * @returns the grant as it now is; undefined if the place has changed.
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
   * Removes what lies in a place, unless it has changed since it was read.
   *
   * @param at - since the Unix epoch
   * @returns undefined if the place has changed.
   */
  async remove(slot: Slot, at: Seconds): Promise<Required<Written> | undefined> {
    const mark = newMark(slot.key, toMilliseconds(at));
    const removed = await this.#write(slot, grantTombstone(slot.key, randomUUID(), at), mark);
    return removed ? { mark: mark.revoking } : undefined;
  }

  /**
   * Every change of a grant that depends on what was there is this one conditional write. A mark that an earlier change
   * left stays until it is cleared, and while there is one, DynamoDB must not delete the item.
   */
  #write(slot: Slot, item: Item, mark: Mark | undefined): Promise<boolean> {
    const left = mark ?? markIn(slot.item);
    const { ttl: _, ...lasting } = item;
    return this.#table.put(left ? { ...lasting, ...left } : item, grantUnchanged(slot.item));
  }
}

function slotOf(documentId: string, key: Key, item: Item | undefined): Slot {
  const grant = item && grantFromItem(item);
  return { documentId, key, ...(item && { item }), ...(grant && { grant }) };
}

/** Tells whether something lies in a place that is or was meant to be a grant; the tombstone of a removed one does not count. */
export function isOccupied({ item }: Slot): boolean {
  return item !== undefined && isGrantItem(item);
}
