import { isSame, NONCE_HEADER, PROOF_HEADER, proofOfAnswer, proofOfRequest } from '../../proof/index.ts';
import type { Logger } from '../../../../lib/runtime/log.ts';
import {
  headerOf,
  json,
  requestFailed,
  type HttpRequest,
  type HttpResponse,
  type LocalRoute,
} from '../../stand-ins/api-gateway/index.ts';
import { isFromThisMachine } from '../../stand-ins/web-pages.ts';
import { COMMANDS_PATH } from './paths.ts';

/**
 * Serves everything below {@link COMMANDS_PATH} to senders that prove their knowledge of the stack's secret. Each answer proves that
 * it comes from this stack. Any program of this machine can send requests here, and any can listen here once the stack has stopped.
 *
 * @param routes - asked in turn, none of them for a request without the proof
 */
export function forCommands(secret: string, routes: readonly LocalRoute[], log: Logger): LocalRoute {
  return async (request) => {
    const { method, target } = request;
    if (target !== COMMANDS_PATH && !target.startsWith(`${COMMANDS_PATH}/`)) return undefined;
    const nonce = headerOf(request, NONCE_HEADER) ?? '';
    const proof = headerOf(request, PROOF_HEADER);
    // Commands run on this machine. With --host, the network can reach this port too, and could try proofs.
    if (!isFromThisMachine(request.sourceIp)) return onlyForCommands();
    if (nonce === '' || !isSame(proof, proofOfRequest(secret, { method, target, nonce })))
      return onlyForCommands();
    // A failure is proven too: a command must not take it for the answer of a stranger.
    const answer = await answerOf(request, routes).catch((error: unknown) => requestFailed(error, log));
    return proven(answer ?? json(404, { message: 'Not Found' }), secret, nonce);
  };
}

function onlyForCommands(): HttpResponse {
  return json(403, { message: 'Only commands of the user who started this stack are answered here' });
}

async function answerOf(
  request: HttpRequest,
  routes: readonly LocalRoute[],
): Promise<HttpResponse | undefined> {
  for (const route of routes) {
    const answer = await route(request);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function proven({ status, headers, body = '' }: HttpResponse, secret: string, nonce: string): HttpResponse {
  const text = body.toString();
  return {
    status,
    headers: { ...headers, [PROOF_HEADER]: proofOfAnswer(secret, nonce, status, text) },
    body: text,
  };
}
