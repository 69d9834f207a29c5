export { clientTokenClaims, type ClientTokenClaims } from './claims.ts';
export {
  MAX_TOKEN_BYTES,
  mintTokens,
  type MintDependencies,
  type MintedToken,
  type MintOutcome,
  type MintRefusal,
  type MintRequest,
} from './mint.ts';
export { signToken } from './sign.ts';
