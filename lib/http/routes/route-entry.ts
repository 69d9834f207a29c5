import type { Scope } from '../authentication/scopes.ts';
import type { ProblemSlug } from '../problems/problem.ts';

/**
 * The callers that a route serves: `public` = anybody, even without a token; `caller` = any caller; `scope` = only callers with that
 * scope; `unlessScope` = callers within their own rights, and callers with that scope for everything. It only describes the route in
 * the OpenAPI document. The handler itself checks scopes and ownership.
 */
export type Access = 'public' | 'caller' | { readonly scope: Scope } | { readonly unlessScope: Scope };

/** The names of headers of answers. */
export type HeaderName = 'Cache-Control' | 'ETag' | 'Location' | 'Retry-After' | 'WWW-Authenticate' | 'Allow';

/** A successful answer. */
export interface Success {
  /** The name of the body's schema; absent for an answer without a body. */
  readonly schema?: string;
  /** The media type of a body that is a text, and has no schema. */
  readonly text?: string;
  readonly headers: readonly HeaderName[];
}

/** A route of the API as data. Its handler, its description, and the 404 and 405 of everything else are derived from it. */
export interface Route {
  /** The id of its operation. */
  readonly id: string;
  /** API Gateway's route key, such as `POST /v1/tokens`. */
  readonly key: string;
  /** Serves `HEAD` as well: the same answer without its body. */
  readonly head?: true;
  readonly access: Access;
  /** The name of the body's schema; absent for a route without a body. */
  readonly body?: string;
  /** A longer body is refused unread. Present if `body` is. */
  readonly maxBodyBytes?: number;
  /** By status. */
  readonly successes: Readonly<Record<number, Success>>;
  /** The problems that it can answer, in addition to those of every route. */
  readonly problems: readonly ProblemSlug[];
}
