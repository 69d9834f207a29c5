import { jsonAnswer, textAnswer, type HttpAnswer, type HttpRequest } from '../loopback-server.ts';
import type { ClientClaims, Permission } from './token-claims.ts';
import type { Documents } from './held-documents.ts';
import type { Route } from './routing.ts';
import { verifyClientToken, type TokenRules } from './tokens.ts';

export type ViewerOperation = 'health' | 'cover' | 'open';

/** One grey pixel: every cover looks the same. */
const coverPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==',
  'base64',
);

/** Serves `/healthcheck`, and a client SDK's requests with a client token: fetch a cover, open a document. */
export function viewer(documents: Documents, rules: TokenRules): Route<ViewerOperation>[] {
  return [
    {
      operation: 'health',
      method: 'GET',
      pattern: '/healthcheck',
      // The body is not documented.
      answer: () => ({ status: 200, headers: {}, body: '' }),
    },
    {
      operation: 'cover',
      method: 'GET',
      pattern: '/documents/:documentId/cover',
      answer: (request, parameter) => {
        return withToken(request.query.get('jwt') ?? undefined, rules, (claims) => {
          const documentId = parameter('documentId');
          const width = request.query.get('width');
          return (
            refusalFor(claims, documentId, 'cover-image') ??
            missing(documents, documentId) ??
            (width === null || /^[1-9]\d{0,4}$/.test(width)
              ? { status: 200, headers: { 'content-type': 'image/png' }, body: coverPng }
              : textAnswer(400, 'The width must be a number of pixels'))
          );
        });
      },
    },
    {
      // Document Engine has no such route. The SDKs' protocol is not public, so this route stands in for opening a document.
      operation: 'open',
      method: 'GET',
      pattern: '/local/open',
      answer: (request) => {
        const documentId = request.query.get('documentId');
        if (documentId === null) return textAnswer(400, 'The query must name a documentId');
        const layer = request.query.get('layer') ?? '';
        return withToken(tokenOf(request), rules, (claims) => {
          const refusal = refusalFor(claims, documentId, 'read-document');
          if (refusal !== undefined) return refusal;
          const opens = claims.layer ?? '';
          if (opens !== layer)
            return textAnswer(
              403,
              `The token opens layer ${JSON.stringify(opens)}, not ${JSON.stringify(layer)}`,
            );
          return missing(documents, documentId) ?? jsonAnswer(200, opened(claims));
        });
      },
    },
  ];
}

function tokenOf(request: HttpRequest): string | undefined {
  return request.query.get('jwt') ?? /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function withToken(
  token: string | undefined,
  rules: TokenRules,
  answer: (claims: ClientClaims) => HttpAnswer,
): HttpAnswer {
  const verification = verifyClientToken(token, rules);
  return verification.accepted
    ? answer(verification.claims)
    : textAnswer(verification.status, verification.message);
}

function refusalFor(
  claims: ClientClaims,
  documentId: string,
  permission: Permission,
): HttpAnswer | undefined {
  if (claims.document_id !== documentId)
    return textAnswer(
      403,
      `The token opens document ${JSON.stringify(claims.document_id)}, not ${JSON.stringify(documentId)}`,
    );
  if (!claims.permissions.includes(permission))
    return textAnswer(403, `The token does not have the permission ${permission}`);
  return undefined;
}

function missing(documents: Documents, documentId: string): HttpAnswer | undefined {
  return documents.layersOf(documentId) === undefined
    ? textAnswer(404, 'There is no such document')
    : undefined;
}

function opened(claims: ClientClaims): object {
  return {
    documentId: claims.document_id,
    layer: claims.layer ?? '',
    userId: claims.user_id ?? null,
    permissions: claims.permissions,
    collaborationPermissions: claims.collaboration_permissions,
    defaultGroup: claims.default_group,
    creatorName: claims.creator_name,
  };
}
