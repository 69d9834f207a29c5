import { type Clock } from '../../../lib/runtime/clock.ts';
import { type Milliseconds } from '../../../lib/runtime/time.ts';
import { NOON } from './clock.ts';

/**
 * A clock that moves by itself: to the end of the next pause, as soon as all work waits for the end of a pause. So calls
 * that are made side by side take time side by side, and none of it is real. Work that waits for anything but promises and
 * this clock, such as a thread that signs, takes no time on it.
 */
export class SimulatedClock implements Clock {
  #now: Milliseconds;
  #sleepers: { readonly until: Milliseconds; readonly wake: () => void }[] = [];
  #isMoving = false;

  /** @param now - milliseconds since the Unix epoch; noon unless given */
  constructor(now: Milliseconds = NOON * 1000) {
    this.#now = now;
  }

  now(): Milliseconds {
    return this.#now;
  }

  sleep(milliseconds: Milliseconds): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ until: this.#now + milliseconds, wake });
      if (this.#isMoving) return;
      this.#isMoving = true;
      setImmediate(() => {
        this.#move();
      });
    });
  }

  #move(): void {
    const until = Math.min(...this.#sleepers.map((sleeper) => sleeper.until));
    this.#now = Math.max(this.#now, until);
    const woken = this.#sleepers.filter((sleeper) => sleeper.until <= until);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.until > until);
    for (const { wake } of woken) wake();
    this.#isMoving = this.#sleepers.length > 0;
    if (!this.#isMoving) return;
    setImmediate(() => {
      this.#move();
    });
  }
}
