import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A server of examples/ that runs as a process of its own. */
export class ExampleProcess {
  readonly #process: ChildProcessWithoutNullStreams;
  /** All it wrote, to standard output and standard error. */
  written = '';

  private constructor(script: string, environment: Readonly<Record<string, string>>) {
    this.#process = spawn(process.execPath, [script], {
      stdio: 'pipe',
      env: { ...process.env, PORT: '0', ...environment },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.written += chunk.toString()));
    }
  }

  /**
   * Starts a script on a free port.
   *
   * @returns the process, and the address that its first line names
   * @throws Error with all it wrote if it ends before
   */
  static async start(
    script: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<{ readonly example: ExampleProcess; readonly url: string }> {
    const example = new ExampleProcess(script, environment);
    const line: unknown = await Promise.race([
      once(createInterface({ input: example.#process.stdout }), 'line').then(([first]: unknown[]) => first),
      once(example.#process, 'close'),
    ]);
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line)) ?? [];
    if (url === undefined)
      throw new Error(`${script} ended with ${example.#process.exitCode}:\n${example.written}`);
    return { example, url };
  }

  /** Ends it. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'close');
    this.#process.kill();
    await ended;
  }
}
