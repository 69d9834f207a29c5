import { type ApiHandler } from './route.ts';
import { InvariantError } from '../../runtime/errors.ts';

/**
 * Makes one Lambda function of several routes, which therefore share its permissions.
 *
 * @param routes - by route key (`POST /v1/tokens`), as serverless.yml has them
 */
export function dispatch(routes: Readonly<Record<string, ApiHandler>>): ApiHandler {
  const handlers = new Map(Object.entries(routes));
  return (event, context) => {
    const handler = handlers.get(event.routeKey);
    if (handler !== undefined) return handler(event, context);
    return Promise.reject(
      new InvariantError(`serverless.yml sends ${event.routeKey} to a function that lacks it`),
    );
  };
}
