export { acceptSigningKey } from './acceptance.ts';
export { ALGORITHMS, type Algorithm } from './algorithms.ts';
export { LONGEST_CACHE_LIFE, SigningKeyCache } from './cache.ts';
export {
  NoSigningKeyError,
  SigningKeyUnavailableError,
  UnusableSigningKeyError,
  type SigningKeyError,
} from './errors.ts';
export { overlapOf, tooOften } from './overlap.ts';
export { publicJwk, publicKeyOf } from './jwk.ts';
export {
  changePublishedKey,
  nowVerifies,
  publishKey,
  readPublishedKeys,
  recordUse,
  type PublishedKey,
} from './published-keys.ts';
export { pkcs8Of, spkiOf } from './pem.ts';
export { readPublicKey } from './reading/stored-public-key.ts';
export { parseSigningKeySecret, thumbprint, type KeyPair } from './secret.ts';
export { signJwt } from './sign-jwt.ts';
export { signingKeyFetcher, signingKeyOf, type SigningKey, type SigningKeys } from './signing-key.ts';
export { verifiesJws } from './verify.ts';
