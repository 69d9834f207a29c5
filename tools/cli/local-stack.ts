import * as z from 'zod';
import { DEFAULT_PORT } from '../local/stack/command-line.ts';
import { DESCRIPTION_PATH } from '../local/stack/routes/paths.ts';
import { UsageError } from './errors.ts';

/** The part of the local stack's description that a caller needs. */
const Description = z.object({
  api: z.url(),
  callers: z.record(z.string(), z.object({ token: z.string() })),
  documents: z.tuple([z.string()], z.string()),
});

/** The access data of the local stack for one demo user. */
export interface LocalStack {
  readonly api: string;
  readonly callerToken: string;
  /** The first of its demo documents. */
  readonly documentId: string;
}

/**
 * Reads from the service that `npm start` runs on this machine.
 *
 * @param path - a path of its API
 * @param schema - the shape of its answer
 * @param port - the port of its API, if it is not the usual one
 * @throws UsageError if no local stack answers there
 */
export async function readFromLocalStack<Answer>(
  path: string,
  schema: z.ZodType<Answer>,
  port = String(DEFAULT_PORT),
): Promise<Answer> {
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw new UsageError(`--port must be a port number, not "${port}".`);
  const answer = await fetch(localUrl(path, port)).catch(() => undefined);
  const body: unknown = answer?.ok === true ? await answer.json().catch(() => undefined) : undefined;
  // Another program can listen on this port.
  const { data } = schema.safeParse(body);
  if (data === undefined)
    throw new UsageError(
      `No local stack answers at ${localUrl('', port)}. Start it with npm start, or give its port with --port.`,
    );
  return data;
}

/** Names the address at which the service that `npm start` runs on this machine serves a path. */
export function localUrl(path: string, port = String(DEFAULT_PORT)): string {
  return `http://127.0.0.1:${port}${path}`;
}

/**
 * Asks the service that `npm start` runs on this machine for its address and for a demo user's token.
 *
 * @param port - the port of its API, if it is not the usual one
 * @param user - the demo user's name
 * @throws UsageError if no local stack answers there, or it has no such user
 */
export async function askLocalStack(port: string | undefined, user: string): Promise<LocalStack> {
  const { api, callers, documents } = await readFromLocalStack(DESCRIPTION_PATH, Description, port);
  const caller = Object.hasOwn(callers, user) ? callers[user] : undefined;
  if (caller === undefined) {
    throw new UsageError(
      `The local stack has no user "${user}". Its users are ${Object.keys(callers).join(', ')}.`,
    );
  }
  return { api, callerToken: caller.token, documentId: documents[0] };
}
