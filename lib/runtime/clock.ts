import { toSeconds, type Milliseconds, type Seconds } from './time.ts';

/** Time as the service sees it. It is passed in wherever time matters, so that tests move it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): Milliseconds;
  /** Resolves after so many milliseconds of this clock. */
  sleep(milliseconds: Milliseconds): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
};

/** The clock in whole seconds, as JWT's NumericDate counts them (RFC 7519 section 2). */
export function secondsOf(clock: Clock): Seconds {
  return toSeconds(clock.now());
}
