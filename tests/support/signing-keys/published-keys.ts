import { type Algorithm, type PublishedKey } from '../../../lib/signing-keys/index.ts';
import { publishedKeyItem, type Item } from '../../../lib/table/index.ts';
import { fixedPublicKey } from './fixed-signing-key.ts';
import { pairFor, spki, type Pair } from './keys.ts';

/** The details in which a published key differs from the usual one; one with an end has its state and `verifiesUntil`. */
export type Details = Partial<Pick<PublishedKey, 'kid' | 'alg' | 'publicKey' | 'longestLife'>> &
  ({ readonly state?: 'pending' | 'current'; readonly verifiesUntil?: never } | Ended);
type Ended = Pick<PublishedKey & { readonly state: 'previous' | 'dropped' }, 'state' | 'verifiesUntil'>;

/** The current ES256 key that the fixed signing keys give, unless told otherwise. */
export function publishedKey(details: Details = {}): PublishedKey {
  return {
    kid: 'test-key',
    alg: 'ES256',
    publicKey: spki(fixedPublicKey),
    state: 'current',
    longestLife: 3600,
    ...details,
  };
}

/** A published key as it lies in the table. */
export const publishedItem: (key: PublishedKey) => Item = publishedKeyItem;

/** A new key of an algorithm, published under its algorithm's name unless told otherwise. */
export function newPublishedKey(
  alg: Algorithm,
  details: Details = {},
): { readonly pair: Pair; readonly published: PublishedKey } {
  const pair = pairFor(alg);
  return { pair, published: publishedKey({ kid: alg, alg, publicKey: spki(pair.publicKey), ...details }) };
}
