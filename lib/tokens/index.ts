export {
  ANY,
  MAX_BACKEND_TOKEN_SECONDS,
  mintBackendToken,
  type BackendTokenDependencies,
  type BackendTokenRequest,
  type MintedBackendToken,
} from './backend-token.ts';
export { clientTokenClaims, type ClientTokenClaims } from './claims.ts';
export {
  inspectToken,
  type InspectDependencies,
  type Inspection,
  type InspectRequest,
} from './inspection/inspection.ts';
export { MAX_TOKEN_BYTES } from './lifetime.ts';
export {
  mintTokens,
  type MintDependencies,
  type MintedToken,
  type MintOutcome,
  type MintRefusal,
  type MintRequest,
} from './mint.ts';
export { signToken } from './sign.ts';
