/**
 * Seconds and milliseconds are different types: the compiler refuses the one in place of the other. A plain number fits
 * both, so that literals and results of arithmetic need no conversion call.
 */
declare const unit: unique symbol;

/** Seconds: a length of time, or a moment since the Unix epoch (NumericDate, RFC 7519 section 2). */
export type Seconds = number & { readonly [unit]?: 'seconds' };

/** Milliseconds: a length of time, or a moment since the Unix epoch. */
export type Milliseconds = number & { readonly [unit]?: 'milliseconds' };

/** A minute in seconds. */
export const MINUTE: Seconds = 60;

/** An hour in seconds. */
export const HOUR: Seconds = 3600;

/** A day in seconds. */
export const DAY: Seconds = 86_400;

/** Converts milliseconds to whole seconds, rounded down. */
export function toSeconds(milliseconds: Milliseconds): Seconds {
  return Math.floor(milliseconds / 1000);
}

/** Converts seconds to milliseconds. */
export function toMilliseconds(seconds: Seconds): Milliseconds {
  return seconds * 1000;
}
