import * as z from 'zod/mini';
import { type Item, type Key, type Table } from '../table.ts';
import { type Grant } from './grant.ts';
import { principalFromKey, principalKey, type Principal } from './principals.ts';

const GRANT = 'GRANT#';

/** The partition that holds everything about a document. */
export function documentPartition(documentId: string): string {
  return `DOC#${documentId}`;
}

/** The key of the grant that a principal has on a document; there is at most one. */
export function grantKey(documentId: string, principal: Principal): Key {
  return { pk: documentPartition(documentId), sk: GRANT + principalKey(principal) };
}

/** Whether an item of a document's partition is a grant. */
export function isGrantItem(item: Item): boolean {
  return item.sk.startsWith(GRANT);
}

const GrantAttributes = z.object({
  role: z.string(),
  layers: z.array(z.string()),
  privateLayer: z._default(z.boolean(), false),
  defaultGroup: z.optional(z.string()),
  expiresAt: z.optional(z.int()),
  grantedBy: z.string(),
  grantedAt: z.int(),
  etag: z.string(),
});

/** Reads a grant from its item; undefined where the item is not one that can be read, and so grants nothing. */
export function grantFromItem(item: Item): Grant | undefined {
  const principal = item.sk.startsWith(GRANT) ? principalFromKey(item.sk.slice(GRANT.length)) : undefined;
  const attributes = z.safeParse(GrantAttributes, item);
  if (principal === undefined || !attributes.success) return undefined;
  const { defaultGroup, expiresAt, ...rest } = attributes.data;
  return {
    principal,
    ...rest,
    ...(defaultGroup !== undefined && { defaultGroup }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Writes a grant as its item. `principal` is the key of the index that lists a principal's documents. */
export function grantToItem(documentId: string, { principal, ...attributes }: Grant): Item {
  return {
    ...grantKey(documentId, principal),
    principal: principalKey(principal),
    ...attributes,
    // DynamoDB deletes the item some time after; what has expired does not count before that either.
    ...(attributes.expiresAt !== undefined && { ttl: attributes.expiresAt }),
  };
}

/** The grants in the table. */
export class GrantStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Sets the one grant of a principal on a document. */
  async put(documentId: string, grant: Grant): Promise<void> {
    await this.#table.put(grantToItem(documentId, grant));
  }
}
