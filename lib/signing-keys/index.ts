export { ALGORITHMS, unfitFor, type Algorithm } from './algorithms.ts';
export { LONGEST_CACHE_LIFE, SigningKeyCache } from './cache.ts';
export {
  NoSigningKeyError,
  SigningKeyUnavailableError,
  UnusableSigningKeyError,
  type SigningKeyError,
} from './errors.ts';
export {
  KEYS_PARTITION,
  nowVerifies,
  publishedKeyFromItem,
  publishedKeyKey,
  recordUse,
  type PublishedKey,
} from './published-keys.ts';
export { parseSigningKeySecret, thumbprint, type KeyPair } from './secret.ts';
export { signJwt } from './sign.ts';
export { signingKeyFetcher, type SigningKey, type SigningKeys } from './signing-key.ts';
