import type { components } from './api-types.ts';

/** Problem details (RFC 9457) of a refused request. API Gateway's own answers have a `detail` at most. */
export type Problem = Partial<components['schemas']['Problem']>;

/** The outcomes that are no token. They are stable: decide by them, never by a message. */
export type ErrorCode =
  /** 403: the user has no grant, or has lost it. */
  | 'no-access'
  /** 401, and again with a renewed caller token: the user must sign in. */
  | 'sign-in-required'
  /** `callerToken` threw, did not answer in time, or gave no usable text. */
  | 'caller-token-failed'
  /** Any other 4xx: the request itself is at fault. */
  | 'invalid-request'
  /** The service answered 429 or 5xx until the wait was over. */
  | 'unavailable'
  /** No answer arrived until the wait was over. */
  | 'unreachable'
  /** The device is offline, and no live token is held. */
  | 'offline'
  /** The answer is not the one that the API describes, or is for another document or layer. */
  | 'unexpected-answer'
  /** Another user has signed in. The tokens of the former one were dropped. */
  | 'user-changed'
  /** `signOut` was called before. */
  | 'signed-out'
  /** `close` was called before. */
  | 'closed'
  /** The Web SDK could not load the document, or took no new token; `cause` is its error. Only `connectViewer` gives it. */
  | 'viewer-failed'
  /** The signal of this call was aborted; `cause` is its reason. */
  | 'aborted';

/** The members of an error beside its code and message. */
export interface ErrorDetails {
  /** The HTTP status of the answer, if there was one. */
  readonly status?: number | undefined;
  /** The body of the answer, as far as it is readable. */
  readonly problem?: Problem | undefined;
  /** The wait that the service asked for, in milliseconds; at most 5 minutes. */
  readonly retryAfterMs?: number | undefined;
  /** The error of the application or the network behind this one. */
  readonly cause?: unknown;
}

/** Codes after which a watch continues to try. */
const PASSING: readonly ErrorCode[] = ['caller-token-failed', 'unavailable', 'unreachable', 'offline'];

/**
 * The error of every outcome that is no token. Its message is for developers, and never holds a token.
 *
 * @example
 *   try {
 *     await source.token({ documentId });
 *   } catch (error) {
 *     if (error instanceof LayermintError && error.code === 'no-access') showNoAccess(error.problem?.detail);
 *     else throw error;
 *   }
 */
export class LayermintError extends Error implements ErrorDetails {
  override readonly name = 'LayermintError';
  declare readonly status?: number;
  declare readonly problem?: Problem;
  declare readonly retryAfterMs?: number;
  declare readonly cause?: unknown;
  /** True: the same call fails again until something else has changed. A watch ends with it. */
  readonly final: boolean;

  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.final = !PASSING.includes(code);
    Object.assign(this, details);
  }
}

/** Makes the error of a device without a network. */
export function offline(): LayermintError {
  return new LayermintError('offline', 'The device is offline.');
}
