import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { exampleProblem } from '../../lib/http/problems/openapi.ts';
import { PROBLEMS, type ProblemSlug } from '../../lib/http/problems/problem.ts';
import {
  type HeaderName,
  type OperationId,
  type Route,
  type Success,
} from '../../lib/http/routes/catalogue.ts';
import { referenceTo } from '../../lib/http/routes/openapi.ts';
import { type Exchange } from './exchanges.ts';
import { HEADERS, headersOf } from './response-headers.ts';
import { type JsonObject } from './schemas.ts';
import { type Operation, schemaNamed } from './service.ts';
import { REQUEST_ID } from './stand-ins.ts';

/** API Gateway's own answers, by status. */
const GATEWAY: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The headers of every problem with a status. */
const HEADERS_OF_PROBLEMS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** The answers that all routes share, with their names in `components.responses`. */
const SHARED: Readonly<Record<number, { readonly name: string; readonly slugs: readonly ProblemSlug[] }>> = {
  401: { name: 'Unauthorized', slugs: ['unauthenticated'] },
  429: { name: 'TooManyRequests', slugs: [] },
  500: { name: 'InternalServerError', slugs: ['internal-error'] },
};

/**
 * Makes the `responses` of an operation, with the answers of its exchanges as examples.
 *
 * @throws Error for a success without an example or a description
 */
export function responsesOf(
  { id, route, prose }: Operation,
  exchanges: readonly Exchange[],
): ZodOpenApiResponsesObject {
  const slugs = problemsOf(route);
  const statuses = new Set([
    ...Object.keys(route.successes).map(Number),
    ...slugs.map((slug) => PROBLEMS[slug].status),
    ...Object.keys(GATEWAY).map(Number),
  ]);
  if (route.access === 'public') statuses.delete(401);
  const responseOf = (status: number) => {
    const shared = SHARED[status];
    const these = slugs.filter((slug) => PROBLEMS[slug].status === status);
    if (shared !== undefined && these.every((slug) => shared.slugs.includes(slug)))
      return { $ref: `#/components/responses/${shared.name}` };
    const examples = exchanges.filter((exchange) => exchange.status === status);
    const success = route.successes[status];
    if (success !== undefined) {
      if (examples.length === 0 && success.schema !== 'Revocation') {
        throw new Error(
          `No example shows ${status} of ${id}. Add a request for one to tools/openapi/requests.ts.`,
        );
      }
      const description = prose.successes[status];
      if (description === undefined) {
        throw new Error(
          `Nothing describes ${status} of ${id}. Describe it in the openapi.ts beside its handler.`,
        );
      }
      return successResponse(description, success, examples);
    }
    return failureResponse(status, these, { exchanges: examples, id, route });
  };
  return Object.fromEntries([...statuses].map((status) => [status, responseOf(status)]));
}

/** Lists every problem that a route can answer. */
function problemsOf({ access, body, problems }: Route): readonly ProblemSlug[] {
  const all = new Set<ProblemSlug>([
    ...(body === undefined ? [] : (['invalid-request', 'body-too-large', 'unsupported-media-type'] as const)),
    ...(access === 'public'
      ? []
      : (['unauthenticated', 'caller-not-identified', 'too-many-groups'] as const)),
    ...problems,
    'internal-error',
    'timed-out',
  ]);
  return [...all];
}

/** Makes `components.responses`: the answers that all routes share. */
export function sharedResponses(): Record<string, ZodOpenApiResponseObject> {
  return Object.fromEntries(
    Object.entries(SHARED).map(([status, { name, slugs }]) => [name, failureResponse(Number(status), slugs)]),
  );
}

/** Makes the answers to requests without a route, by status. */
export function responsesWithoutRoute(): Record<number, ZodOpenApiResponseObject> {
  return {
    404: failureResponse(404, ['route-not-found']),
    405: failureResponse(405, ['method-not-allowed']),
  };
}

function successResponse(
  description: string,
  { schema, text, headers }: Success,
  exchanges: readonly Exchange[],
): ZodOpenApiResponseObject {
  const examples = exchanges.length === 0 ? { pending: PENDING_REVOCATION } : examplesOf(exchanges);
  return {
    description,
    headers: headersOf(headers, exchanges[0]?.headers),
    ...(text !== undefined
      ? { content: { [text]: { schema: { type: 'string' }, examples: withText(examples) } } }
      : schema === undefined
        ? { 'x-examples': examples }
        : { content: { 'application/json': { schema: schemaNamed(schema).schema, examples } } }),
  };
}

/** Gives examples of a text a value: the text itself changes with each build. */
function withText(examples: Readonly<Record<string, JsonObject>>): Record<string, JsonObject> {
  return Object.fromEntries(Object.entries(examples).map(([name, it]) => [name, { ...it, value: '…' }]));
}

/** The one success that a working stack never answers. */
const PENDING_REVOCATION = {
  summary: 'Document Engine does not answer at the moment',
  value: {
    id: '8BambDJz0q50dAOXmjiT3A',
    state: 'pending',
    userId: 'alice',
    holders: 1,
    waiting: 1,
    requestedAt: '2026-01-31T12:00:00Z',
  },
};

interface FailureContext {
  readonly exchanges: readonly Exchange[];
  readonly id?: OperationId;
  readonly route?: Route;
}

function failureResponse(
  status: number,
  slugs: readonly ProblemSlug[],
  context: FailureContext = { exchanges: [] },
): ZodOpenApiResponseObject {
  const message = GATEWAY[status];
  const told = slugs.map((slug) => `${PROBLEMS[slug].title} (\`${slug}\`)`);
  const byGateway = message === undefined ? [] : [`API Gateway's own answer: "${message}"`];
  return {
    description: `${[...told, ...byGateway].join('; ')}.`,
    headers: {
      // API Gateway's own answers have none.
      ...(slugs.length > 0 && {
        'Cache-Control': { ...HEADERS['Cache-Control'], required: message === undefined },
      }),
      ...(slugs.length > 0 && headersOf(HEADERS_OF_PROBLEMS[status] ?? [])),
    },
    content: {
      ...(slugs.length > 0 && { 'application/problem+json': problemContent(status, slugs, context) }),
      ...(message !== undefined && {
        'application/json': {
          schema: schemaNamed('GatewayMessage').schema,
          examples: { gateway: { summary: "API Gateway's own answer", value: { message } } },
        },
      }),
    },
  };
}

function problemContent(
  status: number,
  slugs: readonly ProblemSlug[],
  { exchanges, id, route }: FailureContext,
) {
  const shown = new Set(exchanges.map(({ answer }) => answer?.['type']));
  const more = slugs
    .filter((slug) => !shown.has(typeOf(slug)))
    .map((slug) => {
      const problem = exampleProblem(slug, id, route);
      if (problem === undefined)
        throw new Error(`${id ?? 'A response'} needs a recorded example of ${slug}.`);
      return [slug, { summary: PROBLEMS[slug].title, value: problem.body(REQUEST_ID) }] as const;
    });
  return {
    schema: {
      allOf: [
        { $ref: referenceTo('Problem') },
        { properties: { type: { enum: slugs.map(typeOf) }, status: { const: status } } },
      ],
    },
    examples: { ...examplesOf(exchanges), ...Object.fromEntries(more) },
  };
}

const typeOf = (slug: ProblemSlug): string => `urn:layermint:problem:${slug}`;

/** Makes the examples, each with its step and its caller. */
function examplesOf(exchanges: readonly Exchange[]): Record<string, JsonObject> {
  return Object.fromEntries(
    exchanges.map(({ name, summary, answer, step, caller, body, status }) => [
      name,
      {
        summary,
        ...(answer !== undefined && { value: answer }),
        'x-step': step,
        ...(caller !== undefined && { 'x-caller': caller }),
        // The request's schema refuses this body, so it is not among its examples.
        ...(status === 400 && body !== undefined && { 'x-body': body }),
      },
    ]),
  );
}
