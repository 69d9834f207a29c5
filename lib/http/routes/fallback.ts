import type { Logger } from '../../runtime/log.ts';
import { Problem } from '../problems/problem.ts';
import { routeKeysOf, ROUTES, type Route } from './catalogue.ts';
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
 */
export function fallbackHandler(log: Logger, basePath?: string): ApiHandler {
  const prefix = basePath === undefined ? '' : `/${basePath}`;
  const paths = [...methodsByPath()].map(([path, methods]) => ({ pattern: patternOf(path), methods }));
  return serve('fallback', log, ({ rawPath, requestContext }) => {
    if (requestContext.http.method === 'OPTIONS') return noContent();
    const path = rawPath.startsWith(`${prefix}/`) ? rawPath.slice(prefix.length) : rawPath;
    const methods = paths.find(({ pattern }) => pattern.test(path))?.methods.join(', ');
    if (methods !== undefined) {
      throw new Problem('method-not-allowed', `This path serves ${methods} only.`, {
        headers: { allow: methods },
      });
    }
    throw new Problem('route-not-found', 'There is no such path. The API documentation lists all paths.');
  });
}

function methodsByPath(): ReadonlyMap<string, readonly string[]> {
  const byPath = new Map<string, string[]>();
  for (const key of Object.values<Route>(ROUTES).flatMap(routeKeysOf)) {
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
