import { HOUR, type Seconds } from '../../../../lib/runtime/time.ts';
import { UnusableDocumentEngineError } from '../../real-document-engine/index.ts';
import { headerOf, json, type HttpResponse, type LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import { FAULTS_PATH } from '../routes/paths.ts';
import { isForThisMachine, notForThisMachine } from '../routes/this-machine.ts';
import type { ActiveFaults } from './active-faults.ts';
import { faultNamed } from './fault-table.ts';

/** The longest time for which a fault can be asked. */
export const LONGEST_FAULT: Seconds = 24 * HOUR;

const PATH = new RegExp(`^${FAULTS_PATH}/([a-z-]{1,64})/(break|repair)(?:\\?seconds=(\\d{1,5}))?$`);

/**
 * Serves the faults to commands, below {@link FAULTS_PATH}: `GET` lists them, `POST NAME/break` (with `?seconds=600`) brings one about,
 * and `POST NAME/repair` ends it. Requests of web pages are refused.
 */
export function faultRoutes(faults: ActiveFaults): LocalRoute {
  return async (request) => {
    const { method, target } = request;
    if (target !== FAULTS_PATH && !target.startsWith(`${FAULTS_PATH}/`)) return undefined;
    if (!isForThisMachine(request) || headerOf(request, 'origin') !== undefined) return notForThisMachine();
    if (method === 'GET' && target === FAULTS_PATH) return answer(200, { faults: faults.list() });
    const [, word = '', action, seconds] = PATH.exec(target) ?? [];
    const name = faultNamed(word);
    if (method !== 'POST' || name === undefined) return undefined;
    if (action === 'repair') return answer(200, await faults.end(name));
    const length = seconds === undefined ? undefined : Number(seconds);
    if (length !== undefined && (length < 1 || length > LONGEST_FAULT))
      return answer(400, { message: 'A fault lasts from 1 second to 24 hours' });
    try {
      return answer(200, await faults.begin(name, length));
    } catch (error) {
      if (error instanceof UnusableDocumentEngineError) return answer(409, { message: error.message });
      throw error;
    }
  };
}

const answer = (status: number, body: object): HttpResponse =>
  json(status, body, { 'cache-control': 'no-store' });
