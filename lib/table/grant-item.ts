import * as z from 'zod/mini';
import { principalKey, type Principal } from '../identity/index.ts';
import { DAY, type Seconds } from '../runtime/time.ts';
import { grantKey, isGrantKey } from './keys.ts';
import { type Item, type Key } from './table.ts';

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

/** The attributes of a grant's item. */
export type GrantAttributes = z.output<typeof GrantAttributes>;

/** Whether an item of a document's partition is a grant. What is left of a removed one is none. */
export function isGrantItem(item: Item): boolean {
  return isGrantKey(item) && item['removed'] !== true;
}

/** Reads the attributes of a grant's item; undefined where they cannot be read. */
export function grantAttributes(item: Item): GrantAttributes | undefined {
  return isGrantItem(item) ? z.safeParse(GrantAttributes, item).data : undefined;
}

/** A grant's item. `principal` is its partition in the index of what each principal was granted. */
export function grantItem(
  documentId: string,
  principal: Principal,
  attributes: Readonly<Record<string, unknown>> & { readonly expiresAt?: Seconds },
): Item {
  const { expiresAt } = attributes;
  return {
    ...grantKey(documentId, principal),
    principal: principalKey(principal),
    ...attributes,
    // DynamoDB deletes the item some time after; what has expired does not count before that either.
    ...(expiresAt !== undefined && { ttl: expiresAt }),
  };
}

/**
 * The tombstone that stays in the place of a removed grant for a day. It grants nothing, and without `principal` the index does
 * not list it.
 *
 * @param at - when the grant is removed, Unix seconds
 */
export function grantTombstone(key: Key, etag: string, at: Seconds): Item {
  return { pk: key.pk, sk: key.sk, removed: true, etag, ttl: at + DAY };
}
