import { DAY, HOUR, type Milliseconds, type Seconds } from '../runtime/time.ts';
import {
  holderAttributes,
  holderItem,
  LANDS_WITHIN,
  NOTHING_THERE,
  TTL_NAME,
  type Expression,
  type Item,
  type Key,
  type Table,
  unreadableItem,
} from '../table/index.ts';

/**
 * A user with possibly live tokens for a document. No token is stored: all tokens of one holder and epoch share a
 * `jti`, and revoking that one family ends them all.
 */
export interface Holder {
  /** The number of the current family: milliseconds since the Unix epoch when the item was made or last revoked. */
  readonly epoch: Milliseconds;
  /**
   * A moment by which the last change of the epoch or of `builtFrom` was certainly carried out; milliseconds since the
   * Unix epoch. The change can be earlier. The moment of writing would not do: the request can be under way for minutes, beside a mint that relies on it.
   */
  readonly namedAt: Milliseconds;
  /** The latest expiry of the family's tokens, rounded up to a whole hour; Unix seconds. */
  readonly holdsUntil: Seconds;
  /** The keys of the principals that gave the grants for the family's tokens. */
  readonly builtFrom: ReadonlySet<string>;
  /** The revoked families that Document Engine has not confirmed yet: epoch → its `holdsUntil`. */
  readonly pending: Readonly<Record<string, Seconds>>;
}

/** A holder and the key of its item. */
export interface HolderAt {
  readonly key: Key;
  readonly holder: Holder;
}

/** The least that a holder item must record before a token may be signed. */
export interface HolderNeed {
  /** The token's expiry, Unix seconds. */
  readonly expiresAt: Seconds;
  /** The keys of the principals of the grants that it is built from. */
  readonly builtFrom: ReadonlySet<string>;
}

/**
 * Reads a holder from its item.
 *
 * @throws UnreadableItemError if the item cannot be read: without its family, a token could not be revoked
 */
export function holderFromItem(item: Item): Holder {
  const attributes = holderAttributes(item);
  if (attributes === undefined) throw unreadableItem('holder', item);
  return attributes;
}

/**
 * Reads holders from their items.
 *
 * @param onUnreadable - receives each item that cannot be read. Such an item is left out, so that the others do not
 * wait for it.
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

/** Tells whether the item already records all that a token needs. */
export function satisfies(holder: Holder, need: HolderNeed): boolean {
  return holder.holdsUntil >= need.expiresAt && need.builtFrom.isSubsetOf(holder.builtFrom);
}

/** Tells whether a token may have been signed in the current family. If not, raising the holder would end nothing. */
export function hasSigned({ holdsUntil, builtFrom }: Holder): boolean {
  return holdsUntil > 0 || builtFrom.size > 0;
}

/**
 * Makes or grows the holder item so that it records all that a token needs. The write has the condition that the epoch
 * is as read, or that there is still no item. So a revocation in between makes the mint start over.
 *
 * @param holder - the holder as read; undefined if there was none
 * @param now - milliseconds since the Unix epoch
 * @returns the holder as written; undefined if the condition failed
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
    namedAt: added.size > 0 || holder === undefined ? now + LANDS_WITHIN : holder.namedAt,
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
          added.size > 0 ? growth(holdsUntil, ttl, added, grown.namedAt) : growth(holdsUntil, ttl),
          // Another mint may have grown the item further meanwhile. It must never shrink.
          { text: 'epoch = :epoch AND holdsUntil <= :holdsUntil', values: { ':epoch': holder.epoch } },
        );
  return written ? grown : undefined;
}

/** Computes the item's `ttl`: a day after its last token and its last pending family, Unix seconds. */
export function ttlOf({ holdsUntil, pending }: Holder, now: Milliseconds): Seconds {
  return Math.max(Math.ceil(now / 1000), holdsUntil, ...Object.values(pending)) + DAY;
}

function growth(
  holdsUntil: Seconds,
  ttl: Seconds,
  added?: ReadonlySet<string>,
  namedAt?: Milliseconds,
): Expression {
  const text = 'SET holdsUntil = :holdsUntil, #ttl = :ttl';
  const values = { ':holdsUntil': holdsUntil, ':ttl': ttl };
  const names = TTL_NAME;
  if (added === undefined) return { text, values, names };
  return {
    text: `${text}, namedAt = :namedAt ADD builtFrom :added`,
    values: { ...values, ':namedAt': namedAt, ':added': added },
    names,
  };
}
