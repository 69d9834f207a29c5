/**
 * Finds a percentile of measured values by the nearest rank: the smallest value that so many per cent of all values do not exceed.
 *
 * @param percent - above 0, at most 100
 * @throws RangeError without a value, or for another per cent
 */
export function percentile(values: readonly number[], percent: number): number {
  if (!(percent > 0 && percent <= 100)) throw new RangeError(`There is no percentile ${percent}`);
  const rank = Math.ceil((values.length * percent) / 100);
  const value = values.toSorted((one, other) => one - other)[rank - 1];
  if (value === undefined) throw new RangeError('Nothing was measured');
  return value;
}

/**
 * Tells whether there are enough values for a percentile: with fewer, it would be the largest value under another name. At least one
 * value must be able to exceed it.
 */
export function hasPercentile(values: readonly number[], percent: number): boolean {
  return values.length * (100 - percent) >= 100;
}
