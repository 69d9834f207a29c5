import * as z from 'zod';
import { DESCRIPTION_PATH } from '../local/description.ts';
import { UsageError } from './command.ts';

/** What the local stack says about itself, as far as it is needed here. */
const schema = z.object({
  api: z.url(),
  callers: z.record(z.string(), z.object({ token: z.string() })),
  documents: z.array(z.string()).min(1),
});

/** What it takes to call the local stack. */
export interface LocalStack {
  readonly api: string;
  readonly callerToken: string;
  /** The first of its demo documents. */
  readonly documentId: string;
}

/**
 * Asks the service that `npm start` runs on this machine where it is and for a demo user's token.
 *
 * @param port - of its API
 * @param user - the demo user's name
 * @throws UsageError when nothing answers there, or there is no such user
 */
export async function askLocalStack(port: string, user: string): Promise<LocalStack> {
  if (!/^\d{1,5}$/.test(port)) throw new UsageError(`--port must be a port number, not "${port}".`);
  const url = `http://127.0.0.1:${port}${DESCRIPTION_PATH}`;
  const answer = await fetch(url).catch(() => undefined);
  if (!answer?.ok)
    throw new UsageError(`No local stack answers at ${url}. Start it with npm start, or give its --port.`);
  const { api, callers, documents } = schema.parse(await answer.json());
  const caller = callers[user];
  const [documentId] = documents;
  if (!caller || documentId === undefined) {
    throw new UsageError(
      `The local stack has no user "${user}". Its users are ${Object.keys(callers).join(', ')}.`,
    );
  }
  return { api, callerToken: caller.token, documentId };
}
