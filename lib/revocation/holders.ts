import { UnreadableItemError } from '../runtime/errors.ts';
import { DAY, HOUR, type Milliseconds, type Seconds } from '../runtime/time.ts';
import {
  holderAttributes,
  holderItem,
  NOTHING_THERE,
  TTL_NAME,
  type Expression,
  type Item,
  type Key,
  type Table,
} from '../table/index.ts';

/**
 * A user who may hold live tokens for a document. No token is stored: all tokens of one holder and epoch share a `jti`,
 * and revoking that one family ends them all.
 */
export interface Holder {
  /** The number of the current family: milliseconds since the Unix epoch when the item was made or last revoked. */
  readonly epoch: Milliseconds;
  /** When the epoch began or a principal was last added, whichever is later; milliseconds since the Unix epoch. */
  readonly namedAt: Milliseconds;
  /** No token of the family lives longer than this; Unix seconds, a whole hour. */
  readonly holdsUntil: Seconds;
  /** The principals whose grants the family's live tokens were built from, by their keys. */
  readonly builtFrom: ReadonlySet<string>;
  /** The families that were revoked but not yet confirmed by Document Engine: epoch → its `holdsUntil`. */
  readonly pending: Readonly<Record<string, Seconds>>;
}

/** A holder and the place of its item. */
export interface HolderAt {
  readonly key: Key;
  readonly holder: Holder;
}

/** The least that a holder item must say before a token may be signed. */
export interface HolderNeed {
  /** The token's expiry, Unix seconds. */
  readonly expiresAt: Seconds;
  /** The keys of the principals whose grants it is built from. */
  readonly builtFrom: ReadonlySet<string>;
}

/**
 * Reads a holder from its item.
 *
 * @throws UnreadableItemError if the item cannot be read: a token whose family is not known could not be revoked.
 */
export function holderFromItem(item: Item): Holder {
  const attributes = holderAttributes(item);
  if (attributes === undefined) throw new UnreadableItemError('holder', item);
  return attributes;
}

/**
 * Reads holders from their items.
 *
 * @param onUnreadable - told of each item that cannot be read; it is left out, so that it does not keep the others waiting
 */
export function readableHolders(
  items: readonly Item[],
  onUnreadable: (item: Item, error: unknown) => void,
): HolderAt[] {
  return items.flatMap((item) => {
    try {
      return [{ key: { pk: item.pk, sk: item.sk }, holder: holderFromItem(item) }];
    } catch (error) {
      onUnreadable(item, error);
      return [];
    }
  });
}

/** Tells whether the item says already all that a token needs it to say. */
export function satisfies(holder: Holder, need: HolderNeed): boolean {
  return holder.holdsUntil >= need.expiresAt && need.builtFrom.isSubsetOf(holder.builtFrom);
}

/**
 * Makes or grows the holder item so that it says all that a token needs. Always on the condition that the epoch is the one
 * that was read (or that there is still no item), so a revocation in between makes the mint start over.
 *
 * @param holder - as it was read; undefined if there was none
 * @param now - milliseconds since the Unix epoch
 * @returns the item as it is now known to be, or undefined if the condition failed.
 */
export async function growHolder(
  table: Table,
  key: Key,
  holder: Holder | undefined,
  need: HolderNeed,
  now: Milliseconds,
): Promise<Holder | undefined> {
  const holdsUntil = Math.max(holder?.holdsUntil ?? 0, Math.ceil(need.expiresAt / HOUR) * HOUR);
  const added = need.builtFrom.difference(holder?.builtFrom ?? new Set());
  const grown: Holder = {
    epoch: holder?.epoch ?? now,
    namedAt: added.size > 0 ? now : (holder?.namedAt ?? now),
    holdsUntil,
    builtFrom: (holder?.builtFrom ?? new Set<string>()).union(need.builtFrom),
    pending: holder?.pending ?? {},
  };
  const ttl = ttlOf(grown, now);
  const written =
    holder === undefined
      ? await table.put(holderItem(key, grown, ttl), NOTHING_THERE)
      : await table.update(
          key,
          added.size > 0 ? growth(holdsUntil, ttl, added, now) : growth(holdsUntil, ttl),
          // A mint that ran beside this one may have grown the item further: it must never shrink.
          { text: 'epoch = :epoch AND holdsUntil <= :holdsUntil', values: { ':epoch': holder.epoch } },
        );
  return written ? grown : undefined;
}

/** Computes when the item may go: a day after nothing of the holder matters any more, Unix seconds. */
export function ttlOf({ holdsUntil, pending }: Holder, now: Milliseconds): Seconds {
  return Math.max(Math.ceil(now / 1000), holdsUntil, ...Object.values(pending)) + DAY;
}

function growth(
  holdsUntil: Seconds,
  ttl: Seconds,
  added?: ReadonlySet<string>,
  now?: Milliseconds,
): Expression {
  const text = 'SET holdsUntil = :holdsUntil, #ttl = :ttl';
  const values = { ':holdsUntil': holdsUntil, ':ttl': ttl };
  const names = TTL_NAME;
  if (added === undefined) return { text, values, names };
  return {
    text: `${text}, namedAt = :now ADD builtFrom :added`,
    values: { ...values, ':now': now, ':added': added },
    names,
  };
}
