import type { Invoke } from '../../stand-ins/lambda/index.ts';
import { headerOf, json, type HttpResponse, type LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import { FAILURES_PATH } from '../routes/paths.ts';
import { isForThisMachine, notForThisMachine } from '../routes/this-machine.ts';
import type { FailureQueue } from './failure-queue.ts';

/** The messages of one answer: as many as a person reads. */
const SHOWN = 50;

/**
 * Serves the failure queue to commands, below {@link FAILURES_PATH}: `GET` shows its oldest messages, `POST redrive` calls their functions
 * again, and `POST purge` deletes them. Requests of web pages are refused.
 */
export function failureRoutes(
  failures: Pick<FailureQueue, 'list' | 'purge' | 'redrive'>,
  invoke: Invoke,
): LocalRoute {
  return async (request) => {
    const { method, target } = request;
    if (target !== FAILURES_PATH && !target.startsWith(`${FAILURES_PATH}/`)) return undefined;
    if (!isForThisMachine(request) || headerOf(request, 'origin') !== undefined) return notForThisMachine();
    const waiting = (): number => failures.list().length;
    if (method === 'GET' && target === FAILURES_PATH)
      return answer({ waiting: waiting(), messages: failures.list().slice(0, SHOWN) });
    if (method !== 'POST') return undefined;
    if (target === `${FAILURES_PATH}/purge`) return answer({ done: failures.purge(), waiting: waiting() });
    if (target !== `${FAILURES_PATH}/redrive`) return undefined;
    const done = await failures.redrive(invoke);
    return answer({ done, waiting: waiting() });
  };
}

const answer = (body: object): HttpResponse => json(200, body, { 'cache-control': 'no-store' });
