import type { Logger } from '../../runtime/log.ts';
import { nearest } from '../../runtime/nearest.ts';
import { Problem } from '../problems/problem.ts';
import { routeKeysOf, ROUTES, type OperationId, type Route } from './catalogue.ts';
import { noContent, serve, type ApiHandler } from './route.ts';

/**
 * Makes the handler of `$default`: answers 405 if the path exists and 404 if it does not. API Gateway sends it every request that
 * matches no route, because API Gateway itself cannot tell an unknown path from an unknown method.
 *
 * It answers 204 to every `OPTIONS` request. A browser's preflight request is one, and browsers need a successful status (Fetch
 * standard, "CORS-preflight fetch"). API Gateway then adds the CORS headers of the stage, if the stage has any.
 *
 * @param basePath - the path of the API on its domain, without slashes at its ends. API Gateway leaves it in `rawPath`. A request to
 * API Gateway's own address has none.
 * @param absent - the operations that the stage does not have
 */
export function fallbackHandler(
  log: Logger,
  basePath?: string,
  absent: readonly OperationId[] = [],
): ApiHandler {
  const prefix = basePath === undefined ? '' : `/${basePath}`;
  const served = methodsByPath(absent);
  const paths = [...served].map(([path, methods]) => ({ path, pattern: patternOf(path), methods }));
  return serve('fallback', log, ({ rawPath, requestContext: { http } }) => {
    if (http.method === 'OPTIONS') return noContent();
    const based = prefix !== '' && rawPath.startsWith(`${prefix}/`);
    const path = based ? rawPath.slice(prefix.length) : rawPath;
    const known = paths.find(({ pattern }) => pattern.test(path));
    const isServed = known?.methods.includes(http.method) === true;
    if (based && isServed) {
      // API Gateway routes this on the stage's domain. So the request came to API Gateway's own address.
      throw notFound(
        `The base path belongs to another address of this API. Here, leave it out: ${known.path}.`,
      );
    }
    if (known !== undefined && !isServed) {
      const methods = known.methods.join(', ');
      throw new Problem('method-not-allowed', `This path serves ${methods} only.`, {
        headers: { allow: methods },
      });
    }
    throw notFound(hintFor(path, based ? prefix : '', [...served.keys()]));
  });
}

function notFound(hint: string): Problem {
  return new Problem('route-not-found', `There is no such path. ${hint}`);
}

/** A longer path gets no hint: anybody can send it, and the search for a near path takes time that grows with its length. */
const LONGEST_PATH = 100;

/**
 * Names the path of the catalogue that is nearest to a path. It repeats nothing of the request: a parameter has the name that the
 * catalogue gives it.
 */
function hintFor(path: string, prefix: string, known: readonly string[]): string {
  const right = path.length > LONGEST_PATH ? undefined : nearestPath(path, known);
  if (right === undefined) return 'The API documentation lists all paths.';
  return `${faultOfSlashes(path)}You probably mean ${prefix}${right}.`;
}

function faultOfSlashes(path: string): string {
  if (path.endsWith('/')) return 'A path must not end in a slash. ';
  return path.includes('//') ? 'A path must not have two slashes in a row. ' : '';
}

function nearestPath(path: string, all: readonly string[]): string | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const given = `/${segments.join('/')}`;
  const paths = new Map(all.map((known) => [filledIn(known, segments), known]));
  const candidates = [...paths.keys()];
  // The version can be missing.
  const right = nearest(given, candidates) ?? nearest(`/v1${given}`, candidates);
  return right === undefined ? undefined : paths.get(right);
}

/** Fills in the parameters of a known path with the segments that a request has in their places. */
function filledIn(known: string, segments: readonly string[]): string {
  return known
    .split('/')
    .map((segment, at) => (segment.startsWith('{') ? (segments[at - 1] ?? segment) : segment))
    .join('/');
}

/** Lists the methods of each path of the stage. */
function methodsByPath(absent: readonly OperationId[]): ReadonlyMap<string, readonly string[]> {
  const byPath = new Map<string, string[]>();
  const served = Object.entries<Route>(ROUTES).filter(([id]) => !absent.some((it) => it === id));
  for (const key of served.flatMap(([, route]) => routeKeysOf(route))) {
    const [method = '', path = ''] = key.split(' ');
    byPath.set(path, [...(byPath.get(path) ?? []), method]);
  }
  return byPath;
}

function patternOf(path: string): RegExp {
  const segments = path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? '[^/]+' : RegExp.escape(segment)));
  return new RegExp(`^${segments.join('/')}$`);
}
