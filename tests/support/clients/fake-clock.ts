import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../clients/typescript/src/index.ts';

/** The longest timer of JavaScript engines, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A client that sets timers without a pause fails, and does not hang. */
const MOST_IN_A_STEP = 10_000;

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** Lets all ready work finish: every microtask, and those that they add. */
export const settle = (): Promise<void> => setImmediate();

/** The clocks of a device and of a server, and the device's timers. They move only by hand. */
export class FakeClock implements Clock {
  #monotonic = 0;
  /** The lead of the other clocks over the monotonic one. */
  #server: number;
  #wall: number;
  #order = 0;
  /** Sorted by time, then by order. Cancelled ones stay until their turn. */
  readonly #timers: Timer[] = [];
  #live = 0;
  /** The most timers that waited at a time. */
  mostTimers = 0;
  /** Waits until the work that a timer has begun is done. */
  settle = settle;

  /**
   * @param server - the server's time at the start, in milliseconds since the Unix epoch
   * @param ahead - how far the device's wall clock is ahead, in milliseconds
   */
  constructor(server: number, ahead = 0) {
    this.#server = server;
    this.#wall = server + ahead;
  }

  /** The server's time, in milliseconds since the Unix epoch. */
  get server(): number {
    return this.#server + this.#monotonic;
  }

  /** The number of timers that wait. */
  get timers(): number {
    return this.#live;
  }

  now(): number {
    return this.#wall + this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Sets a timer. A delay above 2^31-1 ms is one of 1 ms, as in JavaScript engines. */
  setTimeout(run: () => void, ms: number): () => void {
    const delay = ms >= 1 && ms <= LONGEST_TIMER ? ms : 1;
    const timer = { due: this.#monotonic + delay, order: this.#order++, run, cancelled: false };
    this.#timers.splice(this.#place(timer.due), 0, timer);
    this.#live += 1;
    this.mostTimers = Math.max(this.mostTimers, this.#live);
    return () => {
      if (!timer.cancelled) this.#live -= 1;
      timer.cancelled = true;
    };
  }

  /** Finds the place behind all timers of this time and earlier ones. */
  #place(due: number): number {
    let [low, high] = [0, this.#timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#timers[middle]?.due ?? Infinity) <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Moves all clocks forward, and fires the timers that are due in order. All ready work finishes before, and after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    let fired = 0;
    await this.settle();
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#monotonic = timer.due;
      this.#live -= 1;
      timer.cancelled = true;
      if ((fired += 1) > MOST_IN_A_STEP) throw new Error('the timers follow each other without end');
      timer.run();
      await this.settle();
    }
    this.#monotonic = end;
    await this.settle();
  }

  #next(end: number): Timer | undefined {
    while (this.#timers[0]?.cancelled === true) this.#timers.shift();
    const first = this.#timers[0];
    return first === undefined || first.due > end ? undefined : this.#timers.shift();
  }

  /** Lets time pass on a device that sleeps: its monotonic clock and its timers stand still. */
  sleep(ms: number): void {
    this.#server += ms;
    this.#wall += ms;
  }

  /** Lets the device's wall clock jump. */
  jump(ms: number): void {
    this.#wall += ms;
  }
}
