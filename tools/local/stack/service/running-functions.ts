import {
  startFunctions,
  type FunctionDefinition,
  type Functions,
  type TakeLine,
} from '../../stand-ins/lambda/index.ts';
import { PROJECT } from './deployed-service.ts';

/** Calls a function with an event and its deployed environment. `write` takes each line of its output. */
export type InvokeWith = (
  functionName: string,
  event: unknown,
  environment: FunctionDefinition['environment'],
  write: (line: string) => void,
) => Promise<unknown>;

/**
 * Runs the functions, each in a worker thread, unless `invoke` runs them.
 *
 * @param take - takes each line of the functions' output
 * @throws {FunctionStartError} if one cannot be loaded
 */
export async function runFunctions(
  definitions: readonly FunctionDefinition[],
  take: TakeLine,
  invoke: InvokeWith | undefined,
): Promise<Functions> {
  if (invoke !== undefined) return inProcess(definitions, take, invoke);
  return startFunctions(definitions, PROJECT, take);
}

/** Leaves all calls to `invoke`: there is no process to replace or end. */
function inProcess(
  definitions: readonly FunctionDefinition[],
  take: TakeLine,
  invoke: InvokeWith,
): Functions {
  const environments = new Map(definitions.map(({ name, environment }) => [name, environment]));
  return {
    invoke: (name, event) =>
      invoke(name, event, environments.get(name) ?? {}, (line) => {
        take(name, line);
      }),
    restart: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
