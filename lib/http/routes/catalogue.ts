import type { Route } from './route-entry.ts';

export type { Access, HeaderName, Route, Success } from './route-entry.ts';

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

/**
 * Describes a route. esbuild leaves it out of a function that serves another one, because the call has a mark as pure, and its
 * argument is not evaluated.
 */
const described = <const Entry extends Route>(entry: () => Entry): Entry => entry();

export const mintToken = /* @__PURE__ */ described(() => ({
  id: 'mintToken',
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
}));

export const mintTokens = /* @__PURE__ */ described(() => ({
  id: 'mintTokens',
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
}));

export const inspectToken = /* @__PURE__ */ described(() => ({
  id: 'inspectToken',
  key: 'POST /v1/tokens/inspect',
  access: 'caller',
  body: 'InspectRequest',
  maxBodyBytes: 16 * KB,
  successes: { 200: { schema: 'Inspection', ...noStore } },
  problems: ['store-unavailable'],
}));

export const explainToken = /* @__PURE__ */ described(() => ({
  id: 'explainToken',
  key: 'POST /v1/tokens/explain',
  access: FOR_OWNERS_OR_GRANTS,
  body: 'ExplainRequest',
  maxBodyBytes: 64 * KB,
  successes: { 200: { schema: 'Explanation', ...noStore } },
  problems: ['not-granted', 'scope-missing', 'groups-not-in-token', 'too-many-items', 'store-unavailable'],
}));

export const getCaller = /* @__PURE__ */ described(() => ({
  id: 'getCaller',
  key: 'GET /v1/caller',
  access: 'caller',
  successes: { 200: { schema: 'Caller', ...noStore } },
  problems: [],
}));

export const listDocuments = /* @__PURE__ */ described(() => ({
  id: 'listDocuments',
  key: 'GET /v1/documents',
  access: 'caller',
  successes: { 200: { schema: 'DocumentPage', ...noStore } },
  problems: ['invalid-request', 'store-unavailable'],
}));

export const listGrants = /* @__PURE__ */ described(() => ({
  id: 'listGrants',
  key: 'GET /v1/documents/{documentId}/grants',
  access: FOR_OWNERS_OR_GRANTS,
  successes: { 200: { schema: 'GrantPage', ...noStore } },
  problems: ['invalid-request', 'not-granted', 'groups-not-in-token', 'store-unavailable'],
}));

export const setGrant = /* @__PURE__ */ described(() => ({
  id: 'setGrant',
  key: 'PUT /v1/documents/{documentId}/grants',
  access: FOR_OWNERS_OR_GRANTS,
  body: 'GrantRequest',
  maxBodyBytes: 64 * KB,
  successes: {
    200: { schema: 'Grant', ...cached },
    201: { schema: 'Grant', ...cached },
  },
  problems: CHANGE_PROBLEMS,
}));

export const removeGrants = /* @__PURE__ */ described(() => ({
  id: 'removeGrants',
  key: 'DELETE /v1/documents/{documentId}/grants',
  access: FOR_OWNERS_OR_GRANTS,
  successes: { 204: noStore },
  problems: [...CHANGE_PROBLEMS, 'no-such-grant'],
}));

export const revokeTokens = /* @__PURE__ */ described(() => ({
  id: 'revokeTokens',
  key: 'POST /v1/revocations',
  access: FOR_OWNERS_OR_REVOCATIONS,
  body: 'RevocationRequest',
  maxBodyBytes: 64 * KB,
  successes: {
    200: { schema: 'Revocation', ...noStore },
    202: { schema: 'Revocation', headers: ['Cache-Control', 'Location'] },
  },
  problems: ['not-granted', 'groups-not-in-token', 'store-unavailable'],
}));

export const getRevocation = /* @__PURE__ */ described(() => ({
  id: 'getRevocation',
  key: 'GET /v1/revocations/{id}',
  access: FOR_OWNERS_OR_REVOCATIONS,
  successes: { 200: { schema: 'Revocation', ...noStore } },
  problems: ['no-such-revocation', 'store-unavailable'],
}));

export const mintBackendToken = /* @__PURE__ */ described(() => ({
  id: 'mintBackendToken',
  key: 'POST /v1/backend-tokens',
  access: { scope: 'layermint/backend-tokens' },
  body: 'BackendTokenRequest',
  maxBodyBytes: 64 * KB,
  successes: { 201: { schema: 'BackendToken', ...noStore } },
  problems: ['scope-missing', 'token-too-large', ...KEY_PROBLEMS],
}));

export const getKeys = /* @__PURE__ */ described(() => ({
  id: 'getKeys',
  key: 'GET /.well-known/jwks.json',
  head: true,
  access: 'public',
  successes: {
    200: { schema: 'JwkSet', ...cached },
    304: cached,
  },
  problems: ['store-unavailable'],
}));

export const getHealth = /* @__PURE__ */ described(() => ({
  id: 'getHealth',
  key: 'GET /health',
  head: true,
  access: 'public',
  successes: {
    200: { schema: 'Health', ...cached },
    304: cached,
  },
  problems: [],
}));

export const getConsole = /* @__PURE__ */ described(() => ({
  id: 'getConsole',
  key: 'GET /console',
  head: true,
  access: 'public',
  successes: {
    200: { text: 'text/html', ...cached },
    304: cached,
  },
  problems: [],
}));

export const getConsoleFile = /* @__PURE__ */ described(() => ({
  id: 'getConsoleFile',
  key: 'GET /console/{file}',
  head: true,
  access: 'public',
  successes: {
    200: { schema: 'ConsoleSettings', ...cached },
    304: cached,
  },
  problems: ['route-not-found'],
}));

/** Every route by the id of its operation, which is its name everywhere. */
export const ROUTES = {
  mintToken,
  mintTokens,
  inspectToken,
  explainToken,
  getCaller,
  listDocuments,
  listGrants,
  setGrant,
  removeGrants,
  revokeTokens,
  getRevocation,
  mintBackendToken,
  getKeys,
  getHealth,
  getConsole,
  getConsoleFile,
} satisfies { readonly [Id in string]: Route & { readonly id: Id } };

/** Lists API Gateway's route keys of a route: its own, and the one of `HEAD` if it serves that. */
export function routeKeysOf({ key, head }: Pick<Route, 'key' | 'head'>): readonly string[] {
  return head === true ? [key, key.replace(/^\w+/, 'HEAD')] : [key];
}

/** The id of an operation. Its function, handler, test, log field and place in the docs have this name. */
export type OperationId = keyof typeof ROUTES;
