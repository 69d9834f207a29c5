import type { Listening, Place } from '../listening.ts';
import { headersForLocalPage, preflightAnswer } from '../local-pages.ts';
import { connectionDropped, serveAt, type HttpHandler } from '../loopback-server.ts';
import { createDocumentEngine, type DocumentEngine } from './document-engine-in-memory.ts';
import type { DocumentEngineOptions } from './options.ts';

/** Document Engine behind a socket of this machine. */
export interface LocalDocumentEngine extends DocumentEngine, Listening {}

/**
 * Serves {@link createDocumentEngine}. Pages of this machine can use all routes but the backend's, `/api/…`.
 *
 * @param place - a free port on 127.0.0.1 unless given
 * @throws {PortTakenError} if the port is taken
 * @throws Error if the public key is none for the algorithm
 */
export async function startDocumentEngine(
  options: DocumentEngineOptions,
  place: Place = { port: 0 },
): Promise<LocalDocumentEngine> {
  const documentEngine = createDocumentEngine(options);
  return { ...documentEngine, ...(await serveAt(forLocalPages(documentEngine.answer), place)) };
}

function forLocalPages(answer: HttpHandler): HttpHandler {
  return async (request) => {
    const { method, path, headers } = request;
    if (path.startsWith('/api/')) return answer(request);
    const preflight = preflightAnswer(method, headers);
    if (preflight !== undefined) return preflight;
    const answered = await answer(request);
    if (answered === connectionDropped) return answered;
    return { ...answered, headers: { ...answered.headers, ...headersForLocalPage(headers) } };
  };
}
