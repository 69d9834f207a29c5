import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { callerTokenPath } from '../local/stack/routes/paths.ts';
import { STARTS_AT } from './still-clock-variable.ts';

/** The log of the stack, which would hide the command's own lines. */
const LOG = fileURLToPath(new URL('../../node_modules/.cache/layermint/screenshots.log', import.meta.url));

const Description = z.object({
  api: z.url(),
  console: z.url(),
});

/** The local stack, with a clock that stands still until it is moved. Everything that shows a time is then the same in each run. */
export class StillStack {
  readonly console: string;
  readonly #api: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, { api, console: page }: z.output<typeof Description>) {
    this.console = page;
    this.#api = api;
    this.#process = process;
  }

  /**
   * Starts it.
   *
   * @param port - of the API; the issuer and Document Engine have the next two
   * @throws Error if it ends before it is ready; its own message is on standard error then
   */
  static async start(port: number, at: Date): Promise<StillStack> {
    const process_ = fork(
      fileURLToPath(new URL('../local/stack/start.ts', import.meta.url)),
      ['--json', '--port', String(port), '--log-level', 'error', '--log', LOG],
      {
        execArgv: ['--import', new URL('still-clock.ts', import.meta.url).href],
        env: { ...process.env, [STARTS_AT]: String(at.getTime()) },
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      },
    );
    const { stdout } = process_;
    if (stdout === null) throw new TypeError('The stack has no standard output');
    for await (const line of createInterface({ input: stdout }))
      return new StillStack(process_, Description.parse(JSON.parse(line)));
    throw new Error('The local stack has not started.');
  }

  /** Moves its clock. */
  async moveTo(at: Date): Promise<void> {
    const moved = once(this.#process, 'message');
    this.#process.send(at.getTime());
    await moved;
  }

  /** Sends a request to the API as a demo user, whatever the answer. @returns the answer's JSON */
  async as(user: string, method: string, path: string, body?: object): Promise<unknown> {
    // The tokens that the stack made at its start have expired.
    const token = await (await fetch(this.#api + callerTokenPath(user))).text();
    const answer = await fetch(this.#api + path, {
      method,
      headers: {
        authorization: `Bearer ${token.trim()}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}
