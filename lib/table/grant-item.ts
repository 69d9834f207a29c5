import * as z from 'zod/mini';
import { principalKey, type Principal } from '../identity/index.ts';
import { DAY, type Seconds } from '../runtime/time.ts';
import { DueAttributes, dueOf } from './due-attributes.ts';
import { NOTHING_THERE } from './expressions.ts';
import { grantKey, isGrantKey } from './keys.ts';
import type { Expression, Item, Key } from './table.ts';

// docs/table.md and the type `Grant` explain the attributes.
const GrantAttributes = z.object({
  role: z.string(),
  layers: z.array(z.string()),
  privateLayer: z._default(z.boolean(), false),
  defaultGroup: z.exactOptional(z.string()),
  expiresAt: z.exactOptional(z.int()),
  grantedBy: z.string(),
  grantedAt: z.int(),
  etag: z.string(),
});

/** The attributes of a grant's item. */
export type GrantAttributes = z.output<typeof GrantAttributes>;

// A mark can be on a grant or on a tombstone.
const MarkAttributes = z.extend(DueAttributes, { revoking: z.string() });

/** The attributes of a mark: the name of the change, and the place in the index of due work. */
export type MarkAttributes = z.output<typeof MarkAttributes> & DueAttributes;

/** Tells whether an item of a document's partition is a grant. The tombstone of a removed grant is not. */
export function isGrantItem(item: Item): boolean {
  return isGrantKey(item) && item['removed'] !== true;
}

/** Reads the attributes of a grant's item; undefined if the item is not a readable grant. */
export function grantAttributes(item: Item): GrantAttributes | undefined {
  return isGrantItem(item) ? z.safeParse(GrantAttributes, item).data : undefined;
}

/** Makes a grant's item. Its attribute `principal` is its partition in the index {@link BY_PRINCIPAL}. */
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
    // DynamoDB deletes the item some time after this. Until then the grant is expired and does not count.
    ...(expiresAt !== undefined && { ttl: expiresAt }),
  };
}

/**
 * Makes the tombstone that replaces a removed grant for a day. It grants nothing. It has no attribute `principal`, so
 * the index does not list it.
 *
 * @param at - the moment of the removal, Unix seconds
 */
export function grantTombstone(key: Key, etag: string, at: Seconds): Item {
  return { pk: key.pk, sk: key.sk, removed: true, etag, ttl: at + DAY };
}

/** Makes the condition that a grant's place has not changed since it was read: every change gives a new etag. */
export function grantUnchanged(item: Item | undefined): Expression {
  if (item === undefined) return NOTHING_THERE;
  const { etag } = item;
  return etag === undefined
    ? { text: 'attribute_not_exists(etag)' }
    : { text: 'etag = :etag', values: { ':etag': etag } };
}

/** Reads the mark on an item; undefined if it has none. */
export function markAttributes(item: Item | undefined): MarkAttributes | undefined {
  const due = item && dueOf(item);
  const { data } = z.safeParse(MarkAttributes, item);
  return due && data && { ...data, ...due };
}

const MarkWalk = z.object({ next: z.record(z.string(), z.string()), passedOver: z.int() });

/**
 * The progress of the walk over the holders on whose account an item has its mark: the position of the next page, and the
 * number of holders before it that could not be raised.
 */
export type MarkWalk = z.output<typeof MarkWalk>;

const WithWalk = z.object({ underWay: MarkWalk });

/** Reads the walk of the mark on an item; undefined if it has to begin with the first page. */
export function markWalk(item: Item): MarkWalk | undefined {
  return z.safeParse(WithWalk, item).data?.underWay;
}

const MarkName = z.pick(MarkAttributes, { revoking: true });

/** Reads the name of the mark on an item; undefined if it has none. */
export function markName(item: Item | undefined): string | undefined {
  return z.safeParse(MarkName, item).data?.revoking;
}
