import { type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import { ALGORITHMS, type Algorithm } from './algorithms.ts';
import { SupersededSigningKeyError } from './errors.ts';
import {
  type Expression,
  type Item,
  type Table,
  KEYS_PARTITION,
  untilUnchanged,
  publishedKeyKey,
  CHANGED,
} from '../table/index.ts';

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

/** A key as it is published. */
export interface PublicSigningKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly publicKey: KeyObject;
}

const PublishedKeyAttributes = z.object({
  alg: z.enum(ALGORITHMS),
  publicKey: z.string(),
  state: z.enum(['pending', 'current', 'previous', 'dropped']),
  verifiesUntil: z.optional(z.int()),
  longestLife: z.int(),
});

/** How long a key that verifies nothing any more stays in the table, for whoever looks back; in seconds. */
const KEPT = 30 * 86_400;

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

/** All published keys, by `kid`; those of the last 30 days among them that verify nothing any more. */
export async function readPublishedKeys(table: Table): Promise<PublishedKey[]> {
  const { items } = await table.query({ text: 'pk = :keys', values: { ':keys': KEYS_PARTITION } });
  return items.flatMap((item) => publishedKeyFromItem(item) ?? []);
}

/**
 * Changes what is published of a key: reads it, decides, and writes on the condition that it is still as it was read.
 *
 * @param change - what is published now (undefined: nothing) → what shall be (undefined: leave it). Called again where
 * another came first.
 * @returns what is published now
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
    return (await table.put(toItem(after), stillAs(before))) ? after : CHANGED;
  });
}

function toItem(key: PublishedKey): Item {
  const { kid, ...attributes } = key;
  return {
    ...publishedKeyKey(kid),
    ...attributes,
    ...(key.verifiesUntil !== undefined && { ttl: key.verifiesUntil + KEPT }),
  };
}

function stillAs(before: PublishedKey | undefined): Expression {
  if (before === undefined) return { text: 'attribute_not_exists(pk)' };
  return {
    text: 'longestLife = :life AND #state = :state',
    values: { ':life': before.longestLife, ':state': before.state },
    names: { '#state': 'state' },
  };
}

/**
 * Publishes a key as pending or current. One that is published already only ever goes on to current.
 *
 * @param longestLife - the longest life, in seconds, of the tokens that it may sign; what is recorded never shrinks
 */
export async function publishKey(
  table: Table,
  key: PublicSigningKey,
  state: 'pending' | 'current',
  longestLife: number,
): Promise<void> {
  await changePublishedKey(table, key.kid, (published) => {
    if (published === undefined) return firstPublished(key, state, longestLife);
    if (state === 'pending' || published.state === 'current') return undefined;
    const { verifiesUntil: _ended, ...rest } = published;
    return { ...rest, state, longestLife: Math.max(longestLife, rest.longestLife) };
  });
}

function firstPublished(
  { kid, alg, publicKey }: PublicSigningKey,
  state: PublishedKey['state'],
  longestLife: number,
): PublishedKey {
  return { kid, alg, publicKey: spkiOf(publicKey), state, longestLife };
}

/** A public key as SPKI PEM. */
export function spkiOf(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

/**
 * Records that a process is about to sign with a key, and the longest life it will give a token. Called once for each
 * key by every process that signs, before the first token leaves it. So a key that no rotation made is published by
 * its first use, and rotation knows how long the tokens of a key may live even where the stage's longest life was
 * raised and lowered meanwhile.
 *
 * A key that was replaced meanwhile may still sign, as its overlap reckons with this, but no longer lives than were
 * recorded when the overlap was settled.
 *
 * @param longestLife - seconds
 * @throws SupersededSigningKeyError where the key may not sign any more
 */
export async function recordUse(table: Table, key: PublicSigningKey, longestLife: number): Promise<void> {
  await changePublishedKey(table, key.kid, (published) => {
    if (published === undefined) return firstPublished(key, 'current', longestLife);
    const { state } = published;
    if (state === 'dropped') throw new SupersededSigningKeyError();
    // Most processes find it recorded. What is recorded never shrinks, and the states are rotation's.
    if (published.longestLife >= longestLife) return undefined;
    if (state === 'previous') throw new SupersededSigningKeyError();
    return { ...published, longestLife };
  });
}
