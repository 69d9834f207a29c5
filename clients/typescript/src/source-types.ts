import type { components } from './api-types.ts';
import type { Connectivity } from './connectivity.ts';
import type { ErrorCode, LayermintError } from './errors.ts';
import type { Clock } from './server-time.ts';

type Schemas = components['schemas'];

/** A token for one layer of one document, as the API answers it. Times are RFC 3339, in UTC, by the server's clock. */
export type Token = Schemas['Token'];

/** The document and layer to open, and limits of the token. An empty `layer` is the default layer. */
export type TokenRequest = Omit<Schemas['MintRequest'], 'onBehalfOf' | 'grant'>;

/** The progress of a revocation, as the API answers it. */
export type Revocation = Schemas['Revocation'];

/** The result of one request of a batch. */
export type BatchResult =
  | { readonly token: Token; readonly error?: undefined }
  | { readonly error: LayermintError; readonly token?: undefined };

/** The result of `signOut`. */
export interface SignOutResult {
  /** The progress of the revocation. Absent with `revokeTokens: false`. */
  readonly revocation?: Revocation;
}

/** The signal of one call. Aborting it rejects that call alone, with the code `aborted`. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Receives the tokens and errors of a watch. */
export interface WatchListener {
  /** Called with the first token and with each renewed one, always asynchronously. */
  onToken(token: Token): void;
  /** Called with each failure. If `error.final`, the watch has ended; otherwise it tries again by itself. */
  onError?(error: LayermintError): void;
}

/** A running watch. */
export interface Subscription {
  /** Ends the watch. Its listener is not called again. */
  close(): void;
}

/** A source of tokens for one user, which renews them. Create it with `createTokenSource`. */
export interface TokenSource {
  /**
   * Resolves with a live token: a held one, or a new one.
   *
   * A token that is due for renewal but lives for `atLeastMs` (30,000 by default) is served at once, and renewed in
   * the background. If its renewal fails, a token with less time left is still served, unless `atLeastMs` is set.
   *
   * @throws LayermintError
   */
  token(
    request: TokenRequest,
    options?: CallOptions & { readonly atLeastMs?: number | undefined },
  ): Promise<Token>;
  /**
   * Resolves with another token than the one that Document Engine refused: one minted since, that of a renewal that
   * runs, or a new one.
   *
   * @param options.refused - the refused `jwt`; the held one by default
   * @throws LayermintError
   */
  renew(
    request: TokenRequest,
    options?: CallOptions & { readonly refused?: string | undefined },
  ): Promise<Token>;
  /** Calls the listener with a token, and with a new one at each renewal, until it is closed or its signal aborted. */
  watch(request: TokenRequest, listener: WatchListener, options?: CallOptions): Subscription;
  /**
   * Resolves with a result for each request, in their order. Held tokens are used; the rest is asked for a hundred at
   * a time.
   *
   * @throws LayermintError `aborted`, `closed` or `signed-out`
   */
  batch(requests: readonly TokenRequest[], options?: CallOptions): Promise<BatchResult[]>;
  /**
   * Drops everything held, ends all calls and watches, and revokes the user's tokens. That ends the user's open
   * documents on ALL their devices; pass `revokeTokens: false` to sign out here alone. If the request fails, the
   * source stays signed out, and you can call `signOut` again.
   *
   * @throws LayermintError if the revocation fails
   */
  signOut(options?: CallOptions & { readonly revokeTokens?: boolean | undefined }): Promise<SignOutResult>;
  /** Ends all calls, watches, timers and requests, without revoking a token. */
  close(): void;
}

/** The options of `createTokenSource`. */
export interface TokenSourceOptions {
  /** The API's base URL, with a path if it has one. HTTPS; HTTP for localhost and private addresses, in development. */
  readonly api: string;
  /**
   * Gives the user's access token from your identity provider, without "Bearer ". It is called before each request,
   * so let your OIDC library hold the token. With `renew`, the service has refused the last one: get a new one from the
   * provider. At most one call runs at a time. The signal is aborted once the result is not used any more: after
   * `maxWaitMs`, and if the source is closed, the user signs out or another user signs in.
   */
  readonly callerToken: (options: {
    readonly renew: boolean;
    readonly signal: AbortSignal;
  }) => Promise<string> | string;
  /** Gives any stable text for the user that is signed in. If it changes, held tokens are dropped and watches end. */
  readonly user?: (() => string | undefined) | undefined;
  /** Hook for logs and metrics. An error that it throws is ignored. */
  readonly onEvent?: ((event: SourceEvent) => void) | undefined;
  /** Tells about the network and the application's state. In a browser, `browserConnectivity()` by default. */
  readonly connectivity?: Connectivity | undefined;
  /** The longest wait of one call, in milliseconds; 25,000 by default. */
  readonly maxWaitMs?: number | undefined;
  /** The longest wait for one HTTP answer, in milliseconds; 10,000 by default. */
  readonly requestTimeoutMs?: number | undefined;
  /** The most tokens to hold; 1,000 by default. Watched ones are held beyond it. */
  readonly maxHeldTokens?: number | undefined;
  /** Replaces the global `fetch`, for tests. */
  readonly fetch?: typeof fetch | undefined;
  /** Replaces the device's clocks and timers, for tests. */
  readonly clock?: Clock | undefined;
  /** Replaces `Math.random`, for tests. */
  readonly random?: (() => number) | undefined;
}

/** An event for logs and metrics. It holds no token, key or request body. */
export interface SourceEvent {
  readonly type:
    /** A request is sent; `count` documents are asked for. */
    | 'request'
    /** A token has arrived; its renewal is due in `waitMs`. */
    | 'minted'
    /** A call was served with a held token. */
    | 'served-held'
    /** Nothing is sent for `waitMs`, after a failure with `code` and `status`. */
    | 'retry-planned'
    /** The service refused the caller token, and `callerToken` gave a new one. */
    | 'caller-token-renewed'
    /** An attempt for a document failed with `code`. */
    | 'failed'
    /** A listener of a watch threw an error. */
    | 'listener-failed'
    | 'user-changed'
    | 'signed-out'
    | 'closed';
  readonly documentId?: string | undefined;
  readonly layer?: string | undefined;
  readonly status?: number | undefined;
  readonly code?: ErrorCode | undefined;
  readonly waitMs?: number | undefined;
  readonly count?: number | undefined;
  /** The service's id of the request, which finds it in its log. */
  readonly requestId?: string | undefined;
}

/** Passes an event to the hook, with the document and layer of a request if it is about one. */
export type Report = (
  type: SourceEvent['type'],
  request?: { readonly documentId: string; readonly layer?: string | null | undefined },
  details?: Omit<SourceEvent, 'type' | 'documentId' | 'layer'>,
) => void;
