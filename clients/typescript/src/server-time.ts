import { LayermintError } from './errors.ts';

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

/** Calls a function once a signal is aborted, unless the returned function is called before. */
export function onAbort(signal: AbortSignal | undefined, run: () => void): () => void {
  signal?.addEventListener('abort', run);
  return () => signal?.removeEventListener('abort', run);
}

/**
 * Settles with the work, unless the time or the signal ends before: the application's functions need not watch theirs.
 *
 * @param begin - begins the work. It returns a function that is called at the end, whatever ended it
 * @throws LayermintError `aborted` if the signal ended it, or the error for the end of the time
 */
export function bounded<T>(
  time: Time,
  ms: number,
  signal: AbortSignal | undefined,
  begin: (done: (value: T) => void, fail: (error: unknown) => void) => () => void,
  timedOut?: () => LayermintError,
): Promise<T> {
  const aborted = (): LayermintError =>
    new LayermintError('aborted', 'The call was aborted.', { cause: signal?.reason });
  if (signal?.aborted) return Promise.reject(aborted());
  return new Promise((resolve, reject) => {
    const ending =
      <V>(settle: (value: V) => void) =>
      (value: V): void => {
        cancel();
        forget();
        end();
        settle(value);
      };
    const fail = ending(reject);
    const cancel = time.after(ms, () => {
      fail(timedOut?.());
    });
    const forget = onAbort(signal, () => {
      fail(aborted());
    });
    const end = begin(ending(resolve), fail);
  });
}

/** Runs a function with a signal of its own for as long as {@link bounded} allows. */
export function boundedRun<T>(
  time: Time,
  ms: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  return bounded(time, ms, signal, (done, fail) => {
    const controller = new AbortController();
    void Promise.resolve(controller.signal).then(run).then(done, fail);
    return () => {
      controller.abort();
    };
  });
}
