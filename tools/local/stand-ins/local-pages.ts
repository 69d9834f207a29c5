import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import type { HttpAnswer } from './loopback-server.ts';
import { isOriginHere, type Addressed } from './web-pages.ts';

/**
 * Makes the headers that let a page of this machine read an answer (Fetch standard, "CORS protocol"). A page on another site, and a
 * request without an `Origin`, get none.
 */
export function headersForLocalPage({ origin, host }: Addressed): Record<string, string> {
  if (origin === undefined || !isOriginHere(origin, host)) return {};
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED, vary: 'Origin' };
}

/** Answers a preflight of a page of this machine; undefined for every other request. */
export function preflightAnswer(
  method: string | undefined,
  headers: IncomingHttpHeaders,
): HttpAnswer | undefined {
  const { origin, host } = headers;
  const asked = headers['access-control-request-method'];
  if (method !== 'OPTIONS' || origin === undefined || asked === undefined) return undefined;
  if (!isOriginHere(origin, host)) return undefined;
  return {
    status: 204,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'Authorization, Content-Type',
      vary: 'Origin, Access-Control-Request-Method',
    },
    body: '',
  };
}

/** Makes a listener that lets the pages of this machine send all its requests and read all its answers. */
export function forLocalPages(listener: RequestListener): RequestListener {
  return (request, response) => {
    const preflight = preflightAnswer(request.method, request.headers);
    if (preflight === undefined) {
      const headers = headersForLocalPage(request.headers);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      listener(request, response);
    } else {
      response.writeHead(preflight.status, preflight.headers).end();
    }
  };
}

/** The exposed headers of the stage `local` (infra/stack/api/cors.yml). */
const EXPOSED = 'Date, ETag, Location, Retry-After, WWW-Authenticate';
