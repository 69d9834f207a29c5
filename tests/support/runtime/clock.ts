import { type Clock } from '../../../lib/runtime/clock.ts';

/** When tests begin: 2026-01-31T12:00:00Z, in Unix seconds. */
export const NOON = 1_769_860_800;

/** A clock that moves only by hand. */
export class ManualClock implements Clock {
  #now: number;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  /** @param now - milliseconds since the Unix epoch; noon unless given */
  constructor(now = NOON * 1000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push({ until: this.#now + milliseconds, wake: resolve });
      this.advance(0);
    });
  }

  /** Moves the clock, and wakes whoever has slept long enough. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of due.sort((one, other) => one.until - other.until)) wake();
  }
}

/** The same time, for whom every pause passes at once. */
export function impatient(clock: Clock): Clock {
  return { now: () => clock.now(), sleep: () => Promise.resolve() };
}
