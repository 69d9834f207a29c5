import { type Logger } from '../../runtime/log.ts';
import { Problem } from '../problems/problem.ts';
import { route, type ApiHandler } from './route.ts';

/**
 * The methods of every route, by its path as serverless.yml has it. API Gateway sends here what matches none, and
 * cannot say itself whether the path or only the method is unknown.
 */
export const ROUTES: Readonly<Record<string, readonly string[]>> = {
  '/v1/tokens': ['POST'],
  '/v1/tokens/batch': ['POST'],
  '/v1/tokens/inspect': ['POST'],
  '/v1/backend-tokens': ['POST'],
  '/.well-known/jwks.json': ['GET'],
  '/v1/documents': ['GET'],
  '/v1/documents/{documentId}/grants': ['GET', 'PUT', 'DELETE'],
  '/v1/revocations': ['POST'],
  '/v1/revocations/{id}': ['GET'],
  '/health': ['GET'],
};

/** `$default`: answers 405 where the path exists and 404 where it does not. */
export function fallbackHandler(log: Logger): ApiHandler {
  const routes = Object.entries(ROUTES).map(([path, methods]) => ({ pattern: patternOf(path), methods }));
  return route((event) => {
    const methods = routes.find(({ pattern }) => pattern.test(event.rawPath))?.methods;
    if (methods === undefined) {
      throw new Problem(
        'route-not-found',
        'There is no such path. The API documentation lists those there are.',
      );
    }
    throw new Problem('method-not-allowed', `This path serves ${methods.join(', ')} only.`, {
      headers: { allow: methods.join(', ') },
    });
  }, log);
}

function patternOf(path: string): RegExp {
  const segments = path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? '[^/]+' : RegExp.escape(segment)));
  return new RegExp(`^${segments.join('/')}$`);
}
