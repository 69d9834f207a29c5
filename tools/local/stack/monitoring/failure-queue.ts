import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../lib/runtime/clock.ts';
import type { Invoke } from '../../stand-ins/lambda/index.ts';

/** An event that failed while nobody waited for it. The names are those of Lambda's messages where it has them. */
export interface FailureMessage {
  readonly id: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly functionName: string;
  /** The event, with which the function can be called again. */
  readonly requestPayload: unknown;
}

/** The messages that the queue keeps. A fault that lasts a night would fill the memory otherwise. */
const MOST_MESSAGES = 5_000;

/** The failure queue of a running stack. It keeps its newest messages, in memory. */
export class FailureQueue {
  readonly #clock: Clock;
  #messages: readonly FailureMessage[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The messages, the oldest first. */
  list(): readonly FailureMessage[] {
    return this.#messages;
  }

  /** Takes an event of a function. */
  add(functionName: string, requestPayload: unknown): void {
    const timestamp = new Date(this.#clock.now()).toISOString();
    const message = { id: randomUUID(), timestamp, functionName, requestPayload };
    this.#messages = [...this.#messages, message].slice(-MOST_MESSAGES);
  }

  /** Deletes all messages. @returns their number */
  purge(): number {
    const { length } = this.#messages;
    this.#messages = [];
    return length;
  }

  /**
   * Calls the function of each message again, and deletes the messages that succeed. A function that fails is not called for its other
   * messages, since they would fail too.
   *
   * @returns the number of messages that succeeded
   */
  async redrive(invoke: Invoke): Promise<number> {
    const done = new Set<string>();
    const failed = new Set<string>();
    for (const { id, functionName, requestPayload } of this.#messages) {
      if (failed.has(functionName)) continue;
      try {
        await invoke(functionName, requestPayload);
        done.add(id);
      } catch {
        // The function's own log has the reason.
        failed.add(functionName);
      }
    }
    this.#messages = this.#messages.filter(({ id }) => !done.has(id));
    return done.size;
  }
}
