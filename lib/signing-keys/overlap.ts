import { LONGEST_CACHE_LIFE } from './cache.ts';

/** For clocks that differ, and for the moments in which a moved label is not yet seen everywhere; in seconds. */
const MARGIN = 5 * 60;

/**
 * How long a key must go on to verify after it was replaced: until the last token has run out that a process signed
 * which learned of the new key last.
 *
 * @param longestLife - the longest life, in seconds, of the tokens that the key may have signed, see `recordUse`
 * @returns seconds
 */
export function overlapOf(longestLife: number): number {
  return longestLife + LONGEST_CACHE_LIFE / 1000 + MARGIN;
}

/**
 * Whether keys may be replaced so often.
 *
 * @param interval - between two rotations, seconds
 * @param longestLife - the longest life that the stage allows a token, seconds
 * @returns undefined if so, else a sentence that says why not and what would be right
 */
export function tooOften(interval: number, longestLife: number): string | undefined {
  const overlap = overlapOf(longestLife);
  if (interval >= overlap) return undefined;
  return (
    `a key must verify for ${hours(overlap)} after it was replaced (the longest life of a token, ${hours(longestLife)}, ` +
    `and ${hours(overlap - longestLife)} until every process has learned of the new key), so keys cannot be replaced ` +
    `every ${hours(interval)}: rotate less often, or shorten maxTtlSeconds`
  );
}

const hours = (seconds: number): string => `${Math.ceil((seconds / 3600) * 10) / 10} hours`;
