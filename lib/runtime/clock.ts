import { toSeconds, type Milliseconds, type Seconds } from './time.ts';

/** The source of time. It is always passed in, so that tests can move it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): Milliseconds;
  /** Resolves after this many milliseconds of this clock, or as soon as the signal is aborted. */
  sleep(milliseconds: Milliseconds, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

/** Reads the clock in whole seconds, as JWT's NumericDate counts them (RFC 7519 section 2). */
export function secondsOf(clock: Clock): Seconds {
  return toSeconds(clock.now());
}
