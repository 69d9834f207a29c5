import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { type ApiEvent, type ApiResult } from '../../../lib/http/routes/route.ts';

/** The parts of a request; each has a plain default. */
export interface RequestParts {
  /** The claims of the caller's token; null = the request did not come through the authorizer. */
  readonly claims?: Readonly<Record<string, unknown>> | null;
  /** The claims that the authorizer reports as verified, if they differ from the token's. */
  readonly verified?: Readonly<Record<string, unknown>>;
  /** Sent as JSON; a string is sent unchanged. */
  readonly body?: unknown;
  /** Added to the bearer and the content type, or in their place; undefined removes a header. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sends the body in base64, as API Gateway does with types that it takes for binary. */
  readonly base64?: boolean;
  readonly route?: string;
}

/** Makes a request of `alice` as API Gateway's HTTP API passes it on (payload format 2.0). */
export function apiEvent({
  claims = { sub: 'alice' },
  verified,
  body,
  headers = {},
  base64 = false,
  route = 'POST /v1/tokens',
}: RequestParts = {}): ApiEvent {
  const [method = '', path = ''] = route.split(' ');
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const all: Record<string, string | undefined> = {
    ...(claims && { authorization: `Bearer ${callerToken(claims)}` }),
    'content-type': 'application/json',
    ...headers,
  };
  const seen = verified ?? claims;
  const authorizer = seen && { jwt: { claims: mapValues(seen, render), scopes: null } };
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path,
    rawQueryString: '',
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      ...(authorizer && { authorizer }),
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: route,
      stage: '$default',
      time: '31/Jan/2026:12:00:00 +0000',
      timeEpoch: 1_769_860_800_000,
    },
    ...(text !== undefined && { body: base64 ? Buffer.from(text).toString('base64') : text }),
    isBase64Encoded: base64,
  };
}

/**
 * Makes a caller token with these claims. Its signature is not real: API Gateway has verified it before a function sees
 * it.
 */
export function callerToken(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', kid: 'issuer-key' })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** Writes a claim as API Gateway's authorizer does: a list loses its quotes and commas. */
function render(claim: unknown): string {
  return Array.isArray(claim) ? `[${claim.map(render).join(' ')}]` : String(claim);
}

function mapValues(
  object: Readonly<Record<string, unknown>>,
  change: (value: unknown) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

// Lambda's old way to end an invocation, which its type still requires.
const ENDINGS = { done: () => undefined, fail: () => undefined, succeed: () => undefined };

/** Makes the context of an invocation with as much time as Lambda ever gives. */
export function lambdaContext(): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'function',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:function',
    memoryLimitInMB: '256',
    awsRequestId: 'invocation-1',
    logGroupName: 'group',
    logStreamName: 'stream',
    // Longer than any test. A route answers 503 shortly before its time is over, which must not happen on a slow
    // machine.
    getRemainingTimeInMillis: () => 900_000,
    ...ENDINGS,
  };
}

const ProblemBody = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  requestId: z.string(),
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).optional(),
});

/** Reads the problem details in an answer. */
export function problemIn(result: ApiResult): z.output<typeof ProblemBody> {
  return ProblemBody.parse(JSON.parse(result.body ?? ''));
}

const TokenBody = z.strictObject({
  jwt: z.string(),
  documentId: z.string(),
  layer: z.string(),
  userId: z.string(),
  permissions: z.array(z.string()),
  issuedAt: z.string(),
  expiresAt: z.string(),
  refreshAt: z.string(),
  serverUrl: z.string(),
  documentUrl: z.string(),
});

/** Reads the minted token in an answer. */
export function tokenIn(result: ApiResult): z.output<typeof TokenBody> {
  return TokenBody.parse(JSON.parse(result.body ?? ''));
}
