/** The device's clocks and timers, as a source uses them. */
export interface Clock {
  /** The wall clock, in milliseconds. It can jump. */
  now(): number;
  /** A clock that never jumps, in milliseconds. It stops while some devices sleep. */
  monotonic(): number;
  /** Calls the function after some milliseconds, at most 2^31-1, unless the returned function is called before. */
  setTimeout(run: () => void, ms: number): () => void;
}

/** The clocks and timers of the platform. */
export const deviceClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(run, ms) {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A moment, by both clocks of the device. */
export interface Mark {
  readonly wall: number;
  readonly monotonic: number;
}

/** Marks the present moment. */
export function mark(clock: Clock): Mark {
  return { wall: clock.now(), monotonic: clock.monotonic() };
}

/** Tells the milliseconds since a moment. Of both clocks the larger difference counts: one stops, and one can be set back. */
export function since(clock: Clock, { wall, monotonic }: Mark): number {
  return Math.max(clock.now() - wall, clock.monotonic() - monotonic);
}

/** The longest wait that platforms take. A longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls a function once so many milliseconds have passed since a moment, unless the returned function is called before. */
export function after(clock: Clock, from: Mark, ms: number, run: () => void): () => void {
  let cancel: () => void;
  const wait = (): void => {
    const left = ms - since(clock, from);
    cancel = clock.setTimeout(
      left > LONGEST_TIMER ? wait : check,
      Math.min(Math.max(left, 0), LONGEST_TIMER),
    );
  };
  // A timer can fire a little early.
  const check = (): void => {
    if (since(clock, from) < ms) wait();
    else run();
  };
  wait();
  return () => {
    cancel();
  };
}
