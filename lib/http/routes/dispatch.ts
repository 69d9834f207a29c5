import { InvariantError } from '../../runtime/errors.ts';
import type { Route } from './catalogue.ts';
import type { ApiHandler } from './route.ts';

/**
 * Makes one Lambda function of several operations, which therefore share its permissions.
 *
 * @param served - each operation's entry in the catalogue and its handler; a request goes to the handler of the route that API Gateway matched
 * @throws InvariantError if the function lacks a handler for that route
 */
export function dispatch(...served: readonly (readonly [Pick<Route, 'key'>, ApiHandler])[]): ApiHandler {
  const byRoute = new Map(served.map(([{ key }, handler]) => [key, handler]));
  return (event, context) => {
    const handler = byRoute.get(event.routeKey);
    if (handler !== undefined) return handler(event, context);
    return Promise.reject(
      new InvariantError(`serverless.yml sends ${event.routeKey} to a function that lacks it`),
    );
  };
}
