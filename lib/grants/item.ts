import * as z from 'zod/mini';
import { type Item, type Key } from '../table/table.ts';
import { type Grant } from './grant.ts';
import { principalFromKey, principalKey, type Principal } from '../identity/principals.ts';

/** What the sort key of every grant of a document begins with. */
export const GRANT = 'GRANT#';

const DOCUMENT = 'DOC#';
const DAY = 86_400;

/** The partition that holds everything about a document. */
export function documentPartition(documentId: string): string {
  return DOCUMENT + documentId;
}

/** The document of a partition that {@link documentPartition} named. */
export function documentOfPartition(partition: string): string {
  return partition.slice(DOCUMENT.length);
}

/** The key of the grant that a principal has on a document; there is at most one. */
export function grantKey(documentId: string, principal: Principal): Key {
  return { pk: documentPartition(documentId), sk: GRANT + principalKey(principal) };
}

/** The principal whose grant lies under a key; undefined where the key is of none. */
export function principalOfGrant({ sk }: Key): Principal | undefined {
  return sk.startsWith(GRANT) ? principalFromKey(sk.slice(GRANT.length)) : undefined;
}

/** Whether an item of a document's partition is a grant. What is left of a removed one is none. */
export function isGrantItem(item: Item): boolean {
  return item.sk.startsWith(GRANT) && item['removed'] !== true;
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
  const principal = isGrantItem(item) ? principalOfGrant(item) : undefined;
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

/**
 * What stays in the place of a removed grant for a day. It grants nothing, and without `principal` the index does not
 * list it.
 *
 * @param at - when the grant is removed, Unix seconds
 */
export function tombstone(key: Key, etag: string, at: number): Item {
  return { pk: key.pk, sk: key.sk, removed: true, etag, ttl: at + DAY };
}
