import { type ProblemSlug } from '../../lib/http/problems/problem.ts';
import { type Scope } from '../../lib/http/authentication/scopes.ts';
import { MAX_LIMIT, DEFAULT_LIMIT } from '../../lib/http/messages/paging.ts';
import { type JsonObject } from './json-schema.ts';
import { PRINCIPAL_NAME, type AnswerName, type RequestName } from './components.ts';

/** A parameter of a request. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly schema: JsonObject;
}

/** The names of headers of answers. */
export type HeaderName = 'Cache-Control' | 'ETag' | 'Location' | 'Retry-After' | 'WWW-Authenticate' | 'Allow';

/** An answer that is a success. */
export interface Success {
  readonly description: string;
  /** Absent where it has no body. */
  readonly schema?: AnswerName;
  readonly headers: readonly HeaderName[];
}

/** A route of serverless.yml. */
export interface Operation {
  /** `POST /v1/tokens`, as serverless.yml has it. */
  readonly route: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  /**
   * Who may call it: anybody, any caller, only callers with a scope, or callers who may by what they own, which a scope
   * lifts.
   */
  readonly access: 'public' | 'caller' | { readonly scope: Scope } | { readonly unlessScope: Scope };
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly schema: RequestName; readonly maxKilobytes: number };
  readonly successes: Readonly<Record<number, Success>>;
  /** What it answers beside {@link problemsOf what every route does}. */
  readonly problems: readonly ProblemSlug[];
}

const documentId: Parameter = {
  name: 'documentId',
  in: 'path',
  description: 'The id of the document, as Document Engine gave it at upload.',
  schema: { $ref: '#/components/schemas/DocumentId' },
};

const flag = { type: 'string', maxLength: 0 };

const PRINCIPAL: readonly Parameter[] = [
  {
    name: 'user',
    in: 'query',
    description: 'The user whose grant is meant: 1 to 512 bytes. A space is `%20`, a plus `%2B`.',
    schema: { type: 'string', ...PRINCIPAL_NAME },
  },
  {
    name: 'group',
    in: 'query',
    description: 'The group whose grant is meant: 1 to 512 bytes. A space is `%20`, a plus `%2B`.',
    schema: { type: 'string', ...PRINCIPAL_NAME },
  },
  {
    name: 'everyone',
    in: 'query',
    description: 'The grant for everyone is meant. It has no value.',
    schema: flag,
  },
];

const all: Parameter = {
  name: 'all',
  in: 'query',
  description:
    'Every grant of the document is meant. It has no value, and needs the scope `layermint/grants`.',
  schema: flag,
};

const allowNoOwner: Parameter = {
  name: 'allowNoOwner',
  in: 'query',
  description: 'The document may be left without an owner. It has no value.',
  schema: flag,
};

const PRECONDITIONS: readonly Parameter[] = [
  {
    name: 'If-Match',
    in: 'header',
    description: 'Only if the grant has this ETag; `*`: only if there is one.',
    schema: { type: 'string' },
  },
  {
    name: 'If-None-Match',
    in: 'header',
    description: 'Only if the grant has another ETag; `*`: only if there is none yet.',
    schema: { type: 'string' },
  },
];

const PAGING: readonly Parameter[] = [
  {
    name: 'limit',
    in: 'query',
    description:
      'The most entries of the page. It can have fewer and still not be the last: the last has no `nextCursor`.',
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  },
  {
    name: 'cursor',
    in: 'query',
    description: 'Where the page begins: `nextCursor` of the page before it. Absent: with the first entry.',
    schema: { type: 'string' },
  },
];

const STORE: readonly ProblemSlug[] = ['store-unavailable'];

const SIGNING: readonly ProblemSlug[] = ['no-signing-key', 'signing-key-unavailable'];

/** Every route of serverless.yml but `$default`. */
export const OPERATIONS: readonly Operation[] = [
  {
    route: 'POST /v1/tokens',
    id: 'mintToken',
    tag: 'tokens',
    summary: 'Mint a token',
    description:
      'Mints one token, which opens one document and one layer. An unknown document and one without a grant get the same 403.',
    access: 'caller',
    parameters: [],
    body: { schema: 'MintRequest', maxKilobytes: 64 },
    successes: {
      201: { description: 'The token.', schema: 'Token', headers: ['Cache-Control'] },
    },
    problems: [
      'not-granted',
      'permissions-not-granted',
      'scope-missing',
      'token-too-large',
      ...SIGNING,
      ...STORE,
    ],
  },
  {
    route: 'POST /v1/tokens/batch',
    id: 'mintTokens',
    tag: 'tokens',
    summary: 'Mint up to a hundred tokens',
    description:
      'Mints tokens for one user, each with its own result. The answer is 200 even where every result is a problem; what fails the whole batch is answered as for one token.',
    access: 'caller',
    parameters: [],
    body: { schema: 'BatchRequest', maxKilobytes: 256 },
    successes: {
      200: {
        description: 'What became of each request.',
        schema: 'BatchResults',
        headers: ['Cache-Control'],
      },
    },
    problems: ['scope-missing', ...SIGNING, ...STORE],
  },
  {
    route: 'POST /v1/tokens/inspect',
    id: 'inspectToken',
    tag: 'tokens',
    summary: 'Find out why a token is refused',
    description:
      'Says rule by rule whether Document Engine would accept a token. Whatever is sent as a token gets a result. Whether a family was revoked is said where it is the caller’s own, or the caller has the scope `layermint/revocations`.',
    access: 'caller',
    parameters: [],
    body: { schema: 'InspectRequest', maxKilobytes: 16 },
    successes: {
      200: { description: 'What inspecting found.', schema: 'Inspection', headers: ['Cache-Control'] },
    },
    problems: STORE,
  },
  {
    route: 'GET /v1/documents',
    id: 'listDocuments',
    tag: 'documents',
    summary: 'List what the caller can open',
    description:
      'Lists the documents and layers that the caller’s own grants, those of their groups and those for everyone open, in pages.',
    access: 'caller',
    parameters: PAGING,
    successes: { 200: { description: 'A page.', schema: 'DocumentPage', headers: ['Cache-Control'] } },
    problems: ['invalid-request', ...STORE],
  },
  {
    route: 'GET /v1/documents/{documentId}/grants',
    id: 'listGrants',
    tag: 'grants',
    summary: 'List the grants of a document',
    description: 'For owners of the document, and callers with the scope `layermint/grants`.',
    access: { unlessScope: 'layermint/grants' },
    parameters: [documentId, ...PAGING],
    successes: { 200: { description: 'A page.', schema: 'GrantPage', headers: ['Cache-Control'] } },
    problems: ['invalid-request', 'not-granted', ...STORE],
  },
  {
    route: 'PUT /v1/documents/{documentId}/grants',
    id: 'setGrant',
    tag: 'grants',
    summary: 'Set a grant',
    description:
      'Sets the grant of the one principal that the query string names: exactly one of `user`, `group` and `everyone`. To set what is there already changes nothing. For owners of the document within their own owner grants, and callers with the scope `layermint/grants`, which the first grant of a document needs. What narrows a grant ends the live tokens that were built from it.',
    access: { unlessScope: 'layermint/grants' },
    parameters: [documentId, ...PRINCIPAL, allowNoOwner, ...PRECONDITIONS],
    body: { schema: 'GrantRequest', maxKilobytes: 64 },
    successes: {
      200: {
        description: 'The grant that was there, as it is now.',
        schema: 'Grant',
        headers: ['Cache-Control', 'ETag'],
      },
      201: { description: 'The new grant.', schema: 'Grant', headers: ['Cache-Control', 'ETag'] },
    },
    problems: [
      'not-granted',
      'beyond-own-grants',
      'scope-missing',
      'last-owner',
      'precondition-failed',
      ...STORE,
    ],
  },
  {
    route: 'DELETE /v1/documents/{documentId}/grants',
    id: 'removeGrants',
    tag: 'grants',
    summary: 'Remove a grant, or all of a document',
    description:
      'Removes the grant of the one principal that the query string names, or with `all` every grant: exactly one of `user`, `group`, `everyone` and `all`. Ends the live tokens that were built from what is removed. For owners of the document within their own owner grants, and callers with the scope `layermint/grants`, which `all` needs.',
    access: { unlessScope: 'layermint/grants' },
    parameters: [documentId, ...PRINCIPAL, all, allowNoOwner, ...PRECONDITIONS],
    successes: { 204: { description: 'It is gone.', headers: ['Cache-Control'] } },
    problems: [
      'invalid-request',
      'not-granted',
      'beyond-own-grants',
      'scope-missing',
      'no-such-grant',
      'last-owner',
      'precondition-failed',
      ...STORE,
    ],
  },
  {
    route: 'POST /v1/revocations',
    id: 'revokeTokens',
    tag: 'revocations',
    summary: 'Revoke live tokens',
    description:
      'Ends live tokens: the caller’s own by anybody, those for a document by its owners, any with the scope `layermint/revocations`. Grants stay as they are: who has one can get new tokens.',
    access: { unlessScope: 'layermint/revocations' },
    parameters: [],
    body: { schema: 'RevocationRequest', maxKilobytes: 64 },
    successes: {
      200: {
        description:
          'Document Engine has confirmed everything that was found. Without a `documentId`, holders are found in an index that lags by a moment: the service looks again after a minute and after ten.',
        schema: 'Revocation',
        headers: ['Cache-Control'],
      },
      202: {
        description: 'It is under way, and goes on by itself. Ask again where `Location` says.',
        schema: 'Revocation',
        headers: ['Cache-Control', 'Location'],
      },
    },
    problems: ['not-granted', ...STORE],
  },
  {
    route: 'GET /v1/revocations/{id}',
    id: 'getRevocation',
    tag: 'revocations',
    summary: 'See how far a revocation is',
    description:
      'For whoever asked for the revocation, an owner of the document that it is of, and callers with the scope `layermint/revocations`. It is kept for a week.',
    access: { unlessScope: 'layermint/revocations' },
    parameters: [
      {
        name: 'id',
        in: 'path',
        description: 'The `id` of the revocation.',
        schema: { type: 'string' },
      },
    ],
    successes: {
      200: { description: 'How far it is.', schema: 'Revocation', headers: ['Cache-Control'] },
    },
    problems: ['no-such-revocation', ...STORE],
  },
  {
    route: 'POST /v1/backend-tokens',
    id: 'mintBackendToken',
    tag: 'backend tokens',
    summary: 'Mint a backend token',
    description:
      'Mints a token for Document Engine’s backend routes, such as `/api/build` and `/api/sign`. It cannot be revoked, and lives an hour at most.',
    access: { scope: 'layermint/backend-tokens' },
    parameters: [],
    body: { schema: 'BackendTokenRequest', maxKilobytes: 64 },
    successes: {
      201: { description: 'The token.', schema: 'BackendToken', headers: ['Cache-Control'] },
    },
    problems: ['scope-missing', 'token-too-large', ...SIGNING],
  },
  {
    route: 'GET /.well-known/jwks.json',
    id: 'getKeys',
    tag: 'service',
    summary: 'Get the public keys',
    description: 'The public keys that now verify tokens: the current one, and those before and after it.',
    access: 'public',
    parameters: [
      {
        name: 'If-None-Match',
        in: 'header',
        description: 'The ETag of the keys that are held already.',
        schema: { type: 'string' },
      },
    ],
    successes: {
      200: { description: 'The keys.', schema: 'JwkSet', headers: ['Cache-Control', 'ETag'] },
      304: { description: 'The keys are those that are held.', headers: ['Cache-Control', 'ETag'] },
    },
    problems: STORE,
  },
  {
    route: 'GET /health',
    id: 'getHealth',
    tag: 'service',
    summary: 'See that the service is alive',
    description: 'It calls nothing, so it says nothing of the table, the key or Document Engine.',
    access: 'public',
    parameters: [],
    successes: { 200: { description: 'Alive.', schema: 'Health', headers: ['Cache-Control'] } },
    problems: [],
  },
];

/** Every problem that a route can answer. */
export function problemsOf({ access, body, problems }: Operation): ReadonlySet<ProblemSlug> {
  return new Set<ProblemSlug>([
    ...(body ? (['invalid-request', 'body-too-large', 'unsupported-media-type'] as const) : []),
    ...(access === 'public' ? [] : (['unauthenticated', 'too-many-groups'] as const)),
    ...problems,
    'internal-error',
    'timed-out',
  ]);
}
