import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';
import { createDocumentEngine, type DocumentEngine } from './document-engine-in-memory.ts';
import type { DocumentEngineOptions } from './options.ts';

/** Document Engine behind a socket of this machine. */
export interface LocalDocumentEngine extends DocumentEngine, LoopbackServer {}

/**
 * Serves {@link createDocumentEngine} on 127.0.0.1.
 *
 * @param port - 0 picks a free one
 * @throws Error if the public key is none for the algorithm, or the operating system's error if the port is taken
 */
export async function startDocumentEngine(
  options: DocumentEngineOptions,
  port = 0,
): Promise<LocalDocumentEngine> {
  const documentEngine = createDocumentEngine(options);
  return { ...documentEngine, ...(await listenOnLoopback(documentEngine.answer, port)) };
}
