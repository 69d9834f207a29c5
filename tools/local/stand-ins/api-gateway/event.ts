import type { Clock } from '../../../../lib/runtime/clock.ts';
import { ACCOUNT } from '../aws-account.ts';
import type { AuthorizerContext } from './authorizer.ts';
import { headerOf, type HttpRequest } from './http-server.ts';

import type { RouteMatch } from './routes.ts';

/** The event of payload format 2.0 that API Gateway sends to a Lambda function. */
export interface HttpApiEvent {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: {
    readonly accountId: string;
    readonly apiId: string;
    readonly authorizer?: AuthorizerContext;
    readonly domainName: string;
    readonly domainPrefix: string;
    readonly http: {
      readonly method: string;
      readonly path: string;
      readonly protocol: string;
      readonly sourceIp: string;
      readonly userAgent: string;
    };
    readonly requestId: string;
    readonly routeKey: string;
    readonly stage: string;
    readonly time: string;
    readonly timeEpoch: number;
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** A request's path and query. */
export interface Target {
  /** Percent-decoded: an encoded slash separates segments like a plain one. */
  readonly path: string;
  /** As sent. */
  readonly query: string;
}

/** Splits a request target. Returns undefined if it is not a path, or its percent-encoding is not UTF-8. */
export function parseTarget(target: string): Target | undefined {
  if (!target.startsWith('/')) return undefined;
  const mark = target.indexOf('?');
  try {
    return {
      path: decodeURIComponent(mark < 0 ? target : target.slice(0, mark)),
      query: mark < 0 ? '' : target.slice(mark + 1),
    };
  } catch {
    return undefined;
  }
}

/** Adds the part about the caller to an event. */
export function withAuthorizer(event: HttpApiEvent, authorizer: AuthorizerContext | undefined): HttpApiEvent {
  if (authorizer === undefined) return event;
  return { ...event, requestContext: { ...event.requestContext, authorizer } };
}

/** Builds the event as API Gateway does (developer guide, "Lambda proxy integrations for HTTP APIs", format 2.0). */
export function buildEvent(
  request: HttpRequest & { readonly body: Buffer },
  { path, query }: Target,
  { route, pathParameters }: RouteMatch,
  { requestId, clock }: { readonly requestId: string; readonly clock: Clock },
): HttpApiEvent {
  const host = headerOf(request, 'host') ?? '127.0.0.1';
  const domainName = host.replace(/:\d+$/, '');
  const cookies = headerOf(request, 'cookie');
  const queryStringParameters = joinRepeated(new URLSearchParams(query));
  const time = clock.now();
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: path,
    rawQueryString: query,
    ...(cookies !== undefined && { cookies: cookies.split(/[;,] */) }),
    headers: { ...forwardedHeaders(request, host), ...joinRepeated(endToEndHeaders(request)) },
    ...(query !== '' && { queryStringParameters }),
    ...(pathParameters && { pathParameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: request.method,
        path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headerOf(request, 'user-agent') ?? '',
      },
      requestId,
      routeKey: route.key,
      stage: '$default',
      time: commonLogTime(time),
      timeEpoch: time,
    },
    ...encodeBody(request),
  };
}

/** Leaves out cookies, which have their own field in the event, and the headers of the connection. */
function endToEndHeaders({ headers }: HttpRequest): [string, string][] {
  const left = new Set(['connection', 'cookie', 'keep-alive', 'transfer-encoding', 'upgrade']);
  return headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !left.has(name));
}

function forwardedHeaders({ sourceIp }: HttpRequest, host: string): Record<string, string> {
  const [, port = '80'] = /:(\d+)$/.exec(host) ?? [];
  return { 'x-forwarded-for': sourceIp, 'x-forwarded-port': port, 'x-forwarded-proto': 'http' };
}

function joinRepeated(pairs: Iterable<[string, string]>): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

// AWS documents that bodies of binary types are in base64, and not which types those are. API Gateway sends a body without a type
// and form data in base64 too.
const TEXT = /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.+-]+\+(json|xml)\b)/i;

function encodeBody(request: HttpRequest & { readonly body: Buffer }): {
  body?: string;
  isBase64Encoded: boolean;
} {
  const { body } = request;
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = TEXT.test(headerOf(request, 'content-type') ?? '');
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/** Formats a time like `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(milliseconds: number): string {
  const [, day = '', month = '', year = '', time = ''] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(milliseconds).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
