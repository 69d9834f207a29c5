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

const KB = 1024;

const KEY_PROBLEMS = ['no-signing-key', 'signing-key-unavailable'] as const;

const CHANGE_PROBLEMS = [
  'invalid-request',
  'not-granted',
  'beyond-own-grants',
  'groups-not-in-token',
  'scope-missing',
  'last-owner',
  'precondition-failed',
  'too-many-items',
  'store-unavailable',
] as const;

const FOR_OWNERS_OR_GRANTS = { unlessScope: 'layermint/grants' } as const;

const FOR_OWNERS_OR_REVOCATIONS = { unlessScope: 'layermint/revocations' } as const;

const noStore = { headers: ['Cache-Control'] } as const;

const cached = { headers: ['Cache-Control', 'ETag'] } as const;

/** Every route by the id of its operation, which is its name everywhere. Imports nothing at run time. */
export const ROUTES = {
  mintToken: {
    key: 'POST /v1/tokens',
    access: 'caller',
    body: 'MintRequest',
    maxBodyBytes: 64 * KB,
    successes: { 201: { schema: 'Token', ...noStore } },
    problems: [
      'not-granted',
      'permissions-not-granted',
      'groups-not-in-token',
      'default-group-not-granted',
      'scope-missing',
      'token-too-large',
      'too-many-requests',
      ...KEY_PROBLEMS,
      'store-unavailable',
      'revocations-pending',
    ],
  },
  mintTokens: {
    key: 'POST /v1/tokens/batch',
    access: 'caller',
    body: 'BatchRequest',
    maxBodyBytes: 256 * KB,
    successes: { 200: { schema: 'BatchResults', ...noStore } },
    problems: [
      'scope-missing',
      'too-many-items',
      'too-many-requests',
      ...KEY_PROBLEMS,
      'store-unavailable',
      'revocations-pending',
    ],
  },
  inspectToken: {
    key: 'POST /v1/tokens/inspect',
    access: 'caller',
    body: 'InspectRequest',
    maxBodyBytes: 16 * KB,
    successes: { 200: { schema: 'Inspection', ...noStore } },
    problems: ['store-unavailable'],
  },
  explainToken: {
    key: 'POST /v1/tokens/explain',
    access: FOR_OWNERS_OR_GRANTS,
    body: 'ExplainRequest',
    maxBodyBytes: 64 * KB,
    successes: { 200: { schema: 'Explanation', ...noStore } },
    problems: ['not-granted', 'scope-missing', 'groups-not-in-token', 'too-many-items', 'store-unavailable'],
  },
  getCaller: {
    key: 'GET /v1/caller',
    access: 'caller',
    successes: { 200: { schema: 'Caller', ...noStore } },
    problems: [],
  },
  listDocuments: {
    key: 'GET /v1/documents',
    access: 'caller',
    successes: { 200: { schema: 'DocumentPage', ...noStore } },
    problems: ['invalid-request', 'store-unavailable'],
  },
  listGrants: {
    key: 'GET /v1/documents/{documentId}/grants',
    access: FOR_OWNERS_OR_GRANTS,
    successes: { 200: { schema: 'GrantPage', ...noStore } },
    problems: ['invalid-request', 'not-granted', 'groups-not-in-token', 'store-unavailable'],
  },
  setGrant: {
    key: 'PUT /v1/documents/{documentId}/grants',
    access: FOR_OWNERS_OR_GRANTS,
    body: 'GrantRequest',
    maxBodyBytes: 64 * KB,
    successes: {
      200: { schema: 'Grant', ...cached },
      201: { schema: 'Grant', ...cached },
    },
    problems: CHANGE_PROBLEMS,
  },
  removeGrants: {
    key: 'DELETE /v1/documents/{documentId}/grants',
    access: FOR_OWNERS_OR_GRANTS,
    successes: { 204: noStore },
    problems: [...CHANGE_PROBLEMS, 'no-such-grant'],
  },
  revokeTokens: {
    key: 'POST /v1/revocations',
    access: FOR_OWNERS_OR_REVOCATIONS,
    body: 'RevocationRequest',
    maxBodyBytes: 64 * KB,
    successes: {
      200: { schema: 'Revocation', ...noStore },
      202: { schema: 'Revocation', headers: ['Cache-Control', 'Location'] },
    },
    problems: ['not-granted', 'groups-not-in-token', 'store-unavailable'],
  },
  getRevocation: {
    key: 'GET /v1/revocations/{id}',
    access: FOR_OWNERS_OR_REVOCATIONS,
    successes: { 200: { schema: 'Revocation', ...noStore } },
    problems: ['no-such-revocation', 'store-unavailable'],
  },
  mintBackendToken: {
    key: 'POST /v1/backend-tokens',
    access: { scope: 'layermint/backend-tokens' },
    body: 'BackendTokenRequest',
    maxBodyBytes: 64 * KB,
    successes: { 201: { schema: 'BackendToken', ...noStore } },
    problems: ['scope-missing', 'token-too-large', ...KEY_PROBLEMS],
  },
  getKeys: {
    key: 'GET /.well-known/jwks.json',
    head: true,
    access: 'public',
    successes: {
      200: { schema: 'JwkSet', ...cached },
      304: cached,
    },
    problems: ['store-unavailable'],
  },
  getHealth: {
    key: 'GET /health',
    head: true,
    access: 'public',
    successes: {
      200: { schema: 'Health', ...cached },
      304: cached,
    },
    problems: [],
  },
  getConsole: {
    key: 'GET /console',
    head: true,
    access: 'public',
    successes: {
      200: { text: 'text/html', ...cached },
      304: cached,
    },
    problems: [],
  },
  getConsoleFile: {
    key: 'GET /console/{file}',
    head: true,
    access: 'public',
    successes: {
      200: { schema: 'ConsoleSettings', ...cached },
      304: cached,
    },
    problems: ['route-not-found'],
  },
} as const satisfies Readonly<Record<string, Route>>;

/** Lists API Gateway's route keys of a route: its own, and the one of `HEAD` if it serves that. */
export function routeKeysOf({ key, head }: Pick<Route, 'key' | 'head'>): readonly string[] {
  return head === true ? [key, key.replace(/^\w+/, 'HEAD')] : [key];
}

/** The id of an operation. Its function, handler, test, log field and place in the docs have this name. */
export type OperationId = keyof typeof ROUTES;
