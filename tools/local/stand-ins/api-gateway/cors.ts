import { headerOf, type HttpRequest, type HttpResponse } from './http-server.ts';

/** An HTTP API's CORS configuration. */
export interface Cors {
  /** `*`, or origins; `https://*` allows every origin with that scheme. */
  readonly allowedOrigins: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowCredentials: boolean;
  readonly exposedHeaders: readonly string[];
  /** Seconds; undefined = the browser's own choice. */
  readonly maxAge: number | undefined;
}

/** Recognizes a browser's preflight request. The API answers it without a function, on every path. */
export function isPreflight(request: HttpRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    headerOf(request, 'origin') !== undefined &&
    headerOf(request, 'access-control-request-method') !== undefined
  );
}

/** Answers a preflight request, without CORS headers if the origin is not allowed. */
export function preflightResponse(cors: Cors, request: HttpRequest): HttpResponse {
  const origin = originHeaders(cors, request);
  if (origin === undefined) return { status: 204 };
  return {
    status: 204,
    headers: {
      ...origin,
      'access-control-allow-methods': cors.allowedMethods.join(','),
      'access-control-allow-headers': cors.allowedHeaders.join(','),
      ...(cors.maxAge !== undefined && { 'access-control-max-age': String(cors.maxAge) }),
    },
  };
}

/** Adds the configured headers to the answer to a cross-origin request, and drops the function's own CORS headers. */
export function withCors(cors: Cors, request: HttpRequest, response: HttpResponse): HttpResponse {
  const own = Object.entries(response.headers ?? {}).filter(([name]) => !/^access-control-/i.test(name));
  const exposed = cors.exposedHeaders.join(',');
  const origin = originHeaders(cors, request);
  return {
    ...response,
    headers: {
      ...Object.fromEntries(own),
      ...origin,
      ...(origin !== undefined && exposed !== '' && { 'access-control-expose-headers': exposed }),
    },
  };
}

function originHeaders(cors: Cors, request: HttpRequest): Record<string, string> | undefined {
  const origin = headerOf(request, 'origin');
  if (origin === undefined) return undefined;
  const any = cors.allowedOrigins.includes('*');
  const scheme = `${origin.split('://')[0] ?? ''}://*`;
  if (!any && !cors.allowedOrigins.includes(origin) && !cors.allowedOrigins.includes(scheme))
    return undefined;
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}
