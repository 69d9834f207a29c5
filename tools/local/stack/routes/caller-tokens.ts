import type { LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import type { Caller, Issuer } from '../../stand-ins/issuer/index.ts';
import { callerTokenPath } from './paths.ts';
import { isForThisMachine, notForThisMachine } from './this-machine.ts';

/**
 * Answers with a fresh token of a demo user as plain text, for a shell's `$(curl …)`. Serves this machine alone.
 *
 * @param callers - users without a password of their own
 */
export function callerTokenRoute(callers: readonly Caller[], issuer: Pick<Issuer, 'tokenFor'>): LocalRoute {
  const byPath = new Map(callers.map((caller) => [callerTokenPath(caller.userId), caller]));
  return async (request) => {
    const caller = byPath.get(request.target);
    if (request.method !== 'GET' || caller === undefined) return undefined;
    if (!isForThisMachine(request)) return notForThisMachine();
    return {
      status: 200,
      headers: {
        'content-type': 'text/plain',
        'cache-control': 'no-store',
        // A token is an expression of JavaScript: a page of another site must not run it as a script.
        'x-content-type-options': 'nosniff',
      },
      body: await issuer.tokenFor(caller),
    };
  };
}
