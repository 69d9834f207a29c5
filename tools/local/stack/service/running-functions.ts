import { startFunctions, type FunctionDefinition, type Functions } from '../../stand-ins/lambda/index.ts';
import { PROJECT } from './deployed-service.ts';

/** Calls a function with an event and its deployed environment. */
export type InvokeWith = (
  functionName: string,
  event: unknown,
  environment: FunctionDefinition['environment'],
) => Promise<unknown>;

/**
 * Runs the functions, each in a worker thread, unless `invoke` runs them.
 *
 * @param write - takes the functions' output, in whole lines
 * @throws {FunctionStartError} if one cannot be loaded
 */
export async function runFunctions(
  definitions: readonly FunctionDefinition[],
  write: (text: string) => void,
  invoke: InvokeWith | undefined,
): Promise<Functions> {
  if (invoke !== undefined) return inProcess(definitions, invoke);
  return startFunctions(definitions, PROJECT, (line) => {
    write(`${line}\n`);
  });
}

/** Leaves all calls to `invoke`: there is no process to replace or end. */
function inProcess(definitions: readonly FunctionDefinition[], invoke: InvokeWith): Functions {
  const environments = new Map(definitions.map(({ name, environment }) => [name, environment]));
  return {
    invoke: (name, event) => invoke(name, event, environments.get(name) ?? {}),
    restart: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
