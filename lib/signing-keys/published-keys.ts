import { type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import { type Item, type Key, type Table } from '../table.ts';
import { ALGORITHMS, type Algorithm } from './algorithms.ts';

/** The partition of the published public keys; the sort key is the `kid`. */
export const KEYS_PARTITION = 'KEYS';

/**
 * What is published of a signing key, for those who verify: the JWKS, inspecting, and rotation. It never holds
 * anything private.
 *
 * `pending`: Document Engine has it, but nothing is signed with it yet. `current`: it signs. `previous`: it signed, and
 * its tokens may live until `verifiesUntil`. `dropped`: it was given up at once; nothing that it signed counts.
 */
export interface PublishedKey {
  readonly kid: string;
  readonly alg: Algorithm;
  /** SPKI PEM. */
  readonly publicKey: string;
  readonly state: 'pending' | 'current' | 'previous' | 'dropped';
  /** Unix seconds; absent while there is no end. */
  readonly verifiesUntil?: number;
  /** The longest life, in seconds, of the tokens that it may have signed. */
  readonly longestLife: number;
}

const PublishedKeyAttributes = z.object({
  alg: z.enum(ALGORITHMS),
  publicKey: z.string(),
  state: z.enum(['pending', 'current', 'previous', 'dropped']),
  verifiesUntil: z.optional(z.int()),
  longestLife: z.int(),
});

/** The key of a published key's item. */
export function publishedKeyKey(kid: string): Key {
  return { pk: KEYS_PARTITION, sk: kid };
}

/** Reads a published key from its item; undefined where the item is not one. */
export function publishedKeyFromItem(item: Item): PublishedKey | undefined {
  const attributes = z.safeParse(PublishedKeyAttributes, item);
  if (!attributes.success) return undefined;
  const { verifiesUntil, ...rest } = attributes.data;
  return { kid: item.sk, ...rest, ...(verifiesUntil !== undefined && { verifiesUntil }) };
}

/** Whether a token of this key can still be accepted. */
export function nowVerifies(key: PublishedKey, atSeconds: number): boolean {
  return key.state !== 'dropped' && (key.verifiesUntil === undefined || atSeconds < key.verifiesUntil);
}

/**
 * Records that a process is about to sign with a key, and the longest life it will give a token. Called once for each
 * key by every process that signs, before the first token leaves it. So a key that no rotation made is published by
 * its first use, and rotation knows how long the tokens of a key may live even where the stage's longest life was
 * raised and lowered meanwhile.
 *
 * @param longestLife - seconds
 */
export async function recordUse(
  table: Table,
  key: { readonly kid: string; readonly alg: Algorithm; readonly publicKey: KeyObject },
  longestLife: number,
): Promise<void> {
  await table.update(
    publishedKeyKey(key.kid),
    {
      text: 'SET longestLife = :life, alg = :alg, publicKey = :publicKey, #state = if_not_exists(#state, :current)',
      values: {
        ':life': longestLife,
        ':alg': key.alg,
        ':publicKey': key.publicKey.export({ type: 'spki', format: 'pem' }),
        ':current': 'current',
      },
      names: { '#state': 'state' },
    },
    // Most processes find it recorded. What is recorded never shrinks, and rotation's states are rotation's.
    { text: 'attribute_not_exists(longestLife) OR longestLife < :life' },
  );
}
