import type { Clock } from './clock.ts';
import type { Milliseconds } from './time.ts';

/** The moment from which no new work is begun. Work that is under way is still finished. */
export class Deadline {
  /** Milliseconds since the Unix epoch. */
  readonly at: Milliseconds;
  readonly #clock: Clock;

  /** @param at - milliseconds since the Unix epoch, by this clock */
  constructor(clock: Clock, at: Milliseconds) {
    this.#clock = clock;
    this.at = at;
  }

  /** Makes the deadline that lies this many milliseconds ahead. */
  static after(clock: Clock, milliseconds: Milliseconds): Deadline {
    return new Deadline(clock, clock.now() + milliseconds);
  }

  /** Tells whether the moment has come or is past. */
  isOver(): boolean {
    return this.#clock.now() >= this.at;
  }
}
