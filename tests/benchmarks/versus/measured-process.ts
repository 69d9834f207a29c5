import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const PROBE = fileURLToPath(new URL('programs/probe.cjs', import.meta.url));

const Listening = z.object({ port: z.number() });
const Usage = z.object({ cpuMicros: z.number(), residentBytes: z.number() });

/** The use of the processor since the start of a process, in microseconds, and its memory now. */
export type Usage = z.infer<typeof Usage>;

/** The command that keeps a process on the last core, away from the processes that measure it; empty if there is none. */
const onOneCore: readonly string[] = (() => {
  const command = ['taskset', '-c', String(availableParallelism() - 1)] as const;
  return spawnSync(command[0], [...command.slice(1), 'true']).status === 0 ? command : [];
})();

/** True if the measured processes stay on one core, which takes Linux's `taskset`. */
export const isOnOneCore = onOneCore.length > 0;

/** A process that serves HTTP, and is measured. */
export class MeasuredProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /**
   * Starts a program, and waits until it listens.
   *
   * @throws Error if it ends before that; it has printed the reason
   */
  static async start(
    program: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<MeasuredProcess> {
    const [command, ...args] = [...onOneCore, process.execPath, '-r', PROBE, program] as const;
    const child = spawn(command, args, {
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(([code]): never => {
      throw new Error(`${program} ended with ${String(code)} before it listened.`);
    });
    const message = await Promise.race([messageOf(child), ended]);
    return new MeasuredProcess(child, Listening.parse(message).port);
  }

  /** Asks the process for its use of the processor and of memory. */
  async usage(): Promise<Usage> {
    const answer = messageOf(this.#child);
    this.#child.send('usage');
    return Usage.parse(await answer);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}

/** Waits for the next message of a process. @throws Error if the process cannot be started or reached */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const [message] = (await once(child, 'message')) as unknown[];
  return message;
}
