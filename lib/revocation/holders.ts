import * as z from 'zod/mini';
import { type Expression, type Item, type Key, type Table } from '../table/index.ts';
import { UnreadableItemError } from '../runtime/errors.ts';
import { HOUR, DAY } from '../runtime/time.ts';

/**
 * A user who may hold live tokens for a document. No token is stored: all tokens of one holder and epoch share a `jti`,
 * and revoking that one family ends them all.
 */
export interface Holder {
  /** The number of the current family: milliseconds since the Unix epoch when the item was made or last revoked. */
  readonly epoch: number;
  /** When the epoch began or a principal was last added, whichever is later; milliseconds since the Unix epoch. */
  readonly namedAt: number;
  /** No token of the family lives longer than this; Unix seconds, a whole hour. */
  readonly holdsUntil: number;
  /** The principals whose grants the family's live tokens were built from, by their keys. */
  readonly builtFrom: ReadonlySet<string>;
  /** The families that were revoked but not yet confirmed by Document Engine: epoch → its `holdsUntil`. */
  readonly pending: Readonly<Record<string, number>>;
}

/** What a token needs its holder item to say before it may be signed. */
export interface HolderNeed {
  /** The token's expiry, Unix seconds. */
  readonly expiresAt: number;
  /** The keys of the principals whose grants it is built from. */
  readonly builtFrom: ReadonlySet<string>;
}

const HolderAttributes = z.object({
  epoch: z.int(),
  namedAt: z.int(),
  holdsUntil: z.int(),
  builtFrom: z._default(z.set(z.string()), new Set()),
  pending: z._default(z.record(z.string(), z.int()), {}),
});

/**
 * Reads a holder from its item.
 *
 * @throws UnreadableItemError if the item cannot be read: a token whose family is not known could not be revoked.
 */
export function holderFromItem(item: Item): Holder {
  const attributes = z.safeParse(HolderAttributes, item);
  if (!attributes.success) throw new UnreadableItemError('holder', item);
  return attributes.data;
}

/** Whether the item says already what a token needs it to say. */
export function satisfies(holder: Holder, need: HolderNeed): boolean {
  return holder.holdsUntil >= need.expiresAt && need.builtFrom.isSubsetOf(holder.builtFrom);
}

/**
 * Makes or grows the holder item so that it says what a token needs. Always on the condition that the epoch is the one
 * that was read (or that there is still no item), so a revocation in between makes the mint start over.
 *
 * @param holder - as it was read; undefined where there was none
 * @param now - milliseconds since the Unix epoch
 * @returns the item as it is now known to be, or undefined where the condition failed.
 */
export async function growHolder(
  table: Table,
  key: Key,
  holder: Holder | undefined,
  need: HolderNeed,
  now: number,
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
      ? await table.put({ ...key, principal: key.sk, ...grown, ttl }, { text: 'attribute_not_exists(pk)' })
      : await table.update(
          key,
          added.size > 0 ? growth(holdsUntil, ttl, added, now) : growth(holdsUntil, ttl),
          // A mint that ran beside this one may have grown the item further: it must never shrink.
          { text: 'epoch = :epoch AND holdsUntil <= :holdsUntil', values: { ':epoch': holder.epoch } },
        );
  return written ? grown : undefined;
}

/** A day after nothing of the holder matters any more, Unix seconds. */
export function ttlOf({ holdsUntil, pending }: Holder, now: number): number {
  return Math.max(Math.ceil(now / 1000), holdsUntil, ...Object.values(pending)) + DAY;
}

function growth(holdsUntil: number, ttl: number, added?: ReadonlySet<string>, now?: number): Expression {
  const text = 'SET holdsUntil = :holdsUntil, #ttl = :ttl';
  const values = { ':holdsUntil': holdsUntil, ':ttl': ttl };
  const names = { '#ttl': 'ttl' };
  if (added === undefined) return { text, values, names };
  return {
    text: `${text}, namedAt = :now ADD builtFrom :added`,
    values: { ...values, ':now': now, ':added': added },
    names,
  };
}
