import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { bundleFunction } from '../../../infra/packaging/bundle.ts';

const WARM_UP = 300;

/** Serves one event again and again in a process of its own, as Lambda does, and prints the use of the processor. */
const PROCESS = `
  let logBytes = 0;
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text) => (logBytes += Buffer.byteLength(text), true);
  const { handler } = require(process.argv[1]);
  const { event, warmUp, rounds } = require(process.argv[2]);
  const context = {
    awsRequestId: '8f5dc9a0-1c2d-4e3f-8a9b-0c1d2e3f4a5b',
    getRemainingTimeInMillis: () => 55_000,
  };
  const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
  const serve = () => handler(event, context);
  (async () => {
    const answer = (await serve()) ?? {};
    const coldMs = spent();
    for (let left = warmUp; left > 0; left -= 1) await serve();
    logBytes = 0;
    const before = spent();
    for (let left = rounds; left > 0; left -= 1) await serve();
    const cpuMs = (spent() - before) / rounds;
    const { statusCode = 0, body = '' } = answer;
    write(JSON.stringify({
      coldMs, cpuMs, logBytes: Math.round(logBytes / rounds), statusCode, answerBytes: Buffer.byteLength(body),
    }));
    process.exit();
  })();
`;

const Printed = z.object({
  coldMs: z.number(),
  cpuMs: z.number(),
  logBytes: z.number(),
  statusCode: z.number(),
  answerBytes: z.number(),
});

/** The work of a packaged function for one event. */
export interface FunctionWork {
  /** Milliseconds of processor time from the start of the process to its first answer. */
  readonly coldMs: number;
  /** Milliseconds of processor time for one invocation of a warm process. */
  readonly cpuMs: number;
  /** The bytes of the log lines of one invocation. */
  readonly logBytes: number;
  readonly answerBytes: number;
}

/** A function to measure. */
export interface MeasuredFunction {
  /** The name of its file in functions/, without `.ts`. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly event: unknown;
  /** The status of its answer; 0 if it gives none. */
  readonly status: number;
  readonly rounds: number;
}

/**
 * Bundles a function as it is deployed, and measures it.
 *
 * @param directory - for its files
 * @throws Error if it does not answer with the status: the measurement would then mean nothing
 */
export async function workOf(directory: string, measured: MeasuredFunction): Promise<FunctionWork> {
  const { name, environment, event, status, rounds } = measured;
  const [bundle, input] = [join(directory, `${name}.cjs`), join(directory, `${name}.json`)];
  await bundleFunction(fileURLToPath(new URL(`../../../functions/${name}.ts`, import.meta.url)), bundle);
  await writeFile(input, JSON.stringify({ event, warmUp: Math.min(WARM_UP, rounds), rounds }));
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', PROCESS, bundle, input], {
    env: environment,
  });
  const { statusCode, ...work } = Printed.parse(JSON.parse(stdout));
  if (statusCode !== status) throw new Error(`${name} answered ${statusCode}, not ${status}`);
  return work;
}
