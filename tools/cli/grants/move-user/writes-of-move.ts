import { randomUUID } from 'node:crypto';
import {
  grantToItem,
  writeInto,
  type ConditionalPut,
  type Grant,
  type Slot,
} from '../../../../lib/grants/index.ts';
import { newMark } from '../../../../lib/revocation/index.ts';
import { toMilliseconds, type Seconds } from '../../../../lib/runtime/time.ts';
import { grantTombstone, grantUnchanged, type Expression, type Key } from '../../../../lib/table/index.ts';

/** A write of a transaction; without an item, only a condition on the item with this key. */
export type ConditionalWrite = ConditionalPut | { readonly key: Key; readonly condition: Expression };

/**
 * Makes the writes that move a grant from one place of a document to another. They belong into one transaction: a person never has
 * both grants or none, a document with an owner always has one, and no change of the two places in between is lost.
 *
 * The grant in the former place is removed as any other is: its tombstone has a mark, so that the live tokens are revoked.
 *
 * @param from - the place that loses its grant
 * @param to - the place that gets one; it must be on the same document
 * @param grant - the grant for the new place; undefined if the one there stays
 * @param narrowed - true if `grant` allows less than the one in its place, so that live tokens must be revoked
 * @param at - the moment of the move, since the Unix epoch
 */
export function writesOfMove(
  from: Slot,
  to: Slot,
  grant: Omit<Grant, 'etag'> | undefined,
  narrowed: boolean,
  at: Seconds,
): readonly [ConditionalWrite, ConditionalPut] {
  const now = toMilliseconds(at);
  const removal = writeInto(from, grantTombstone(from.key, randomUUID(), at), newMark(from.key, now));
  if (grant === undefined) return [{ key: to.key, condition: grantUnchanged(to.item) }, removal];
  const item = grantToItem(to.documentId, { ...grant, etag: randomUUID() });
  return [writeInto(to, item, narrowed ? newMark(to.key, now) : undefined), removal];
}
