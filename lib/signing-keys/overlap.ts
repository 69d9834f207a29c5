import { HOUR, MINUTE, toSeconds, type Seconds } from '../runtime/time.ts';
import { LONGEST_CACHE_LIFE } from './cache.ts';

/** The allowance for clocks that differ, and for the delay until a moved label is visible everywhere. */
const MARGIN: Seconds = 5 * MINUTE;

/**
 * Computes the time for which a key must still verify after its replacement. Some process learns of the new key last; its last
 * token with the old key expires at the end of this time.
 *
 * @param longestLife - the longest life of a token that the key may have signed, see `recordUse`
 */
export function overlapOf(longestLife: Seconds): Seconds {
  return longestLife + toSeconds(LONGEST_CACHE_LIFE) + MARGIN;
}

/**
 * Checks that a replaced key can outlive its tokens before the next rotation.
 *
 * @param interval - the time between two rotations
 * @param longestLife - the longest life of a token that the stage allows
 * @returns undefined if the interval is long enough, else a sentence with the reason and the cure
 */
export function tooOften(interval: Seconds, longestLife: Seconds): string | undefined {
  const overlap = overlapOf(longestLife);
  if (interval >= overlap) return undefined;
  return (
    `a key must verify for ${hours(overlap)} after it was replaced (the longest life of a token, ${hours(longestLife)}, ` +
    `and ${hours(overlap - longestLife)} until every process has learned of the new key), so keys cannot be replaced ` +
    `every ${hours(interval)}: rotate less often, or shorten maxTtlSeconds`
  );
}

const hours = (length: Seconds): string => `${Math.ceil((length / HOUR) * 10) / 10} hours`;
