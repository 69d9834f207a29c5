export {
  ANY,
  MAX_BACKEND_TOKEN_SECONDS,
  mintBackendToken,
  type BackendTokenDependencies,
} from './backend-token.ts';
export { clientTokenClaims } from './claims.ts';
export {
  explainToken,
  type ExplainDependencies,
  type ExplainedGrant,
  type Explanation,
} from './explanation/explanation.ts';
export { type LiveTokens } from './explanation/live-tokens.ts';
export {
  inspectToken,
  type InspectDependencies,
  type Inspection,
  type InspectRequest,
} from './inspection/inspection.ts';
export { RevocationsPendingError } from './holding.ts';
export { MAX_TOKEN_BYTES } from './lifetime.ts';
export { createMinting, type MintDependencies, type MintOutcome, type MintRefusal } from './mint.ts';
export { type MintFailure } from './settle.ts';
export { type MintedToken } from './minted-token.ts';
export { type MintRequest } from './ruling.ts';
