import { json, type LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import type { Caller, Issuer } from '../../stand-ins/issuer/index.ts';
import { callerTokenPath } from './paths.ts';
import { isForThisMachine, notForThisMachine } from './this-machine.ts';

const [BEFORE_NAME = '', AFTER_NAME = ''] = callerTokenPath('*').split('*');

/**
 * Answers with a fresh token of a demo user as plain text, for a shell's `$(curl …)`. Serves this machine alone.
 *
 * @param callers - users without a password of their own
 */
export function callerTokenRoute(callers: readonly Caller[], issuer: Pick<Issuer, 'tokenFor'>): LocalRoute {
  const byPath = new Map(callers.map((caller) => [callerTokenPath(caller.userId), caller]));
  const users = callers.map((caller) => caller.userId).join(', ');
  const message = `There is no such demo user. The demo users are ${users}. The demo backend signs in with its client secret: docs/api.md, "Set up the examples".`;
  return async (request) => {
    const { method, target } = request;
    if (method !== 'GET' || !target.startsWith(BEFORE_NAME) || !target.endsWith(AFTER_NAME)) return undefined;
    if (!isForThisMachine(request)) return notForThisMachine();
    const caller = byPath.get(target);
    if (caller === undefined) return json(404, { message });
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
