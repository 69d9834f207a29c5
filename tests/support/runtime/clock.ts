import { type Clock } from '../../../lib/runtime/clock.ts';
import { type Milliseconds, type Seconds } from '../../../lib/runtime/time.ts';

/** The time at which tests begin: 2026-01-31T12:00:00Z, in Unix seconds. */
export const NOON: Seconds = 1_769_860_800;

/** A clock that moves only by hand. */
export class ManualClock implements Clock {
  #now: Milliseconds;
  #sleepers: { readonly until: Milliseconds; readonly wake: () => void }[] = [];

  /** @param now - milliseconds since the Unix epoch; noon unless given */
  constructor(now: Milliseconds = NOON * 1000) {
    this.#now = now;
  }

  now(): Milliseconds {
    return this.#now;
  }

  sleep(milliseconds: Milliseconds): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push({ until: this.#now + milliseconds, wake: resolve });
      this.advance(0);
    });
  }

  /** Moves the clock forward, and ends the pauses that are over then. */
  advance(milliseconds: Milliseconds): void {
    this.set(this.#now + milliseconds);
  }

  /** Sets the clock, in milliseconds since the Unix epoch, and ends the pauses that are over then. */
  set(now: Milliseconds): void {
    this.#now = now;
    const due = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of due.sort((one, other) => one.until - other.until)) wake();
  }
}

/** Makes a clock with the same time. On it every pause ends at once; it records the pauses, in milliseconds. */
export function impatient(clock: Clock): Clock & { readonly pauses: readonly Milliseconds[] } {
  const pauses: Milliseconds[] = [];
  return {
    pauses,
    now: () => clock.now(),
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  };
}

/** Makes a clock that is ahead of another. Its pauses are the other's. @param by - asked at each reading */
export function aheadOf(clock: Clock, by: () => Milliseconds): Clock {
  return { now: () => clock.now() + by(), sleep: (milliseconds) => clock.sleep(milliseconds) };
}
