import { problemOf } from '../../lib/http/problems/problem-of.ts';
import { problemOfRefusal } from '../../lib/http/routes/tokens/mint-problems.ts';
import { Problem, PROBLEMS, type ProblemSlug } from '../../lib/http/problems/problem.ts';
import { NoSigningKeyError, SigningKeyUnavailableError } from '../../lib/signing-keys/index.ts';
import { bodyOf, ETAGS, IDS } from './example-values.ts';
import { EXCHANGES, type Exchange } from './exchanges.ts';
import { type JsonObject, referenceTo } from './json-schema.ts';
import { type HeaderName, type Operation, problemsOf, type Success } from './operations.ts';
import { StoreUnavailableError } from '../../lib/table/index.ts';

const STEP = new Map(EXCHANGES.map((exchange, index) => [exchange, index + 1]));

/** What API Gateway answers by itself. */
const GATEWAY: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const HEADERS: Readonly<Record<HeaderName, JsonObject>> = {
  'Cache-Control': {
    description: 'Nothing may be kept but the public keys.',
    required: true,
    schema: { type: 'string' },
  },
  ETag: {
    description: 'Stands for what is answered, as it is now.',
    required: true,
    schema: { type: 'string', pattern: '^"[^"]+"$' },
  },
  Location: {
    description: 'Where to ask how far it is.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
    example: `/v1/revocations/${IDS.own}`,
  },
  'Retry-After': {
    description: 'When to try again, in seconds. API Gateway’s own answers have none.',
    schema: { type: 'string', pattern: String.raw`^\d+$` },
    example: '1',
  },
  'WWW-Authenticate': {
    description: 'That a bearer token is asked for, and what is wrong with the one that came (RFC 6750).',
    required: true,
    schema: { type: 'string', pattern: '^Bearer' },
  },
  Allow: {
    description: 'The methods that the path serves.',
    required: true,
    schema: { type: 'string' },
    example: 'GET, PUT, DELETE',
  },
};

/** The headers that go with a status, whatever the problem. */
const HEADERS_OF_PROBLEMS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  405: ['Allow'],
  503: ['Retry-After'],
};

/** Examples of what a stack that works does not answer, or only to requests that are not JSON. */
const EXAMPLES: Partial<Record<ProblemSlug, Problem>> = {
  unauthenticated: new Problem(
    'unauthenticated',
    'The Authorization header must hold exactly one bearer token, a signed JWT of three parts.',
  ),
  'too-many-groups': new Problem(
    'too-many-groups',
    'The caller is in 612 groups; at most 500 are considered.',
  ),
  'unsupported-media-type': new Problem(
    'unsupported-media-type',
    'The body must be sent as Content-Type: application/json, in UTF-8.',
  ),
  'no-signing-key': problemOf(new NoSigningKeyError()),
  'signing-key-unavailable': problemOf(new SigningKeyUnavailableError('')),
  'store-unavailable': problemOf(new StoreUnavailableError('')),
  'timed-out': problemOf(Object.assign(new Error(), { name: 'TimeoutError' })),
  'internal-error': problemOf(new Error()),
  'route-not-found': new Problem(
    'route-not-found',
    'There is no such path. The API documentation lists those there are.',
  ),
  'method-not-allowed': new Problem('method-not-allowed', 'This path serves GET, PUT, DELETE only.'),
};

/** What every route answers alike, by the names of `components.responses`. */
const SHARED: Readonly<Record<number, { readonly name: string; readonly slugs: readonly ProblemSlug[] }>> = {
  401: { name: 'Unauthorized', slugs: ['unauthenticated'] },
  429: { name: 'TooManyRequests', slugs: [] },
  500: { name: 'InternalServerError', slugs: ['internal-error'] },
};

const refer = (name: string): JsonObject => ({ $ref: `#/components/responses/${name}` });

/** The `responses` of an operation. */
export function answersOf(operation: Operation): JsonObject {
  const exchanges = EXCHANGES.filter((exchange) => exchange.operation === operation.id);
  const slugs = [...problemsOf(operation)];
  const statuses = new Set([
    ...Object.keys(operation.successes).map(Number),
    ...slugs.map((slug) => PROBLEMS[slug].status),
    ...Object.keys(GATEWAY).map(Number),
  ]);
  if (operation.access === 'public') statuses.delete(401);
  const answerOf = (status: number): JsonObject => {
    const shared = SHARED[status];
    if (shared !== undefined) return refer(shared.name);
    const examples = exchanges.filter((exchange) => exchange.status === status);
    const success = operation.successes[status];
    if (success !== undefined) return successAnswer(operation, status, success, examples);
    const these = slugs.filter((slug) => PROBLEMS[slug].status === status);
    return failureAnswer(status, GATEWAY[status], these, examples, operation);
  };
  return {
    ...Object.fromEntries([...statuses].map((status) => [String(status), answerOf(status)] as const)),
    '5XX': refer('GatewayFailure'),
  };
}

/** `components.responses`: what routes answer alike, and what is answered where there is none. */
export function sharedAnswers(): JsonObject {
  const shared = Object.entries(SHARED).map(
    ([status, { name, slugs }]) =>
      [name, failureAnswer(Number(status), GATEWAY[Number(status)], slugs)] as const,
  );
  return {
    ...Object.fromEntries(shared),
    GatewayFailure: {
      description: 'Any other failure of API Gateway.',
      content: gatewayContent('Service Unavailable'),
    },
    RouteNotFound: failureAnswer(404, undefined, ['route-not-found']),
    MethodNotAllowed: failureAnswer(405, undefined, ['method-not-allowed']),
  };
}

function successAnswer(
  { id }: Operation,
  status: number,
  { description, schema, headers }: Success,
  exchanges: readonly Exchange[],
): JsonObject {
  const examples =
    exchanges.length === 0 && id === 'revokeTokens' ? { pending: PENDING_REVOCATION } : examplesOf(exchanges);
  return {
    description,
    headers: headersOf(
      headers,
      id === 'getKeys' ? ETAGS.keys : ETAGS[status === 201 ? 'created' : 'changed'],
    ),
    ...(schema === undefined
      ? stepsWithoutBody(exchanges)
      : { content: { 'application/json': { schema: { $ref: referenceTo(schema) }, examples } } }),
  };
}

const PENDING_REVOCATION = {
  summary: 'Document Engine does not answer at the moment',
  value: {
    id: IDS.own,
    state: 'pending',
    userId: 'alice',
    holders: 1,
    waiting: 1,
    requestedAt: '2026-01-31T12:00:00Z',
  },
};

/** @param message - what API Gateway says with this status; absent: it never answers it by itself */
function failureAnswer(
  status: number,
  message: string | undefined,
  slugs: readonly ProblemSlug[],
  exchanges: readonly Exchange[] = [],
  operation?: Operation,
): JsonObject {
  const told = slugs.map((slug) => `${PROBLEMS[slug].title} (\`${slug}\`)`);
  const byGateway = message === undefined ? [] : [`API Gateway's own answer: "${message}"`];
  const shown = new Set(exchanges.map(({ answer }) => String(answer?.['type'])));
  const more = slugs
    .filter((slug) => !shown.has(typeOf(slug)))
    .map(
      (slug) => [slug, { summary: PROBLEMS[slug].title, value: bodyOf(example(slug, operation)) }] as const,
    );
  return {
    description: `${[...told, ...byGateway].join('; ')}.`,
    headers: {
      // API Gateway's own answers have none.
      ...(slugs.length > 0 && {
        'Cache-Control': { ...HEADERS['Cache-Control'], required: message === undefined },
      }),
      ...headersOf(HEADERS_OF_PROBLEMS[status] ?? []),
    },
    content: {
      ...(slugs.length > 0 && {
        'application/problem+json': {
          schema: {
            allOf: [
              { $ref: referenceTo('Problem') },
              { properties: { type: { enum: slugs.map(typeOf) }, status: { const: status } } },
            ],
          },
          examples: { ...examplesOf(exchanges), ...Object.fromEntries(more) },
        },
      }),
      ...(message !== undefined && gatewayContent(message)),
    },
  };
}

const typeOf = (slug: ProblemSlug): string => `urn:layermint:problem:${slug}`;

function example(slug: ProblemSlug, operation: Operation | undefined): Problem {
  const known = EXAMPLES[slug];
  if (known !== undefined) return known;
  const most = (operation?.body?.maxKilobytes ?? 0) * 1024;
  if (slug === 'body-too-large')
    return new Problem(slug, `The body has ${most + 1} bytes; at most ${most} are read.`);
  if (slug === 'token-too-large' && operation?.id === 'mintBackendToken')
    return new Problem(slug, 'The token would be longer than 8 KB. Name fewer documents.');
  if (slug === 'token-too-large') return MERGE;
  throw new TypeError(
    `${operation?.id ?? 'A response'} needs an example of ${slug}: a request that meets it, or its text`,
  );
}

const MERGE = problemOfRefusal({
  outcome: 'refused',
  reason: 'token-too-large',
  builtFrom: [
    { kind: 'user', id: 'bob' },
    { kind: 'group', name: 'editors' },
  ],
});

function gatewayContent(message: string): JsonObject {
  return {
    'application/json': {
      schema: { $ref: referenceTo('GatewayMessage') },
      examples: { gateway: { summary: "API Gateway's own answer", value: { message } } },
    },
  };
}

function examplesOf(exchanges: readonly Exchange[]): JsonObject {
  return Object.fromEntries(
    exchanges.map((exchange) => [
      exchange.name,
      { summary: exchange.summary, value: exchange.answer, ...stepOf(exchange) },
    ]),
  );
}

/** The place of an example among all that are tried one after the other, and who asks. */
function stepOf(exchange: Exchange): JsonObject {
  return {
    'x-step': STEP.get(exchange),
    ...(exchange.caller !== undefined && { 'x-caller': exchange.caller }),
  };
}

/** The same where there is no body whose example could bear it. */
function stepsWithoutBody(exchanges: readonly Exchange[]): JsonObject {
  const examples = exchanges.map(
    (exchange) => [exchange.name, { summary: exchange.summary, ...stepOf(exchange) }] as const,
  );
  return { 'x-examples': Object.fromEntries(examples) };
}

function headersOf(names: readonly HeaderName[], etag?: string): JsonObject {
  return Object.fromEntries(
    names.map((name) => [
      name,
      { ...HEADERS[name], ...(name === 'ETag' && etag !== undefined && { example: `"${etag}"` }) },
    ]),
  );
}
