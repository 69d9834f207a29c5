import { StoreUnavailableError } from '../../../lib/table/index.ts';

/** Whom rotation calls. */
export type Service = 'Secrets Manager' | 'DynamoDB' | 'Document Engine';

/**
 * What happens to one call:
 * - `fails`: it fails, and takes no effect
 * - `answer lost`: it takes effect, and fails
 * - `down`: it fails, and every later call to that service, as long as the step runs
 * - `down after`: it takes effect, and fails, and so does every later call to that service, without effect
 * - `killed`: the function ends before it
 * - `killed after`: the function ends when it has taken effect
 */
export const FAULTS = ['fails', 'answer lost', 'down', 'down after', 'killed', 'killed after'] as const;

/** What happens to one call. */
export type Fault = (typeof FAULTS)[number];

/** How each service fails, in its own way. */
const FAILURES: Readonly<Record<Service, () => Error>> = {
  'Secrets Manager': () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
  DynamoDB: () => new StoreUnavailableError('DynamoDB did not serve the table (TimeoutError)'),
  'Document Engine': () => new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
};

/** Stands between rotation and whom it calls: counts the calls of a step, and has one of them go wrong. */
export class Calls {
  /** Awaited before and after each call takes effect: what others do meanwhile. */
  meanwhile: () => void | Promise<void> = () => undefined;
  /** The calls since the step began. */
  readonly made: string[] = [];
  #at: number | undefined;
  #fault: Fault | undefined;
  #down: Service | undefined;
  #killed = false;

  /** Whether the function has ended: it never goes on. */
  get killed(): boolean {
    return this.#killed;
  }

  /** Begins a step. @param at - the number of the call that goes wrong, from 0 */
  begin(at?: number, fault?: Fault): void {
    this.made.length = 0;
    this.#at = at;
    this.#fault = fault;
    this.#down = undefined;
    this.#killed = false;
  }

  /** Makes a call, unless it goes wrong. */
  async through<T>(service: Service, name: string, effect: () => Promise<T>): Promise<T> {
    const failure = FAILURES[service];
    if (this.#killed || this.#down === service) throw failure();
    this.made.push(`${service}: ${name}`);
    await this.meanwhile();
    if (this.made.length - 1 !== this.#at) return effect();
    if (this.#fault === 'down' || this.#fault === 'down after') this.#down = service;
    if (this.#fault === 'killed') this.#killed = true;
    if (this.#fault === 'answer lost' || this.#fault === 'down after' || this.#fault === 'killed after') {
      await effect();
      if (this.#fault === 'killed after') this.#killed = true;
    }
    throw failure();
  }
}
