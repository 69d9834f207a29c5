import * as z from 'zod';
import { DEFAULT_PORT } from '../local/stack/command-line.ts';
import { DESCRIPTION_PATH } from '../local/stack/routes/paths.ts';
import { UsageError } from './command.ts';

/** What a command needs of the local stack's own description. */
const schema = z.object({
  api: z.url(),
  callers: z.record(z.string(), z.object({ token: z.string() })),
  documents: z.array(z.string()).min(1),
});

/** All that it takes to call the local stack. */
export interface LocalStack {
  readonly api: string;
  readonly callerToken: string;
  /** The first of its demo documents. */
  readonly documentId: string;
}

/**
 * Asks the service that `npm start` runs on this machine.
 *
 * @param path - of its API
 * @param port - of its API, if it is not on its usual port
 * @returns its answer, parsed from JSON
 * @throws UsageError if nothing answers there
 */
export async function readFromLocalStack(path: string, port = String(DEFAULT_PORT)): Promise<unknown> {
  if (!/^\d{1,5}$/.test(port)) throw new UsageError(`--port must be a port number, not "${port}".`);
  const url = localUrl(path, port);
  const answer = await fetch(url).catch(() => undefined);
  if (!answer?.ok)
    throw new UsageError(`No local stack answers at ${url}. Start it with npm start, or give its --port.`);
  return answer.json();
}

/** Names the address at which the service that `npm start` runs on this machine serves a path. */
export function localUrl(path: string, port = String(DEFAULT_PORT)): string {
  return `http://127.0.0.1:${port}${path}`;
}

/**
 * Asks the service that `npm start` runs on this machine where it is and for a demo user's token.
 *
 * @param port - of its API, if it is not on its usual port
 * @param user - the demo user's name
 * @throws UsageError when nothing answers there, or there is no such user
 */
export async function askLocalStack(port: string | undefined, user: string): Promise<LocalStack> {
  const { api, callers, documents } = schema.parse(await readFromLocalStack(DESCRIPTION_PATH, port));
  const caller = callers[user];
  const [documentId] = documents;
  if (!caller || documentId === undefined) {
    throw new UsageError(
      `The local stack has no user "${user}". Its users are ${Object.keys(callers).join(', ')}.`,
    );
  }
  return { api, callerToken: caller.token, documentId };
}
