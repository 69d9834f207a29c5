import { answered, ask, DOCUMENT, type ExampleRequest, OTHER_DOCUMENT } from './example-request.ts';
import { GRANT_REQUESTS } from './grant-requests.ts';

const SERVICE: readonly ExampleRequest[] = [
  ask('getHealth', 'alive', 200, 'Alive'),
  ask('getHealth', 'same-version', 304, 'Alive, with the same version', {
    parameters: { 'If-None-Match': answered('getHealth.alive', 'ETag') },
  }),
  ask('getKeys', 'keys', 200, 'The key that signs'),
  ask('getKeys', 'unchanged', 304, 'The keys have not changed', {
    parameters: { 'If-None-Match': answered('getKeys.keys', 'ETag') },
  }),
  ask('getConsole', 'page', 200, 'The page'),
  ask('getConsole', 'same-page', 304, 'The same page', {
    parameters: { 'If-None-Match': answered('getConsole.page', 'ETag') },
  }),
  ask('getConsoleFile', 'settings', 200, 'The settings', { parameters: { file: 'config.json' } }),
  ask('getConsoleFile', 'same-settings', 304, 'The same settings', {
    parameters: { file: 'config.json', 'If-None-Match': answered('getConsoleFile.settings', 'ETag') },
  }),
  ask('getConsoleFile', 'no-such-file', 404, 'There is no such file', {
    parameters: { file: 'console.js' },
  }),
];

const forBob = { documentId: DOCUMENT, onBehalfOf: { userId: 'bob' } };

const MINTING: readonly ExampleRequest[] = [
  ask('mintToken', 'default-layer', 201, 'The default layer, with every granted permission', {
    caller: 'alice',
    body: { documentId: DOCUMENT },
  }),
  ask(
    'mintToken',
    'private-layer',
    201,
    "The caller's own layer, to read and write for a quarter of an hour",
    {
      caller: 'bob',
      body: {
        documentId: DOCUMENT,
        privateLayer: true,
        permissions: ['read-document', 'write'],
        ttlSeconds: 900,
      },
    },
  ),
  ask('mintToken', 'on-behalf', 201, 'A backend asks for a user that it has authenticated itself', {
    caller: 'backend',
    body: {
      documentId: OTHER_DOCUMENT,
      layer: 'review',
      onBehalfOf: { userId: 'dave', groups: ['editors'], name: 'Dave Draper' },
    },
  }),
  ask('mintToken', 'vouched', 201, 'A backend vouches for a user that has no grant here', {
    caller: 'backend',
    body: {
      documentId: OTHER_DOCUMENT,
      onBehalfOf: { userId: 'erin', name: 'Erin Eastwood' },
      grant: { role: 'editor', layers: [''], defaultGroup: 'surveyors' },
    },
  }),
  ask('mintToken', 'invalid', 400, 'Two members are not valid', {
    caller: 'alice',
    body: { documentId: 'contract 2026', ttlSeconds: 1 },
  }),
  ask('mintToken', 'not-granted', 403, 'The caller has no grant on the document', {
    caller: 'mallory',
    body: { documentId: DOCUMENT },
  }),
  ask('mintToken', 'permission-not-granted', 403, 'A viewer asks to write', {
    caller: 'carol',
    body: { documentId: DOCUMENT, permissions: ['read-document', 'write'] },
  }),
  ask('mintToken', 'default-group-not-granted', 403, 'The vouched grant gives another default group', {
    caller: 'backend',
    body: {
      documentId: OTHER_DOCUMENT,
      defaultGroup: 'architects',
      onBehalfOf: { userId: 'erin' },
      grant: { role: 'editor', defaultGroup: 'surveyors' },
    },
  }),
  ask('mintToken', 'not-a-backend', 403, 'A user asks for the token of another user', {
    caller: 'alice',
    body: forBob,
  }),
  ask('mintTokens', 'three-documents', 200, 'Three documents, one of which the caller may not open', {
    caller: 'bob',
    body: {
      requests: [
        { documentId: DOCUMENT, layer: 'review' },
        { documentId: OTHER_DOCUMENT, permissions: ['cover-image'] },
        { documentId: 'no-such-document' },
      ],
    },
  }),
  ask('mintTokens', 'vouched', 200, 'A backend vouches for its user in two entries, and in one it does not', {
    caller: 'backend',
    body: {
      requests: [
        { documentId: DOCUMENT, onBehalfOf: { userId: 'erin' }, grant: { role: 'viewer' } },
        { documentId: OTHER_DOCUMENT, onBehalfOf: { userId: 'erin' }, grant: { role: 'editor' } },
        { documentId: DOCUMENT, onBehalfOf: { userId: 'erin' } },
      ],
    },
  }),
  ask('mintTokens', 'empty', 400, 'The list of requests is empty', { caller: 'bob', body: { requests: [] } }),
  ask('mintTokens', 'not-a-backend', 403, 'A user asks for the token of another user', {
    caller: 'alice',
    body: { requests: [forBob] },
  }),
];

const INSPECTING: readonly ExampleRequest[] = [
  ask('inspectToken', 'accepted', 200, 'A token that opens the document (the list of checks is cut)', {
    caller: 'alice',
    body: { jwt: answered('mintToken.default-layer', 'jwt'), documentId: DOCUMENT },
    shows: ['three-parts', 'signature', 'document-asked-for'],
  }),
  ask('inspectToken', 'unsigned', 200, 'A token that is not signed (the list of checks is cut)', {
    caller: 'alice',
    body: { jwt: 'eyJhbGciOiJub25lIn0.e30.' },
    shows: ['three-parts', 'alg'],
  }),
  ask('inspectToken', 'no-token', 400, 'The body has no token', { caller: 'alice', body: {} }),
];

const EXPLAINING: readonly ExampleRequest[] = [
  ask('explainToken', 'allowed', 200, 'A user in a group of editors', {
    caller: 'alice',
    body: { documentId: DOCUMENT, userId: 'bob', groups: ['editors'] },
  }),
  ask('explainToken', 'group-missing', 200, 'A user who is refused, as long as a group is missing', {
    caller: 'backend',
    body: { documentId: DOCUMENT, userId: 'bob', permissions: ['write'] },
  }),
  ask('explainToken', 'unknown-document', 200, 'A document without a grant', {
    caller: 'backend',
    body: { documentId: 'no-such-document', userId: 'bob' },
  }),
  ask('explainToken', 'no-user', 400, 'The body names no user', {
    caller: 'alice',
    body: { documentId: DOCUMENT },
  }),
  ask('explainToken', 'not-an-owner', 403, 'The caller is not an owner of the document', {
    caller: 'carol',
    body: { documentId: DOCUMENT, userId: 'bob' },
  }),
  ask('explainToken', 'may-not-vouch', 403, 'An owner asks for a grant that a backend would vouch for', {
    caller: 'alice',
    body: { documentId: DOCUMENT, userId: 'bob', grant: { role: 'editor' } },
  }),
];

const CALLERS: readonly ExampleRequest[] = [
  ask('getCaller', 'user', 200, 'A user in a group of editors', { caller: 'bob' }),
  ask('getCaller', 'backend', 200, 'A backend, which has scopes', { caller: 'backend' }),
];

const NEXT_DOCUMENTS = answered('listDocuments.first-page', 'nextCursor');

const DOCUMENTS: readonly ExampleRequest[] = [
  ask('listDocuments', 'first-page', 200, 'The first page, of one document', {
    caller: 'bob',
    parameters: { limit: '1' },
  }),
  ask('listDocuments', 'last-page', 200, 'The next page, which is the last', {
    caller: 'bob',
    parameters: { limit: '1', cursor: NEXT_DOCUMENTS },
  }),
  ask('listDocuments', 'altered-cursor', 400, 'A cursor that is not from an answer', {
    caller: 'bob',
    parameters: { cursor: `${NEXT_DOCUMENTS}AA` },
  }),
];

const REVOKING: readonly ExampleRequest[] = [
  ask('revokeTokens', 'own', 200, "The caller's own tokens, on every document", {
    caller: 'alice',
    body: {},
  }),
  ask('revokeTokens', 'of-a-document', 200, "Everybody's tokens for a document, by its owner", {
    caller: 'alice',
    body: { documentId: DOCUMENT, everyone: true, reason: 'It was shared with too many' },
  }),
  ask('revokeTokens', 'own-of-a-document', 200, "The caller's own tokens for one document", {
    caller: 'bob',
    body: { documentId: DOCUMENT },
  }),
  ask('revokeTokens', 'everyone-everywhere', 400, 'Everybody, but no document', {
    caller: 'backend',
    body: { everyone: true },
  }),
  ask('revokeTokens', 'of-a-user', 200, "A user's tokens, by a backend", {
    caller: 'backend',
    body: { userId: 'bob' },
  }),
  ask('revokeTokens', 'of-somebody-else', 403, 'A user asks to end the tokens of another user', {
    caller: 'mallory',
    body: { userId: 'alice' },
  }),
  ask('revokeTokens', 'long-reason', 400, 'The reason is too long', {
    caller: 'alice',
    body: { reason: 'x'.repeat(501) },
  }),
  ask('getRevocation', 'confirmed', 200, 'A revocation that Document Engine has confirmed', {
    caller: 'alice',
    parameters: { id: answered('revokeTokens.of-a-document', 'id') },
  }),
  ask('getRevocation', 'of-somebody-else', 404, 'A revocation that another user asked for', {
    caller: 'mallory',
    parameters: { id: answered('revokeTokens.of-a-document', 'id') },
  }),
];

const BACKEND_TOKENS: readonly ExampleRequest[] = [
  ask('mintBackendToken', 'edit-and-sign', 201, 'To edit and sign one document, from one origin', {
    caller: 'backend',
    body: {
      allowedDocumentIds: [DOCUMENT],
      allowedOperations: ['document_editor_api', 'digital_signatures_api'],
      allowedOrigins: ['https://app.example.com'],
    },
  }),
  ask('mintBackendToken', 'any', 400, 'For any document, if the stage does not allow that', {
    caller: 'backend',
    body: { allowedDocumentIds: 'any', allowedOperations: ['document_editor_api'] },
  }),
  ask('mintBackendToken', 'not-a-backend', 403, 'A user asks for a backend token', {
    caller: 'alice',
    body: { allowedDocumentIds: [DOCUMENT], allowedOperations: ['document_editor_api'] },
  }),
];

/** Every request, in order: some use the answers to earlier ones. */
export const REQUESTS: readonly ExampleRequest[] = [
  ...SERVICE,
  ...MINTING,
  ...INSPECTING,
  ...EXPLAINING,
  ...CALLERS,
  ...DOCUMENTS,
  ...GRANT_REQUESTS,
  ...REVOKING,
  ...BACKEND_TOKENS,
];
