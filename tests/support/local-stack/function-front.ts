import { FUNCTIONS_PATH } from '../../../tools/local/stack/routes/paths.ts';
import { listenOnLoopback } from '../../../tools/local/stand-ins/loopback-server.ts';

/** Stands before a local stack's functions, for the command that works on its keys. */
export interface FunctionFront {
  readonly port: string;
  /** What it says that the rotation function's environment is. */
  readonly environment: Record<string, string>;
  /** The functions whose processes were replaced, in order. */
  readonly restarted: string[];
  /** Whether the processes of a function can be replaced. */
  canRestart: (name: string) => boolean;
  close(): Promise<void>;
}

/**
 * @param environment - of the rotation function
 * @param restart - replaces a function's processes; nothing does unless given
 */
export async function startFunctionFront(
  environment: Record<string, string>,
  restart: (name: string) => Promise<void> = () => Promise.resolve(),
): Promise<FunctionFront> {
  const server = await listenOnLoopback(async ({ method, path }) => {
    const [name = '', action] = path.slice(`${FUNCTIONS_PATH}/`.length).split('/');
    if (method === 'GET') return answer(200, { name, environment: front.environment });
    if (action !== 'restart' || !front.canRestart(name)) return answer(500, {});
    front.restarted.push(name);
    await restart(name);
    return answer(200, { name });
  });
  const front: FunctionFront = {
    port: new URL(server.url).port,
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
