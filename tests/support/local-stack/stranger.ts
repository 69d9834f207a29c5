import { randomText, writeSecretFiles } from '../../../tools/local/proof/index.ts';
import { listenOnLoopback } from '../../../tools/local/stand-ins/loopback-server.ts';

/** A program of somebody else that holds the port of a stack that has died. */
export interface Stranger {
  readonly url: string;
  readonly port: string;
  close(): Promise<void>;
}

/**
 * Starts a stranger. The secret files of the stack that has died are still there.
 *
 * @param body - its answer to every request
 */
export async function startStranger(body: string): Promise<Stranger> {
  const server = await listenOnLoopback(() => Promise.resolve({ status: 200, headers: {}, body }));
  const { port } = new URL(server.url);
  const files = writeSecretFiles(Number(port), randomText());
  return {
    url: server.url,
    port,
    close: async () => {
      files.remove();
      await server.close();
    },
  };
}
