import { type Algorithm, type PublishedKey } from '../../../lib/signing-keys/index.ts';
import { publishedKeyItem, type Item } from '../../../lib/table/index.ts';
import { fixedPublicKey } from './fixed-signing-key.ts';
import { pairFor, spki, type Pair } from './keys.ts';

/** The differences from the default published key. A key with an end needs both state and `verifiesUntil`. */
export type Details = Partial<
  Pick<PublishedKey, 'kid' | 'alg' | 'publicKey' | 'longestLife' | 'entryIds' | 'createdAt'>
> &
  ({ readonly state?: 'pending' | 'current'; readonly verifiesUntil?: never } | Ended);
type Ended = Pick<PublishedKey & { readonly state: 'previous' | 'dropped' }, 'state' | 'verifiesUntil'>;

/** Makes a published key: by default the current ES256 key of {@link fixedPublicKey}. */
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

/** Makes the table's item of a published key. */
export const publishedItem: (key: PublishedKey) => Item = publishedKeyItem;

/** Generates a key for an algorithm, and publishes it with the algorithm's name as `kid` unless given. */
export function newPublishedKey(
  alg: Algorithm,
  details: Details = {},
): { readonly pair: Pair; readonly published: PublishedKey } {
  const pair = pairFor(alg);
  return { pair, published: publishedKey({ kid: alg, alg, publicKey: spki(pair.publicKey), ...details }) };
}
