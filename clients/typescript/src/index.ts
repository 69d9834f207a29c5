export { browserConnectivity, reactNativeConnectivity } from './connectivity.ts';
export type { Connectivity, ConnectivityEvent, ReactNativeParts } from './connectivity.ts';
export { LayermintError } from './errors.ts';
export type { ErrorCode, ErrorDetails, Problem } from './errors.ts';
export type { Clock } from './server-time.ts';
export type {
  BatchResult,
  CallOptions,
  Revocation,
  SignOutResult,
  SourceEvent,
  Subscription,
  Token,
  TokenRequest,
  TokenSource,
  TokenSourceOptions,
  WatchListener,
} from './source-types.ts';
export { createTokenSource } from './token-source.ts';
export { connectViewer } from './viewer.ts';
export type {
  ViewerConfiguration,
  ViewerConnection,
  ViewerInstance,
  ViewerOptions,
  ViewerSdk,
} from './viewer.ts';
