import type { Clock } from './clock.ts';
import type { Milliseconds } from './time.ts';

/** The moment from which no more work is taken on. What is under way then comes to its end. */
export class Deadline {
  /** Milliseconds since the Unix epoch. */
  readonly at: Milliseconds;
  readonly #clock: Clock;

  /** @param at - milliseconds since the Unix epoch, by this clock */
  constructor(clock: Clock, at: Milliseconds) {
    this.#clock = clock;
    this.at = at;
  }

  /** The deadline after so many milliseconds from now. */
  static after(clock: Clock, milliseconds: Milliseconds): Deadline {
    return new Deadline(clock, clock.now() + milliseconds);
  }

  /** Tells whether the moment has come. */
  isOver(): boolean {
    return this.#clock.now() >= this.at;
  }
}
