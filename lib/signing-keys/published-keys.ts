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

/** A key without an end. `pending`: Document Engine has it, but nothing is signed with it yet. `current`: it signs. */
interface Unended {
  readonly state: 'pending' | 'current';
  readonly verifiesUntil?: never;
}

/**
 * A key with an end. `previous`: it signed, and its tokens may live until `verifiesUntil`. `dropped`: it was given up at once;
 * nothing that it signed counts.
 */
interface Ended {
  readonly state: 'previous' | 'dropped';
  readonly verifiesUntil: Seconds;
}

/**
 * The public part of a signing key, for those who verify: the JWKS, inspecting, and rotation. It never holds
 * anything private.
 */
export type PublishedKey = (Unended | Ended) & {
  readonly kid: string;
  readonly alg: Algorithm;
  /** SPKI PEM. */
  readonly publicKey: string;
  /** The longest life of the tokens that it may have signed. */
  readonly longestLife: Seconds;
};

/** A key as it is published. */
interface PublicSigningKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly publicKey: KeyObject;
}

function publishedKeyFromItem(item: Item): PublishedKey | undefined {
  const attributes = publishedKeyAttributes(item);
  return attributes && isAlgorithm(attributes.alg) ? { ...attributes, alg: attributes.alg } : undefined;
}

/** Tells whether a token of this key can still be accepted at a moment, in Unix seconds. */
export function nowVerifies(key: PublishedKey, at: Seconds): boolean {
  return key.state !== 'dropped' && (key.verifiesUntil === undefined || at < key.verifiesUntil);
}

/** Reads all published keys, by `kid`; those of the last 30 days among them that verify nothing any more. */
export async function readPublishedKeys(table: Table): Promise<PublishedKey[]> {
  const { items } = await table.query({ text: 'pk = :keys', values: { ':keys': KEYS_PARTITION } });
  return items.flatMap((item) => publishedKeyFromItem(item) ?? []);
}

/**
 * Changes what is published of a key: reads it, decides, and writes on the condition that it is still as it was read.
 *
 * @param change - gets the key as it is published now (undefined: not at all), and gives back what it shall be (undefined:
 * leave it). Called again if another came first.
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
  return {
    text: 'longestLife = :life AND #state = :state',
    values: { ':life': before.longestLife, ':state': before.state },
    names: { '#state': 'state' },
  };
}

/**
 * Publishes a key as pending or current. One that is published already only ever goes on to current.
 *
 * @param longestLife - the longest life of the tokens that it may sign; what is recorded never shrinks
 */
export async function publishKey(
  table: Table,
  key: PublicSigningKey,
  state: 'pending' | 'current',
  longestLife: Seconds,
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
  state: Unended['state'],
  longestLife: Seconds,
): PublishedKey {
  return { kid, alg, publicKey: spkiOf(publicKey), state, longestLife };
}

/** Writes a public key as SPKI PEM. */
export function spkiOf(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

/**
 * Records that a process is about to sign with a key, and the longest life it will give a token. Called once for each
 * key by every process that signs, before the first token leaves it. So a key that no rotation made is published by
 * its first use, and rotation knows how long the tokens of a key may live even if the stage's longest life was
 * raised and lowered meanwhile.
 *
 * A key that was replaced meanwhile may still sign, as its overlap reckons with this, but no longer lives than were
 * recorded when the overlap was settled.
 *
 * @param longestLife - of a token, from now on
 * @throws SupersededSigningKeyError if the key may not sign any more
 */
export async function recordUse(table: Table, key: PublicSigningKey, longestLife: Seconds): Promise<void> {
  await changePublishedKey(table, key.kid, (published) => {
    if (published === undefined) return firstPublished(key, 'current', longestLife);
    if (published.state === 'dropped') throw new SupersededSigningKeyError();
    // Most processes find it recorded. What is recorded never shrinks, and the states are rotation's.
    if (published.longestLife >= longestLife) return undefined;
    if (published.state === 'previous') throw new SupersededSigningKeyError();
    return { ...published, longestLife };
  });
}
