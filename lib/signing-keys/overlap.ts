import { HOUR, MINUTE, toSeconds, type Seconds } from '../runtime/time.ts';
import { LONGEST_CACHE_LIFE } from './cache.ts';

/** For clocks that differ, and for the moments in which a moved label is not yet seen everywhere. */
const MARGIN: Seconds = 5 * MINUTE;

/**
 * Reckons for how long a key must go on to verify after it was replaced: until the last token has run out that a process
 * signed which learned of the new key last.
 *
 * @param longestLife - the longest life of the tokens that the key may have signed, see `recordUse`
 */
export function overlapOf(longestLife: Seconds): Seconds {
  return longestLife + toSeconds(LONGEST_CACHE_LIFE) + MARGIN;
}

/**
 * Tells why keys may not be replaced so often.
 *
 * @param interval - between two rotations
 * @param longestLife - the longest life that the stage allows a token
 * @returns undefined if they may, else a sentence that says why not and what would be right
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
