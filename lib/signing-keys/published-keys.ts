import type { KeyObject } from 'node:crypto';
import type { Seconds } from '../runtime/time.ts';
import {
  CHANGED,
  KEYS_PARTITION,
  publishedKeyAttributes,
  publishedKeyItem,
  publishedKeyKey,
  untilUnchanged,
  type Expression,
  type Item,
  type Table,
} from '../table/index.ts';
import { isAlgorithm, type Algorithm } from './algorithms.ts';
import { SupersededSigningKeyError } from './errors.ts';
import { spkiOf } from './pem.ts';

/** A key without an end. `pending`: Document Engine has it, but no token is signed with it yet. `current`: it signs. */
interface Unended {
  readonly state: 'pending' | 'current';
  readonly verifiesUntil?: never;
}

/**
 * A key with an end. `previous`: it signed, and its tokens may live until `verifiesUntil`. `dropped`: it was discarded at
 * `verifiesUntil`, and none of its tokens counts.
 */
interface Ended {
  readonly state: 'previous' | 'dropped';
  readonly verifiesUntil: Seconds;
}

/**
 * The public part of a signing key, as the JWKS, token inspection and rotation read it from the table. It never contains the
 * private half.
 */
export type PublishedKey = (Unended | Ended) & {
  readonly kid: string;
  readonly alg: Algorithm;
  /** SPKI PEM. */
  readonly publicKey: string;
  /** The longest life of a token that it may have signed. */
  readonly longestLife: Seconds;
  /** The moment at which it was made, in Unix seconds. Absent if no rotation made it, or one of version 0.1.0. */
  readonly createdAt?: Seconds;
  /**
   * The ids of its entries in Document Engine's list, expired ones included: the pending one, the current one, and the one that
   * outlives its replacement. Absent if it has none, or none since a version after 0.1.0 has rotated.
   */
  readonly entryIds?: ReadonlySet<number>;
};

/** The part of a key pair that can be published. */
interface PublicSigningKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly publicKey: KeyObject;
}

function publishedKeyFromItem(item: Item): PublishedKey | undefined {
  const attributes = publishedKeyAttributes(item);
  return attributes && isAlgorithm(attributes.alg) ? { ...attributes, alg: attributes.alg } : undefined;
}

/** Tells whether tokens of this key can be accepted at a moment, in Unix seconds. */
export function nowVerifies(key: PublishedKey, at: Seconds): boolean {
  return key.state !== 'dropped' && (key.verifiesUntil === undefined || at < key.verifiesUntil);
}

/** Reads all published keys, in the order of their `kid`. Keys that ended in the last 30 days are included. */
export async function readPublishedKeys(table: Table): Promise<PublishedKey[]> {
  const { items } = await table.query({ text: 'pk = :keys', values: { ':keys': KEYS_PARTITION } });
  return items.flatMap((item) => publishedKeyFromItem(item) ?? []);
}

/**
 * Changes a published key: reads it, applies `change`, and writes the result on the condition that state, longest life and entries
 * are still the same.
 *
 * @param change - receives the published key, or undefined if there is none. Returns the new one, or undefined to leave it. It
 * is called again if another process has changed the key first
 * @returns the key as it is published now
 */
export async function changePublishedKey(
  table: Table,
  kid: string,
  change: (published: PublishedKey | undefined) => PublishedKey | undefined,
): Promise<PublishedKey | undefined> {
  return untilUnchanged('change a published key', async () => {
    const [item] = await table.batchGet([publishedKeyKey(kid)]);
    const before = item && publishedKeyFromItem(item);
    const after = change(before);
    if (after === undefined) return before;
    return (await table.put(publishedKeyItem(after), stillAs(before))) ? after : CHANGED;
  });
}

function stillAs(before: PublishedKey | undefined): Expression {
  if (before === undefined) return { text: 'attribute_not_exists(pk)' };
  const { longestLife, state, entryIds } = before;
  return {
    text: `longestLife = :life AND #state = :state AND ${entryIds ? 'entryIds = :ids' : 'attribute_not_exists(entryIds)'}`,
    values: { ':life': longestLife, ':state': state, ...(entryIds && { ':ids': entryIds }) },
    names: { '#state': 'state' },
  };
}

/**
 * Publishes a key as pending or current. A key that is published already can only become current.
 *
 * @param key - `createdAt` is recorded when the key is published for the first time, and stays
 * @param longestLife - the longest life of a token that it may sign. The recorded value never shrinks
 * @param entryIds - ids of its entries in Document Engine's list; they join the recorded ones
 */
export async function publishKey(
  table: Table,
  key: PublicSigningKey & { readonly createdAt?: Seconds | undefined },
  state: 'pending' | 'current',
  longestLife: Seconds,
  entryIds: readonly number[] = [],
): Promise<void> {
  const { createdAt } = key;
  await changePublishedKey(table, key.kid, (published) => {
    const ids = new Set([...(published?.entryIds ?? []), ...entryIds]);
    const known = ids.size > 0 ? { entryIds: ids } : {};
    if (published === undefined) {
      return {
        ...firstPublished(key, state, longestLife),
        ...(createdAt !== undefined && { createdAt }),
        ...known,
      };
    }
    if (state === 'pending' || published.state === 'current')
      return ids.size === (published.entryIds?.size ?? 0) ? undefined : { ...published, ...known };
    const { verifiesUntil: _ended, ...rest } = published;
    return { ...rest, state, longestLife: Math.max(longestLife, rest.longestLife), ...known };
  });
}

function firstPublished(
  { kid, alg, publicKey }: PublicSigningKey,
  state: Unended['state'],
  longestLife: Seconds,
): PublishedKey {
  return { kid, alg, publicKey: spkiOf(publicKey), state, longestLife };
}

/**
 * Records that a process is about to sign with a key, and the longest life of its tokens. Every process that signs calls it
 * once for each key, before its first token. So a key that no rotation made is published by its first use. Rotation knows
 * the longest life of a key's tokens even if the stage's limit was raised and lowered since.
 *
 * A key that has been replaced may still sign, because its overlap allows for that. The life must not be longer than the one
 * that was recorded when the overlap was computed.
 *
 * @param longestLife - the longest life of a token that the process will sign
 * @throws SupersededSigningKeyError if the key must not sign any more
 */
export async function recordUse(table: Table, key: PublicSigningKey, longestLife: Seconds): Promise<void> {
  await changePublishedKey(table, key.kid, (published) => {
    if (published === undefined) return firstPublished(key, 'current', longestLife);
    if (published.state === 'dropped') throw new SupersededSigningKeyError();
    // Most processes find their life recorded, and write nothing. Only rotation changes states.
    if (published.longestLife >= longestLife) return undefined;
    if (published.state === 'previous') throw new SupersededSigningKeyError();
    return { ...published, longestLife };
  });
}
