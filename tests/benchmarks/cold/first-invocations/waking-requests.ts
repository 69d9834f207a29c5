import type { FunctionName } from '../../../../lib/wiring/environments.ts';

/** A request to the local stack that wakes a function. */
export interface WakingRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** A member in braces is one of the answer to an earlier request, such as `{mintToken.jwt}`. */
  readonly path: string;
  /** A demo caller. */
  readonly caller?: 'alice' | 'bob' | 'backend';
  /** Its texts can hold members in braces too. */
  readonly body?: object;
  readonly status: number;
}

/** The functions that something else wakes: any request with a caller token, the audit log, a rotation, a schedule. */
type WokenOtherwise =
  'authorizeCaller' | 'recordAudit' | 'rotateSigningKey' | 'sweepRevocations' | 'checkKeys' | 'probeService';

const documentId = 'contract-2026';

/**
 * The request that wakes each function of the API, in an order in which they can be sent. Answered once, each of them gets the same
 * answer again.
 */
export const WAKING_REQUESTS = {
  mintToken: {
    method: 'POST',
    path: '/v1/tokens',
    caller: 'alice',
    body: { documentId },
    status: 201,
  },
  inspectToken: {
    method: 'POST',
    path: '/v1/tokens/inspect',
    caller: 'alice',
    body: { jwt: '{mintToken.jwt}', documentId },
    status: 200,
  },
  explainToken: {
    method: 'POST',
    path: '/v1/tokens/explain',
    caller: 'alice',
    body: { documentId, userId: 'bob', groups: ['editors'] },
    status: 200,
  },
  mintBackendToken: {
    method: 'POST',
    path: '/v1/backend-tokens',
    caller: 'backend',
    body: {
      allowedDocumentIds: [documentId],
      allowedOperations: ['document_editor_api'],
      allowedOrigins: ['https://app.example.com'],
    },
    status: 201,
  },
  getKeys: { method: 'GET', path: '/.well-known/jwks.json', status: 200 },
  listGrants: { method: 'GET', path: `/v1/documents/${documentId}/grants`, caller: 'alice', status: 200 },
  setGrant: {
    method: 'PUT',
    path: `/v1/documents/${documentId}/grants?user=carol`,
    caller: 'alice',
    body: { role: 'viewer' },
    status: 200,
  },
  listDocuments: { method: 'GET', path: '/v1/documents', caller: 'bob', status: 200 },
  revokeTokens: {
    method: 'POST',
    path: '/v1/revocations',
    caller: 'alice',
    body: { documentId, everyone: true },
    status: 200,
  },
  getRevocation: {
    method: 'GET',
    path: '/v1/revocations/{revokeTokens.id}',
    caller: 'alice',
    status: 200,
  },
  getCaller: { method: 'GET', path: '/v1/caller', caller: 'bob', status: 200 },
  getHealth: { method: 'GET', path: '/health', status: 200 },
  getConsole: { method: 'GET', path: '/console', status: 200 },
  fallback: { method: 'GET', path: '/no-such-route', status: 404 },
} as const satisfies Record<Exclude<FunctionName, WokenOtherwise>, WakingRequest>;
