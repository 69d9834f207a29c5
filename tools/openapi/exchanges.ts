import * as z from 'zod/mini';
import { backendTokenRequestSchema } from '../../lib/http/routes/backend-tokens/schemas.ts';
import { batchRequestSchema } from '../../lib/http/routes/tokens/batch-schemas.ts';
import { encodeCursor } from '../../lib/http/messages/cursor.ts';
import { problemOfAdministration } from '../../lib/http/routes/grants/grant-problems.ts';
import { grantBodySchema, principalAnswer } from '../../lib/http/routes/grants/schemas.ts';
import { InspectBody } from '../../lib/http/routes/tokens/inspect-schemas.ts';
import { mintRequestSchema } from '../../lib/http/routes/tokens/mint-request.ts';
import { problemOfRefusal } from '../../lib/http/routes/tokens/mint-problems.ts';
import { Problem, type ProblemSlug } from '../../lib/http/problems/problem.ts';
import { RevocationBody } from '../../lib/http/routes/revocations/schemas.ts';
import packageJson from '../../package.json' with { type: 'json' };
import {
  bodyOf,
  claimsOf,
  ETAGS,
  EVERYTHING,
  exampleJwt,
  IDS,
  invalid,
  KEY,
  lifeOf,
  NOW,
  SERVER_URL,
  token,
  type TokenParts,
} from './example-values.ts';
import { type JsonObject } from './json-schema.ts';
import { backendTokenRules, grantRules, ttl } from './service.ts';
import { type Principal } from '../../lib/identity/index.ts';

/**
 * A request to the local stack (`npm start`) as it comes up, and its answer. What every start makes anew (tokens, ids, ETags,
 * times, addresses) stands here for whatever is answered in its place, also where later requests use it.
 */
export interface Exchange {
  /** The `id` of the operation. */
  readonly operation: string;
  /** Distinct within the operation. */
  readonly name: string;
  readonly summary: string;
  /** A demo caller; absent: nobody. */
  readonly caller?: string;
  /** By name. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  readonly status: number;
  /** Absent where the answer has no body. */
  readonly answer?: JsonObject;
}

const DOCUMENT = 'contract-2026';
const OTHER_DOCUMENT = 'floor-plan';

const ALICES: TokenParts = { documentId: DOCUMENT, userId: 'alice', name: 'Alice Archer' };
const BOBS = { userId: 'bob', name: 'Bob Baker' };

/** The answer to a problem that the route itself words. */
const problem = (slug: ProblemSlug, detail: string): JsonObject => bodyOf(new Problem(slug, detail));

const invalidQuery = (what: string): JsonObject => problem('invalid-request', `The query string ${what}.`);

const refused = (refusal: Parameters<typeof problemOfAdministration>[0]): JsonObject =>
  bodyOf(problemOfAdministration(refusal));

const plainly = (
  reason: 'no-owner' | 'owner-for-everyone' | 'last-owner' | 'precondition-failed' | 'no-grant',
) => refused({ outcome: 'refused', reason });

const NOT_GRANTED = bodyOf(problemOfRefusal({ outcome: 'refused', reason: 'no-grant' }));

const INVALID_CURSOR = invalidQuery(
  'must have a "cursor" as it came in "nextCursor", or none to begin with the first page',
);

function grant(principal: Principal, etag: string, content: JsonObject): JsonObject {
  return {
    principal: principalAnswer(principal),
    privateLayer: false,
    grantedBy: 'npm start',
    grantedAt: NOW,
    etag,
    ...content,
  };
}

const user = (id: string): Principal => ({ kind: 'user', id });

const BEYOND = { beyond: { layer: '' } } as const;

const SERVICE: readonly Exchange[] = [
  {
    operation: 'getHealth',
    name: 'alive',
    summary: 'Alive',
    status: 200,
    answer: { status: 'ok', version: packageJson.version },
  },
  {
    operation: 'getKeys',
    name: 'keys',
    summary: 'The key that signs',
    status: 200,
    answer: { keys: [KEY] },
  },
  {
    operation: 'getKeys',
    name: 'unchanged',
    summary: 'The keys are those that are held already',
    parameters: { 'If-None-Match': `"${ETAGS.keys}"` },
    status: 304,
  },
];

const invalidMint = { documentId: 'contract 2026', ttlSeconds: 1 };

const MINTING: readonly Exchange[] = [
  {
    operation: 'mintToken',
    name: 'default-layer',
    summary: 'The default layer, with all that is granted',
    caller: 'alice',
    body: { documentId: DOCUMENT },
    status: 201,
    answer: token(ALICES),
  },
  {
    operation: 'mintToken',
    name: 'private-layer',
    summary: "The caller's own layer, to read and write for a quarter of an hour",
    caller: 'bob',
    body: {
      documentId: DOCUMENT,
      privateLayer: true,
      permissions: ['read-document', 'write'],
      ttlSeconds: 900,
    },
    status: 201,
    answer: token({
      ...BOBS,
      documentId: DOCUMENT,
      layer: 'user:bob',
      permissions: ['read-document', 'write'],
      lives: 900,
    }),
  },
  {
    operation: 'mintToken',
    name: 'on-behalf',
    summary: 'A backend asks for a user that it has authenticated itself',
    caller: 'backend',
    body: {
      documentId: OTHER_DOCUMENT,
      layer: 'review',
      onBehalfOf: { userId: 'dave', groups: ['editors'], name: 'Dave Draper' },
    },
    status: 201,
    answer: token({ documentId: OTHER_DOCUMENT, layer: 'review', userId: 'dave', name: 'Dave Draper' }),
  },
  {
    operation: 'mintToken',
    name: 'invalid',
    summary: 'Two members are not valid',
    caller: 'alice',
    body: invalidMint,
    status: 400,
    answer: invalid(mintRequestSchema(ttl), invalidMint),
  },
  {
    operation: 'mintToken',
    name: 'not-granted',
    summary: 'The caller has no grant on the document',
    caller: 'mallory',
    body: { documentId: DOCUMENT },
    status: 403,
    answer: NOT_GRANTED,
  },
  {
    operation: 'mintToken',
    name: 'permission-not-granted',
    summary: 'A viewer asks to write',
    caller: 'carol',
    body: { documentId: DOCUMENT, permissions: ['read-document', 'write'] },
    status: 403,
    answer: bodyOf(
      problemOfRefusal({ outcome: 'refused', reason: 'permissions-not-granted', permissions: ['write'] }),
    ),
  },
  {
    operation: 'mintToken',
    name: 'not-a-backend',
    summary: 'A user asks for somebody else',
    caller: 'alice',
    body: { documentId: DOCUMENT, onBehalfOf: { userId: 'bob' } },
    status: 403,
    answer: problem('scope-missing', '"onBehalfOf" needs a caller token with the scope layermint/on-behalf.'),
  },
  {
    operation: 'mintTokens',
    name: 'three-documents',
    summary: 'Three documents, one of which the caller may not open',
    caller: 'bob',
    body: {
      requests: [
        { documentId: DOCUMENT, layer: 'review' },
        { documentId: OTHER_DOCUMENT, permissions: ['cover-image'] },
        { documentId: 'no-such-document' },
      ],
    },
    status: 200,
    answer: {
      results: [
        { status: 201, token: token({ ...BOBS, documentId: DOCUMENT, layer: 'review' }) },
        {
          status: 201,
          token: token({ ...BOBS, documentId: OTHER_DOCUMENT, permissions: ['cover-image'] }),
        },
        { status: 403, problem: NOT_GRANTED },
      ],
    },
  },
  {
    operation: 'mintTokens',
    name: 'empty',
    summary: 'Nothing is asked for',
    caller: 'bob',
    body: { requests: [] },
    status: 400,
    answer: invalid(batchRequestSchema(z.unknown()), { requests: [] }),
  },
  {
    operation: 'mintTokens',
    name: 'not-a-backend',
    summary: 'A user asks for somebody else',
    caller: 'alice',
    body: { requests: [{ documentId: DOCUMENT, onBehalfOf: { userId: 'bob' } }] },
    status: 403,
    answer: problem('scope-missing', '"onBehalfOf" needs a caller token with the scope layermint/on-behalf.'),
  },
];

const FINE = 'As it should be.';

const UNSIGNED = 'eyJhbGciOiJub25lIn0.e30.';

const INSPECTING: readonly Exchange[] = [
  {
    operation: 'inspectToken',
    name: 'accepted',
    summary: 'A token that opens the document (the list of checks is cut)',
    caller: 'alice',
    body: { jwt: exampleJwt(claimsOf(ALICES)), documentId: DOCUMENT },
    status: 200,
    answer: {
      accepted: true,
      checks: [
        {
          rule: 'three-parts',
          ok: true,
          basis: 'documented',
          expected: 'header.claims.signature: three parts with dots between',
          actual: '3 parts',
          detail: FINE,
        },
        {
          rule: 'signature',
          ok: true,
          basis: 'documented',
          expected: 'verified by a key that this deployment publishes (/.well-known/jwks.json)',
          actual: `verified by the current key "${KEY.kid}"`,
          detail: FINE,
        },
        {
          rule: 'document-asked-for',
          ok: true,
          basis: 'documented',
          expected: `"${DOCUMENT}"`,
          actual: `"${DOCUMENT}"`,
          detail: FINE,
        },
      ],
      header: { alg: KEY.alg, typ: 'JWT', kid: KEY.kid },
      claims: claimsOf(ALICES),
    },
  },
  {
    operation: 'inspectToken',
    name: 'unsigned',
    summary: 'A token that is not signed (the list of checks is cut)',
    caller: 'alice',
    body: { jwt: UNSIGNED },
    status: 200,
    answer: {
      accepted: false,
      checks: [
        {
          rule: 'three-parts',
          ok: false,
          basis: 'documented',
          expected: 'header.claims.signature: three parts with dots between',
          actual: '3 parts, 1 empty',
          detail: 'The signature is missing. Sign the token; an unsigned one is never accepted.',
        },
        {
          rule: 'alg',
          ok: false,
          basis: 'documented',
          expected: 'one of ES256, ES512, RS256, RS512',
          actual: '"none"',
          detail: 'An unsigned token is never accepted. Have it signed by this service.',
        },
      ],
      header: { alg: 'none' },
      claims: {},
    },
  },
  {
    operation: 'inspectToken',
    name: 'no-token',
    summary: 'No token is there to inspect',
    caller: 'alice',
    body: {},
    status: 400,
    answer: invalid(InspectBody, {}),
  },
];

const layer = (name: string) => ({ layer: name, roles: ['editor'], permissions: EVERYTHING });

const DOCUMENTS_CURSOR = encodeCursor('documents', DOCUMENT);

const DOCUMENTS: readonly Exchange[] = [
  {
    operation: 'listDocuments',
    name: 'first-page',
    summary: 'The first page, of one document',
    caller: 'bob',
    parameters: { limit: '1' },
    status: 200,
    answer: {
      documents: [{ documentId: DOCUMENT, layers: [layer(''), layer('review'), layer('user:bob')] }],
      nextCursor: DOCUMENTS_CURSOR,
    },
  },
  {
    operation: 'listDocuments',
    name: 'last-page',
    summary: 'The page behind it, which is the last',
    caller: 'bob',
    parameters: { limit: '1', cursor: DOCUMENTS_CURSOR },
    status: 200,
    answer: {
      documents: [
        {
          documentId: OTHER_DOCUMENT,
          layers: [{ anyLayer: true, roles: ['editor'], permissions: EVERYTHING }, layer('user:bob')],
        },
      ],
    },
  },
  {
    operation: 'listDocuments',
    name: 'altered-cursor',
    summary: 'A cursor that came in no answer',
    caller: 'bob',
    parameters: { cursor: `${DOCUMENTS_CURSOR}AA` },
    status: 400,
    answer: INVALID_CURSOR,
  },
];

const onDocument = (query: Readonly<Record<string, string>>) => ({ documentId: DOCUMENT, ...query });
const onOther = (query: Readonly<Record<string, string>>) => ({ documentId: OTHER_DOCUMENT, ...query });

const annotator = { role: 'annotator', layers: ['', 'review'], expiresAt: '2099-12-31T23:59:59Z' };

const SETTING: readonly Exchange[] = [
  {
    operation: 'setGrant',
    name: 'new',
    summary: 'An owner gives a grant, unless there is one',
    caller: 'alice',
    parameters: onDocument({ user: 'dave', 'If-None-Match': '*' }),
    body: annotator,
    status: 201,
    answer: grant(user('dave'), ETAGS.created, { ...annotator, grantedBy: 'alice' }),
  },
  {
    operation: 'setGrant',
    name: 'changed',
    summary: 'An owner changes a grant, if it is still as it was',
    caller: 'alice',
    parameters: onDocument({ user: 'dave', 'If-Match': `"${ETAGS.created}"` }),
    body: { role: 'viewer' },
    status: 200,
    answer: grant(user('dave'), ETAGS.changed, { role: 'viewer', layers: [''], grantedBy: 'alice' }),
  },
  {
    operation: 'setGrant',
    name: 'stale',
    summary: 'Somebody has changed the grant meanwhile',
    caller: 'alice',
    parameters: onDocument({ user: 'dave', 'If-Match': `"${ETAGS.created}"` }),
    body: { role: 'editor' },
    status: 412,
    answer: plainly('precondition-failed'),
  },
  {
    operation: 'setGrant',
    name: 'first-owner',
    summary: "A backend gives the first grant of a document's owner",
    caller: 'backend',
    parameters: onDocument({ documentId: 'annual-report', user: 'alice' }),
    body: { role: 'owner', layers: ['*'], privateLayer: true },
    status: 201,
    answer: grant(user('alice'), ETAGS.owner, {
      role: 'owner',
      layers: ['*'],
      privateLayer: true,
      grantedBy: 'backend',
    }),
  },
  {
    operation: 'setGrant',
    name: 'owner-of-a-layer',
    summary: 'A backend makes an owner of one layer',
    caller: 'backend',
    parameters: onOther({ user: 'carol' }),
    body: { role: 'owner', layers: ['review'] },
    status: 201,
    answer: grant(user('carol'), ETAGS.reviewer, { role: 'owner', layers: ['review'], grantedBy: 'backend' }),
  },
  {
    operation: 'setGrant',
    name: 'unknown-role',
    summary: 'There is no such role',
    caller: 'alice',
    parameters: onDocument({ group: 'editors' }),
    body: { role: 'boss' },
    status: 400,
    answer: invalid(grantBodySchema(grantRules), { role: 'boss' }),
  },
  {
    operation: 'setGrant',
    name: 'not-an-owner',
    summary: 'The caller is no owner',
    caller: 'mallory',
    parameters: onDocument({ user: 'mallory' }),
    body: { role: 'owner' },
    status: 403,
    answer: plainly('no-owner'),
  },
  {
    operation: 'setGrant',
    name: 'beyond-own-grants',
    summary: 'An owner of one layer gives another',
    caller: 'carol',
    parameters: onOther({ user: 'dave' }),
    body: { role: 'viewer' },
    status: 403,
    answer: refused({ outcome: 'refused', reason: 'beyond-own-grants', of: 'new', ...BEYOND }),
  },
  {
    operation: 'setGrant',
    name: 'owner-for-everyone',
    summary: 'An owner makes everyone an owner',
    caller: 'alice',
    parameters: onDocument({ everyone: '' }),
    body: { role: 'owner' },
    status: 403,
    answer: plainly('owner-for-everyone'),
  },
  {
    operation: 'setGrant',
    name: 'last-owner',
    summary: 'The last owner becomes an editor',
    caller: 'alice',
    parameters: onDocument({ user: 'alice' }),
    body: { role: 'editor' },
    status: 409,
    answer: plainly('last-owner'),
  },
];

const LISTING: readonly Exchange[] = [
  {
    operation: 'listGrants',
    name: 'first-page',
    summary: 'The first page, of two grants',
    caller: 'alice',
    parameters: onDocument({ limit: '2' }),
    status: 200,
    answer: {
      grants: [
        grant({ kind: 'group', name: 'editors' }, ETAGS.editors, {
          role: 'editor',
          layers: ['', 'review'],
          privateLayer: true,
        }),
        grant(user('alice'), ETAGS.alice, { role: 'owner', layers: ['*'], privateLayer: true }),
      ],
      nextCursor: encodeCursor('grants', 'USER#alice'),
    },
  },
  {
    operation: 'listGrants',
    name: 'last-page',
    summary: 'The page behind it, which is the last',
    caller: 'alice',
    parameters: onDocument({ limit: '2', cursor: encodeCursor('grants', 'USER#alice') }),
    status: 200,
    answer: {
      grants: [
        grant(user('carol'), ETAGS.carol, { role: 'viewer', layers: [''] }),
        grant(user('dave'), ETAGS.changed, { role: 'viewer', layers: [''], grantedBy: 'alice' }),
      ],
    },
  },
  {
    operation: 'listGrants',
    name: 'altered-cursor',
    summary: 'A cursor of another list',
    caller: 'alice',
    parameters: onDocument({ cursor: DOCUMENTS_CURSOR }),
    status: 400,
    answer: INVALID_CURSOR,
  },
  {
    operation: 'listGrants',
    name: 'not-an-owner',
    summary: 'The caller is no owner',
    caller: 'carol',
    parameters: onDocument({}),
    status: 403,
    answer: plainly('no-owner'),
  },
];

const REMOVING: readonly Exchange[] = [
  {
    operation: 'removeGrants',
    name: 'stale',
    summary: 'Somebody has changed the grant meanwhile',
    caller: 'alice',
    parameters: onDocument({ user: 'dave', 'If-Match': `"${ETAGS.created}"` }),
    status: 412,
    answer: plainly('precondition-failed'),
  },
  {
    operation: 'removeGrants',
    name: 'one',
    summary: 'An owner removes a grant, if it is still as it was',
    caller: 'alice',
    parameters: onDocument({ user: 'dave', 'If-Match': `"${ETAGS.changed}"` }),
    status: 204,
  },
  {
    operation: 'removeGrants',
    name: 'gone',
    summary: 'There is no such grant any more',
    caller: 'alice',
    parameters: onDocument({ user: 'dave' }),
    status: 404,
    answer: plainly('no-grant'),
  },
  {
    operation: 'removeGrants',
    name: 'whose',
    summary: 'Nothing says whose grant is meant',
    caller: 'alice',
    parameters: onDocument({}),
    status: 400,
    answer: invalidQuery('must have exactly one of user, group, everyone, all'),
  },
  {
    operation: 'removeGrants',
    name: 'not-an-owner',
    summary: 'The caller is no owner',
    caller: 'mallory',
    parameters: onDocument({ user: 'alice' }),
    status: 403,
    answer: plainly('no-owner'),
  },
  {
    operation: 'removeGrants',
    name: 'beyond-own-grants',
    summary: 'An owner of one layer removes a grant on every layer',
    caller: 'carol',
    parameters: onOther({ group: 'editors' }),
    status: 403,
    answer: refused({
      outcome: 'refused',
      reason: 'beyond-own-grants',
      of: 'present',
      beyond: { anyLayer: true },
    }),
  },
  {
    operation: 'removeGrants',
    name: 'all-as-an-owner',
    summary: 'An owner removes all grants',
    caller: 'alice',
    parameters: onDocument({ all: '' }),
    status: 403,
    answer: problem(
      'scope-missing',
      "To remove all of a document's grants needs a caller token with the scope layermint/grants.",
    ),
  },
  {
    operation: 'removeGrants',
    name: 'last-owner',
    summary: 'The last owner leaves',
    caller: 'alice',
    parameters: onDocument({ user: 'alice' }),
    status: 409,
    answer: plainly('last-owner'),
  },
  {
    operation: 'removeGrants',
    name: 'all',
    summary: 'The document is gone: a backend removes all grants',
    caller: 'backend',
    parameters: onOther({ all: '' }),
    status: 204,
  },
];

const confirmed = { state: 'confirmed', waiting: 0, requestedAt: NOW };

const tooLong = { reason: 'x'.repeat(501) };

const REVOKING: readonly Exchange[] = [
  {
    operation: 'revokeTokens',
    name: 'own',
    summary: "The caller's own tokens, on every document",
    caller: 'alice',
    body: {},
    status: 200,
    answer: { id: IDS.own, ...confirmed, userId: 'alice', holders: 1 },
  },
  {
    operation: 'revokeTokens',
    name: 'of-a-document',
    summary: "Everybody's tokens for a document, by its owner",
    caller: 'alice',
    body: { documentId: DOCUMENT, reason: 'It was shared with too many' },
    status: 200,
    answer: {
      id: IDS.document,
      ...confirmed,
      documentId: DOCUMENT,
      reason: 'It was shared with too many',
      holders: 2,
    },
  },
  {
    operation: 'revokeTokens',
    name: 'of-a-user',
    summary: "A user's tokens, by a backend",
    caller: 'backend',
    body: { userId: 'bob' },
    status: 200,
    answer: { id: IDS.user, ...confirmed, userId: 'bob', holders: 2 },
  },
  {
    operation: 'revokeTokens',
    name: 'of-somebody-else',
    summary: "A user ends somebody else's tokens",
    caller: 'mallory',
    body: { userId: 'alice' },
    status: 403,
    answer: problem(
      'not-granted',
      'Without the scope layermint/revocations, a caller revokes their own tokens, and an owner those for their document.',
    ),
  },
  {
    operation: 'revokeTokens',
    name: 'long-reason',
    summary: 'The reason is too long',
    caller: 'alice',
    body: tooLong,
    status: 400,
    answer: invalid(RevocationBody, tooLong),
  },
  {
    operation: 'getRevocation',
    name: 'confirmed',
    summary: 'A revocation that is over',
    caller: 'alice',
    parameters: { id: IDS.document },
    status: 200,
    answer: {
      id: IDS.document,
      ...confirmed,
      documentId: DOCUMENT,
      reason: 'It was shared with too many',
      holders: 2,
    },
  },
  {
    operation: 'getRevocation',
    name: 'of-somebody-else',
    summary: 'A revocation that somebody else asked for',
    caller: 'mallory',
    parameters: { id: IDS.document },
    status: 404,
    answer: problem(
      'no-such-revocation',
      'You asked for no revocation with this id in the last week, and there is none of a document that you own.',
    ),
  },
];

const backendRequest = {
  allowedDocumentIds: [DOCUMENT],
  allowedOperations: ['document_editor_api', 'digital_signatures_api'],
  allowedOrigins: ['https://app.example.com'],
};

const forAny = { allowedDocumentIds: 'any', allowedOperations: ['document_editor_api'] };

const BACKEND_TOKENS: readonly Exchange[] = [
  {
    operation: 'mintBackendToken',
    name: 'edit-and-sign',
    summary: 'To edit and sign one document, from one origin',
    caller: 'backend',
    body: backendRequest,
    status: 201,
    answer: {
      jwt: exampleJwt({
        allowed_document_ids: backendRequest.allowedDocumentIds,
        allowed_operations: backendRequest.allowedOperations,
        allowed_origins: backendRequest.allowedOrigins,
        server_url: SERVER_URL,
      }),
      ...backendRequest,
      ...lifeOf(300),
      serverUrl: SERVER_URL,
    },
  },
  {
    operation: 'mintBackendToken',
    name: 'any',
    summary: 'For any document, where the stage does not allow that',
    caller: 'backend',
    body: forAny,
    status: 400,
    answer: invalid(backendTokenRequestSchema({ ...backendTokenRules, mayBeForAny: false }), forAny),
  },
  {
    operation: 'mintBackendToken',
    name: 'not-a-backend',
    summary: 'A user asks for a backend token',
    caller: 'alice',
    body: { allowedDocumentIds: [DOCUMENT], allowedOperations: ['document_editor_api'] },
    status: 403,
    answer: problem(
      'scope-missing',
      'A backend token needs a caller token with the scope layermint/backend-tokens.',
    ),
  },
];

/** In the order in which they work. */
export const EXCHANGES: readonly Exchange[] = [
  ...SERVICE,
  ...MINTING,
  ...INSPECTING,
  ...DOCUMENTS,
  ...SETTING,
  ...LISTING,
  ...REMOVING,
  ...REVOKING,
  ...BACKEND_TOKENS,
];
