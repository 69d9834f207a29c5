import { InvariantError } from '../../runtime/errors.ts';
import { routeKeysOf, ROUTES, type OperationId } from './catalogue.ts';
import type { ApiHandler } from './route.ts';

/**
 * Makes one Lambda function of several operations, which therefore share its permissions.
 *
 * @param handlers - by operation id; a request goes to the handler of the route that API Gateway matched
 * @throws InvariantError if the function lacks a handler for that route
 */
export function dispatch<Id extends OperationId>(handlers: Readonly<Record<Id, ApiHandler>>): ApiHandler {
  const ids = Object.keys(handlers) as Id[];
  const byRoute = new Map<string, ApiHandler>(
    ids.flatMap((id) => routeKeysOf(ROUTES[id]).map((key) => [key, handlers[id]] as const)),
  );
  return (event, context) => {
    const handler = byRoute.get(event.routeKey);
    if (handler !== undefined) return handler(event, context);
    return Promise.reject(
      new InvariantError(`serverless.yml sends ${event.routeKey} to a function that lacks it`),
    );
  };
}
