import { join } from 'node:path';
import { ExecutionEnvironment } from './execution-environment.ts';
import { FunctionError } from './function-error.ts';

/** A function as serverless.yml configures it. */
export interface FunctionDefinition {
  readonly name: string;
  /** Path and export, such as `functions/mint-token.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
}

/** Calls a deployed function with an event. Rejects with a {@link FunctionError} if it fails. */
export type Invoke = (functionName: string, event: unknown) => Promise<unknown>;

/** Takes a line that a function writes to its standard output or error. */
export type TakeLine = (functionName: string, line: string) => void;

/** The running functions. */
export interface Functions {
  readonly invoke: Invoke;
  /** Replaces the function's warm processes, as a changed configuration does on Lambda. Running invocations fail. */
  restart(functionName: string): Promise<void>;
  close(): Promise<void>;
}

/** A function cannot be loaded, so the stack would answer only errors. */
export class FunctionStartError extends Error {
  override readonly name = 'FunctionStartError';
}

/**
 * Starts every function from its source, each in a worker thread of its own with an environment of its own.
 *
 * @param directory - the project's root; handlers are relative to it
 * @param take - takes each line that a function writes
 * @throws {FunctionStartError} if a function cannot be loaded; its message names the function and the reason
 */
export async function startFunctions(
  definitions: readonly FunctionDefinition[],
  directory: string,
  take: TakeLine,
): Promise<Functions> {
  const running = new Map(
    definitions.map((it) => [
      it.name,
      new RunningFunction(it, directory, (line) => {
        take(it.name, line);
      }),
    ]),
  );
  const close = async (): Promise<void> => {
    await Promise.all(Array.from(running.values(), (it) => it.end()));
  };
  const named = (name: string): RunningFunction => {
    const found = running.get(name);
    if (found === undefined) throw new RangeError(`There is no function "${name}" in serverless.yml`);
    return found;
  };
  try {
    await Promise.all(Array.from(running.values(), (it) => it.ready()));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    invoke: async (name, event) => named(name).invoke(event),
    restart: async (name) => named(name).restart(),
    close,
  };
}

class RunningFunction {
  readonly #definition: FunctionDefinition;
  readonly #start: () => ExecutionEnvironment;
  #current: ExecutionEnvironment;

  constructor(definition: FunctionDefinition, directory: string, write: (line: string) => void) {
    const { name, handler, memorySizeMb } = definition;
    const dot = handler.lastIndexOf('.');
    const source = {
      functionName: name,
      file: `${join(directory, handler.slice(0, dot))}.ts`,
      exportName: handler.slice(dot + 1),
      memorySizeMb,
    };
    this.#definition = definition;
    this.#start = () =>
      new ExecutionEnvironment(source, { ...definition.environment, ...runtimeOf(definition) }, write);
    this.#current = this.#start();
  }

  async ready(): Promise<void> {
    try {
      await this.#current.ready;
    } catch (error) {
      const { message } = FunctionError.from(error);
      throw new FunctionStartError(`The function "${this.#definition.name}" does not start: ${message}`, {
        cause: error,
      });
    }
  }

  invoke(event: unknown): Promise<unknown> {
    if (this.#current.ended) this.#current = this.#start();
    return this.#current.invoke(event, this.#definition.timeoutSeconds);
  }

  async restart(): Promise<void> {
    await this.#current.end();
    this.#current = this.#start();
    await this.#current.ready;
  }

  end(): Promise<void> {
    return this.#current.end();
  }
}

/** The variables that Lambda's runtime sets (Lambda developer guide, "Defined runtime environment variables"). */
function runtimeOf({ name, handler, memorySizeMb }: FunctionDefinition): Record<string, string> {
  return {
    _HANDLER: handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySizeMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    TZ: ':UTC',
  };
}
