import { HOUR, MINUTE, type Seconds } from '../../../lib/runtime/time.ts';
import { UsageError } from '../errors.ts';

const UNITS = { s: 1, m: MINUTE, h: HOUR } as const;

/** The longest time, which the stack takes too. */
const LONGEST: Seconds = 24 * HOUR;

/**
 * Reads a length of time, such as `90s`, `10m` or `2h`.
 *
 * @throws UsageError for anything else, and outside 1 second to 24 hours
 */
export function secondsIn(text: string): Seconds {
  const [, count, unit] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const seconds = Number(count) * UNITS[unit as keyof typeof UNITS];
  if (count === undefined || seconds < 1 || seconds > LONGEST)
    throw new UsageError(`--for must be a time such as 90s, 10m or 2h, at most 24h, not "${text}".`);
  return seconds;
}
