export {
  authorizeCallerHandler,
  type AuthorizerDependencies,
  type AuthorizerHandler,
} from './authorize-caller.ts';
export {
  IssuerAnswerError,
  IssuerUnavailableError,
  TokenRefusedError,
  Unauthorized,
  type RefusalReason,
} from './errors.ts';
export { FETCH_TIMEOUT, MAX_ANSWER_BYTES, type Fetch } from './fetch-json.ts';
export { IssuerKeys } from './issuer-key-cache.ts';
export { keyFor, readKeySet } from './key-set.ts';
export { CLOCK_TOLERANCE, tokenDigest, type AuthorizerContext } from './authorizer-context.ts';
export { CALLER_ALGORITHMS, type CallerAlgorithm, type TrustedIssuer } from './trusted-issuer.ts';
export { verifyCallerToken, type IssuerWithKeys } from './verify-caller-token.ts';
