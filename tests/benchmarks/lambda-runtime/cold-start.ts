import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { peakMemoryOf, processorTimeOf } from './process-use.ts';
import { serveRuntimeApi } from './runtime-api.ts';

/** A function to start, as Lambda knows it. */
export interface PackagedFunction {
  /** The directory with its unpacked package. */
  readonly directory: string;
  /** Path and export, such as `functions/mint-token.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The time that a part of a start takes, in milliseconds. */
export interface PartOfStart {
  readonly wallMs: number;
  /** The time of a processor, over all threads. Undefined on a system that does not tell it. */
  readonly cpuMs: number | undefined;
}

/** The result of a cold start. */
export interface ColdStart {
  /** From the start of the process to its request for the first event. */
  readonly init: PartOfStart;
  /** From that request to the arrival of the first answer. Undefined if there was no event. */
  readonly invocation: PartOfStart | undefined;
  /** All of it. */
  readonly whole: PartOfStart;
  /** The ends of the two parts, in microseconds of the machine's monotonic clock, which a CPU profile counts in too. */
  readonly ends: { readonly init: number; readonly invocation: number };
  /** The largest memory until then, in megabytes. Undefined on a system that does not tell it. */
  readonly peakMb: number | undefined;
  /** The answer, as JSON. Undefined if there was no event. */
  readonly answer: string | undefined;
  /** Everything that the process printed. */
  readonly output: string;
}

/** Options of Node for the process, and the way to end it. */
export interface StartOptions {
  readonly nodeArguments?: readonly string[];
  /** The process gets SIGTERM, and ends by itself. It is killed unless given. */
  readonly endsItself?: boolean;
  /** Ends when the process asks for the first event, which it does not get. */
  readonly initAlone?: boolean;
}

/**
 * Starts a function in a new process and serves it one event. It speaks the Lambda Runtime API, so the process runs as it does on
 * Lambda.
 *
 * @param client - the path of AWS's Node runtime client
 * @throws Error with the function's report or output if it does not answer
 */
export async function startCold(
  client: string,
  packaged: PackagedFunction,
  event: unknown,
  { nodeArguments = [], endsItself = false, initAlone = false }: StartOptions = {},
): Promise<ColdStart> {
  const initialized = Promise.withResolvers<Moment>();
  const answered = Promise.withResolvers<Moment>();
  const api = await serveRuntimeApi(initAlone ? undefined : event, {
    initialized: () => {
      initialized.resolve(momentOf(child.pid));
    },
    answered: () => {
      answered.resolve(momentOf(child.pid));
    },
  });
  const begin = { at: monotonicUs(), cpuMs: 0, peakMb: undefined };
  const child = spawn(process.execPath, [...nodeArguments, client], {
    cwd: packaged.directory,
    env: environmentOf(packaged, api.address),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]).then((texts) => texts.join(''));
  const exited = once(child, 'exit');
  const endedEarly = exited.then(async (): Promise<never> => {
    throw new Error(`The function ended before it answered: ${await output}`);
  });
  endedEarly.catch(() => undefined);
  const end = async (): Promise<void> => {
    child.kill(endsItself ? 'SIGTERM' : 'SIGKILL');
    // A process that ends itself waits for its thread with the second question.
    api.close();
    await exited;
  };
  const done = initAlone ? initialized.promise.then(() => undefined) : api.answer;
  const answer = await Promise.race([done, endedEarly]).finally(end);
  const ready = await initialized.promise;
  const last = initAlone ? ready : await answered.promise;
  return {
    init: partOf(begin, ready),
    invocation: initAlone ? undefined : partOf(ready, last),
    whole: partOf(begin, last),
    ends: { init: ready.at, invocation: last.at },
    peakMb: last.peakMb,
    answer,
    output: await output,
  };
}

function environmentOf(
  { directory, handler, environment }: PackagedFunction,
  address: string,
): Record<string, string> {
  return {
    AWS_LAMBDA_RUNTIME_API: address,
    LAMBDA_TASK_ROOT: directory,
    _HANDLER: handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'measured',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    AWS_LAMBDA_LOG_GROUP_NAME: 'measured',
    AWS_LAMBDA_LOG_STREAM_NAME: 'measured',
    AWS_REGION: 'eu-central-1',
    ...environment,
  };
}

/** A moment of a start: the time, and the processor time until then. */
interface Moment {
  /** Microseconds of the monotonic clock. */
  readonly at: number;
  readonly cpuMs: number | undefined;
  readonly peakMb: number | undefined;
}

const monotonicUs = (): number => Number(process.hrtime.bigint() / 1000n);

const momentOf = (pid: number | undefined): Moment => ({
  at: monotonicUs(),
  cpuMs: pid === undefined ? undefined : processorTimeOf(pid),
  peakMb: pid === undefined ? undefined : peakMemoryOf(pid),
});

function partOf(from: Moment, to: Moment): PartOfStart {
  const wallMs = (to.at - from.at) / 1000;
  const known = from.cpuMs !== undefined && to.cpuMs !== undefined;
  return { wallMs, cpuMs: known ? to.cpuMs - from.cpuMs : undefined };
}
