import { headerOf, json, type HttpRequest } from '../stand-ins/api-gateway/http-server.ts';
import type { LocalRoute } from '../stand-ins/api-gateway/gateway.ts';
import type { FunctionDefinition, Functions } from '../stand-ins/lambda/functions.ts';

/** Under this path a running stack shows its functions, as AWS's own Lambda API does. */
export const FUNCTIONS_PATH = '/local/functions';

/** The answer to `GET /local/functions/{name}`. */
export interface FunctionDescription {
  readonly name: string;
  /** What the function sees as `process.env`; the addresses and credentials in it are of this machine's stack. */
  readonly environment: Readonly<Record<string, string>>;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * For commands that work on a stack as they do on AWS: `GET /local/functions/{name}` shows a function's environment,
 * `POST /local/functions/{name}/restart` replaces its processes, and `POST /local/functions/{name}/invoke` calls it
 * without an event. Answered under this machine's own names only, so that no web page can point a name at it.
 */
export function functionRoutes(definitions: readonly FunctionDefinition[], functions: Functions): LocalRoute {
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  return async (request) => {
    const [, name = '', action] = PATH.exec(request.target) ?? [];
    const definition = known.get(name);
    if (definition === undefined) return undefined;
    if (!isForThisMachine(request)) return json(403, { message: 'Ask under localhost or 127.0.0.1' });
    if (request.method === 'GET' && action === undefined) {
      const description: FunctionDescription = { name, environment: definition.environment };
      return json(200, description, { 'cache-control': 'no-store' });
    }
    if (request.method !== 'POST') return undefined;
    if (action === 'restart') await functions.restart(name);
    else if (action === 'invoke') await functions.invoke(name, {});
    else return undefined;
    return json(200, { name });
  };
}

const PATH = /^\/local\/functions\/([A-Za-z]+)(?:\/(restart|invoke))?$/;

function isForThisMachine(request: HttpRequest): boolean {
  const host = headerOf(request, 'host')?.replace(/:\d+$/, '').toLowerCase();
  // A page of another site that posts here says so.
  return host !== undefined && LOOPBACK.has(host) && headerOf(request, 'origin') === undefined;
}
