import { type Algorithm, type PublishedKey } from '../../../lib/signing-keys/index.ts';
import { fixedPublicKey } from './fixed-signing-key.ts';
import { pairFor, spki, type Pair } from './keys.ts';
import { publishedKeyKey, type Item } from '../../../lib/table/index.ts';

/** The current ES256 key that the fixed signing keys give, unless told otherwise. */
export function publishedKey(details: Partial<PublishedKey> = {}): PublishedKey {
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
export function publishedItem({ kid, ...attributes }: PublishedKey): Item {
  return { ...publishedKeyKey(kid), ...attributes };
}

/** A new key of an algorithm, published under its algorithm's name unless told otherwise. */
export function newPublishedKey(
  alg: Algorithm,
  details: Partial<PublishedKey> = {},
): { readonly pair: Pair; readonly published: PublishedKey } {
  const pair = pairFor(alg);
  return { pair, published: publishedKey({ kid: alg, alg, publicKey: spki(pair.publicKey), ...details }) };
}
