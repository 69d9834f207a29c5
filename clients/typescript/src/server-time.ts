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

/** The clocks and timers of a source. */
export interface Time {
  /** Marks the present moment. */
  mark(): Mark;
  /** Tells the milliseconds since a moment. Of both clocks the larger difference counts: one can stop, one can be set back. */
  since(from: Mark): number;
  /** Calls a function so many milliseconds after a moment, by default the present one, unless the returned function is called before. */
  after(ms: number, run: () => void, from?: Mark): () => void;
}

/** The longest wait that platforms take. A longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Measures time by a device's clocks. */
export function createTime(clock: Clock): Time {
  const mark = (): Mark => ({ wall: clock.now(), monotonic: clock.monotonic() });
  const since = ({ wall, monotonic }: Mark): number =>
    Math.max(clock.now() - wall, clock.monotonic() - monotonic);
  return {
    mark,
    since,
    after(ms, run, from = mark()) {
      let cancel: () => void;
      const wait = (): void => {
        const left = Math.min(ms - since(from), LONGEST_TIMER);
        cancel = clock.setTimeout(
          () => {
            // A timer can fire a little early, and a long one is split.
            if (since(from) < ms) wait();
            else run();
          },
          Math.max(left, 0),
        );
      };
      wait();
      return () => {
        cancel();
      };
    },
  };
}
