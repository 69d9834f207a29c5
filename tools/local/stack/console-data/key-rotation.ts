import type { Clock } from '../../../../lib/runtime/clock.ts';
import { errorFields, LayermintError } from '../../../../lib/runtime/errors.ts';
import type { Logger } from '../../../../lib/runtime/log.ts';
import { UsageError } from '../../../cli/errors.ts';

/** A rotation that was asked for over {@link KeyRotation}. Times are RFC 3339 in UTC. */
export interface RotationReport {
  readonly state: 'running' | 'done' | 'failed';
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Its progress, in sentences. */
  readonly lines: readonly string[];
}

/** Rotates the signing key of the local stack, one rotation at a time. */
export class KeyRotation {
  readonly #rotate: (report: (line: string) => void) => Promise<void>;
  readonly #clock: Clock;
  readonly #log: Logger;
  #last: RotationReport | undefined;

  /** @param rotate - rotates the key, and waits for the end */
  constructor(rotate: (report: (line: string) => void) => Promise<void>, clock: Clock, log: Logger) {
    this.#rotate = rotate;
    this.#clock = clock;
    this.#log = log;
  }

  /** The last rotation; undefined if none was asked for. */
  get last(): RotationReport | undefined {
    return this.#last;
  }

  /** Starts a rotation, unless one is running. @returns false if one is running */
  start(): boolean {
    if (this.#last?.state === 'running') return false;
    this.#last = { state: 'running', startedAt: this.#now(), lines: [] };
    void this.#run();
    return true;
  }

  async #run(): Promise<void> {
    try {
      await this.#rotate((line) => {
        this.#add(line);
      });
      this.#add(
        'The stage signs with the new key. The former one verifies until the last of its tokens has expired.',
      );
      this.#end('done');
    } catch (error) {
      this.#log.error('a rotation that the console asked for has failed', errorFields(error));
      // The text of any other error may quote a secret.
      const isOurs = error instanceof LayermintError || error instanceof UsageError;
      this.#add(isOurs ? error.message : 'The rotation has failed. The log of npm start says why.');
      this.#end('failed');
    }
  }

  #add(line: string): void {
    if (this.#last !== undefined) this.#last = { ...this.#last, lines: [...this.#last.lines, line] };
  }

  #end(state: 'done' | 'failed'): void {
    if (this.#last !== undefined) this.#last = { ...this.#last, state, endedAt: this.#now() };
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
