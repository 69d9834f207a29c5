import { StoreUnavailableError } from '../../../lib/table/index.ts';

/** A service that rotation calls. */
export type Service = 'Secrets Manager' | 'DynamoDB' | 'Document Engine';

/**
 * The faults that one call can have:
 * - `fails`: the call has no effect and fails
 * - `answer lost`: the call takes effect and fails
 * - `down`: the call has no effect and fails, and so do all later calls to that service in this step
 * - `down after`: the call takes effect and fails; later calls to that service in this step have no effect and fail
 * - `killed`: the function ends before the call
 * - `killed after`: the function ends after the call has taken effect
 */
export const FAULTS = ['fails', 'answer lost', 'down', 'down after', 'killed', 'killed after'] as const;

/** One of {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number];

/** The error of each service. */
const FAILURES: Readonly<Record<Service, () => Error>> = {
  'Secrets Manager': () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
  DynamoDB: () => new StoreUnavailableError('DynamoDB did not serve the table (TimeoutError)'),
  'Document Engine': () => new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
};

/** A layer between rotation and the services: records the calls of a step, and injects a fault into one of them. */
export class Calls {
  /** Awaited before each call takes effect, for the actions of other processes. */
  meanwhile: () => void | Promise<void> = () => undefined;
  /** Awaited after each call has taken effect and before its answer arrives, for the time that a process stands still. Gets its index. */
  frozen: (call: number) => void | Promise<void> = () => undefined;
  /** The calls since the step began, such as `DynamoDB: Query`. */
  readonly made: string[] = [];
  #at: number | undefined;
  #fault: Fault | undefined;
  #down: Service | undefined;
  #killed = false;

  /** True if the function has ended. */
  get killed(): boolean {
    return this.#killed;
  }

  /** Begins a step. @param at - the index of the call with the fault, from 0 */
  begin(at?: number, fault?: Fault): void {
    this.made.length = 0;
    this.#at = at;
    this.#fault = fault;
    this.#down = undefined;
    this.#killed = false;
  }

  /** Makes a call, with its fault if it has one. */
  async through<T>(service: Service, name: string, effect: () => Promise<T>): Promise<T> {
    const failure = FAILURES[service];
    if (this.#killed || this.#down === service) throw failure();
    const call = this.made.push(`${service}: ${name}`) - 1;
    await this.meanwhile();
    if (this.made.length - 1 !== this.#at) {
      try {
        return await effect();
      } finally {
        await this.frozen(call);
      }
    }
    if (this.#fault === 'down' || this.#fault === 'down after') this.#down = service;
    if (this.#fault === 'killed') this.#killed = true;
    if (this.#fault === 'answer lost' || this.#fault === 'down after' || this.#fault === 'killed after') {
      await effect();
      if (this.#fault === 'killed after') this.#killed = true;
    }
    throw failure();
  }
}
