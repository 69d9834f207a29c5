import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** The schema of the line that `npm start -- --json` prints. */
export const Description = z.strictObject({
  api: z.url(),
  console: z.url(),
  issuer: z.url(),
  tokenEndpoint: z.url(),
  documentEngine: z.url(),
  documentEngineKind: z.enum(['stand-in', 'real']),
  signingKey: z.strictObject({ kid: z.string(), alg: z.string(), publicKey: z.string() }),
  callers: z.record(
    z.string(),
    z.strictObject({ token: z.string(), userId: z.string(), groups: z.array(z.string()) }),
  ),
  documents: z.array(z.string()),
  log: z.optional(z.string()),
});

export type Description = z.infer<typeof Description>;

/** The end of a process. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const PROJECT = new URL('../../../', import.meta.url);

/** `npm start` as a process of its own. */
export class StartCommand {
  readonly process: ChildProcessWithoutNullStreams;
  /** Resolves once it has ended and all its output has arrived. */
  readonly exited: Promise<Exit>;
  stdout = '';
  stderr = '';

  /**
   * @param args - the command's options
   * @param program - `npm` starts it as a user does; Node, without npm and its shell in between, unless given
   * @param environment - variables on top of the tests' own
   */
  constructor(
    args: readonly string[],
    program: 'node' | 'npm' = 'node',
    environment: Readonly<Record<string, string>> = {},
  ) {
    const env = { ...process.env, ...environment };
    const script = fileURLToPath(new URL('tools/local/stack/start.ts', PROJECT));
    this.process =
      program === 'node'
        ? spawn(process.execPath, [script, ...args], { env, stdio: 'pipe' })
        : spawn('npm', ['start', '--silent', '--', ...args], { cwd: PROJECT, env, stdio: 'pipe' });
    this.process.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.process.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = once(this.process, 'close').then(() => ({
      code: this.process.exitCode,
      signal: this.process.signalCode,
    }));
  }

  /** Resolves with the first line on standard output that matches. @throws Error if the command ends before. */
  async line(wanted: (line: string) => boolean): Promise<string> {
    const lines = createInterface({ input: this.process.stdout });
    return new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        if (wanted(line)) resolve(line);
      });
      void this.exited.then(({ code }) => {
        reject(new Error(`npm start ended with code ${code}:\n${this.stderr}`));
      });
    });
  }

  /** Resolves once standard error matches. @throws Error if the command ends before. */
  async logged(wanted: RegExp): Promise<void> {
    if (wanted.test(this.stderr)) return;
    await new Promise<void>((resolve, reject) => {
      this.process.stderr.on('data', () => {
        if (wanted.test(this.stderr)) resolve();
      });
      void this.exited.then(() => {
        reject(new Error(`npm start ended without having logged ${wanted.source}`));
      });
    });
  }

  /** Sends a signal, and resolves once the command has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.process.kill(signal);
    return this.exited;
  }
}

/** A running stack: its description and its process. */
export interface LocalStack extends Description {
  readonly command: StartCommand;
  stop(): Promise<Exit>;
}

/** Starts `npm start -- --json --port 0` with the Node that runs the tests, and waits until it is ready. */
export async function startLocalStack(
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<LocalStack> {
  const command = new StartCommand(['--json', '--port', '0', ...args], 'node', environment);
  try {
    const line = await command.line(() => true);
    return { ...Description.parse(JSON.parse(line)), command, stop: () => command.stop() };
  } catch (error) {
    await command.stop('SIGKILL');
    throw error;
  }
}
