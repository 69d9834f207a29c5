import { FUNCTIONS_PATH, LOGS_PATH } from '../../../tools/local/stack/routes/paths.ts';
import { startProvenServer } from './proven-server.ts';

/** Serves the local stack's routes for functions, for tests of the keys command. */
export interface FunctionFront {
  readonly port: string;
  /** The environment that it reports for the rotation function. */
  readonly environment: Record<string, string>;
  /** The names of the restarted functions, in order. */
  readonly restarted: string[];
  /** Decides if a restart of a function succeeds. */
  canRestart: (name: string) => boolean;
  close(): Promise<void>;
}

/**
 * Starts the server.
 *
 * @param environment - of the rotation function
 * @param restart - replaces a function's processes; does nothing unless given
 * @param secret - of the stack with the AWS services in the environment; a new one unless given
 * @param logs - the place of that stack's logs, as the stack tells it
 */
export async function startFunctionFront(
  environment: Record<string, string>,
  restart: (name: string) => Promise<void> = () => Promise.resolve(),
  secret?: string,
  logs: object = {},
): Promise<FunctionFront> {
  const server = await startProvenServer(async ({ method, path }) => {
    if (path === LOGS_PATH) return answer(200, logs);
    const [name = '', action] = path.slice(`${FUNCTIONS_PATH}/`.length).split('/');
    if (method === 'GET') return answer(200, { name, environment: front.environment });
    if (action !== 'restart' || !front.canRestart(name)) return answer(500, {});
    front.restarted.push(name);
    await restart(name);
    return answer(200, { name });
  }, secret);
  const front: FunctionFront = {
    port: server.port,
    environment,
    restarted: [],
    canRestart: () => true,
    close: () => server.close(),
  };
  return front;
}

const answer = (status: number, body: object) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
