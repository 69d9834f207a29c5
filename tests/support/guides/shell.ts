import { describe } from '@jest/globals';
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The outcome of commands that were pasted into a shell. */
export interface Outcome {
  /** The exit code of the last command. */
  readonly code: number;
  /** The HTTP statuses that curl was answered with, in order. */
  readonly statuses: readonly number[];
  /** Standard output without white space at its ends. */
  readonly output: string;
}

/** A `describe` for tests that call curl, as the guides' commands do. Without curl on this machine, it skips them. */
export const withCurl = spawnSync('curl', ['--version']).status === 0 ? describe : describe.skip;

// Every answer's last status line goes to a file: a 100 comes before the answer itself.
const RECORDING_CURL = `
curl() {
  headers=$(mktemp "$RECORDS/headers.XXXXXX")
  command curl --silent --show-error --dump-header "$headers" "$@"
  set -- $?
  sed -n 's|^HTTP/[0-9.]* \\([0-9]*\\).*|\\1|p' "$headers" | tail -n 1 >> "$RECORDS/statuses"
  return $1
}
: > "$RECORDS/statuses"
`;

/** A shell that commands are pasted into one after the other, as a reader of a guide does. Variables stay. */
export class Shell {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<'ended'>;
  readonly #records = mkdtempSync(join(tmpdir(), 'layermint-guide-'));
  #output = '';
  #errors = '';

  constructor() {
    this.#process = spawn('sh', [], { stdio: 'pipe', env: { ...process.env, RECORDS: this.#records } });
    this.#process.stdout.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#process.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#ended = once(this.#process, 'close').then(() => 'ended');
    this.#process.stdin.write(RECORDING_CURL);
  }

  /** Runs commands to their end. @throws Error with standard error if the shell itself ends, as it does at wrong syntax */
  async paste(commands: string): Promise<Outcome> {
    const mark = randomUUID();
    this.#process.stdin.write(
      `${commands}\nprintf '\\n%s %s %s\\n' ${mark} $? "$(tr '\\n' ' ' < "$RECORDS/statuses")"\n: > "$RECORDS/statuses"\n`,
    );
    const end = new RegExp(`^${mark} (\\d+) (.*)\\n`, 'm');
    while (!end.test(this.#output)) {
      const first = await Promise.race([this.#ended, once(this.#process.stdout, 'data')]);
      if (first === 'ended') throw new Error(`The shell ended:\n${this.#errors}`);
    }
    const [line = '', code, statuses = ''] = end.exec(this.#output) ?? [];
    const output = this.#output.slice(0, this.#output.indexOf(line)).trim();
    this.#output = '';
    return { code: Number(code), statuses: statuses.split(' ').filter(Boolean).map(Number), output };
  }

  /** Ends the shell, and deletes its records. */
  async close(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
    rmSync(this.#records, { recursive: true });
  }
}
