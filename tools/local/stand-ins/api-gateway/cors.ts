import { headerOf, type HttpRequest, type HttpResponse } from './http-server.ts';

/** An HTTP API's CORS configuration. */
export interface Cors {
  /** `*`, or origins; `https://*` allows every origin with that scheme. */
  readonly allowedOrigins: readonly string[];
  /** Allows further origins, which no list on AWS can name: a page on any port of this machine. */
  readonly allowsToo?: (origin: string, host: string | undefined) => boolean;
  readonly allowedHeaders: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowCredentials: boolean;
  readonly exposedHeaders: readonly string[];
  /** Seconds; undefined = the browser's own choice. */
  readonly maxAge: number | undefined;
}

/** Recognizes a browser's preflight request (Fetch standard, "CORS-preflight request"). */
export function isPreflight(request: HttpRequest): boolean {
  return (
    request.method === 'OPTIONS' &&
    headerOf(request, 'origin') !== undefined &&
    headerOf(request, 'access-control-request-method') !== undefined
  );
}

/**
 * Adds the configured headers to the answer to a cross-origin request, and drops the function's own CORS headers (developer guide,
 * "Configure CORS for HTTP APIs"). The status stays as it is, also of a preflight that a route has taken.
 */
export function withCors(cors: Cors, request: HttpRequest, response: HttpResponse): HttpResponse {
  const own = Object.entries(response.headers ?? {}).filter(([name]) => !/^access-control-/i.test(name));
  const origin = originHeaders(cors, request);
  return {
    ...response,
    headers: {
      ...Object.fromEntries(own),
      ...origin,
      ...(origin && (isPreflight(request) ? preflightHeaders(cors) : exposedHeaders(cors))),
    },
  };
}

function preflightHeaders(cors: Cors): Record<string, string> {
  return {
    'access-control-allow-methods': cors.allowedMethods.join(','),
    'access-control-allow-headers': cors.allowedHeaders.join(','),
    ...(cors.maxAge !== undefined && { 'access-control-max-age': String(cors.maxAge) }),
  };
}

function exposedHeaders({ exposedHeaders: names }: Cors): Record<string, string> {
  return names.length === 0 ? {} : { 'access-control-expose-headers': names.join(',') };
}

function originHeaders(cors: Cors, request: HttpRequest): Record<string, string> | undefined {
  const origin = headerOf(request, 'origin');
  if (origin === undefined) return undefined;
  const any = cors.allowedOrigins.includes('*');
  const scheme = `${origin.split('://')[0] ?? ''}://*`;
  const listed = any || cors.allowedOrigins.includes(origin) || cors.allowedOrigins.includes(scheme);
  if (!listed && cors.allowsToo?.(origin, headerOf(request, 'host')) !== true) return undefined;
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}
