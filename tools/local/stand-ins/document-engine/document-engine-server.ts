import { headersForLocalPage, preflightAnswer } from '../local-pages.ts';
import {
  connectionDropped,
  listenOnLoopback,
  type HttpHandler,
  type LoopbackServer,
} from '../loopback-server.ts';
import { createDocumentEngine, type DocumentEngine } from './document-engine-in-memory.ts';
import type { DocumentEngineOptions } from './options.ts';

/** Document Engine behind a socket of this machine. */
export interface LocalDocumentEngine extends DocumentEngine, LoopbackServer {}

/**
 * Serves {@link createDocumentEngine} on 127.0.0.1. Pages of this machine can use all routes but the backend's, `/api/…`.
 *
 * @param port - 0 picks a free one
 * @throws Error if the public key is none for the algorithm, or the operating system's error if the port is taken
 */
export async function startDocumentEngine(
  options: DocumentEngineOptions,
  port = 0,
): Promise<LocalDocumentEngine> {
  const documentEngine = createDocumentEngine(options);
  return { ...documentEngine, ...(await listenOnLoopback(forLocalPages(documentEngine.answer), port)) };
}

function forLocalPages(answer: HttpHandler): HttpHandler {
  return async (request) => {
    const { method, path, headers } = request;
    if (path.startsWith('/api/')) return answer(request);
    const preflight = preflightAnswer(method, headers);
    if (preflight !== undefined) return preflight;
    const answered = await answer(request);
    if (answered === connectionDropped) return answered;
    return { ...answered, headers: { ...answered.headers, ...headersForLocalPage(headers.origin) } };
  };
}
