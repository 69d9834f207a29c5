import { describe, expect, test } from '@jest/globals';
import { hasPercentile, percentile } from '../../benchmarks/percentile.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);

describe('a percentile', () => {
  test.each([
    [1, 1],
    [50, 50],
    [90, 90],
    [99, 99],
    [100, 100],
  ])('of 1 to 100 in any order: p%i is %i', (percent, expected) => {
    expect(percentile(upTo(100), percent)).toBe(expected);
  });

  test('is always one of the values', () => {
    expect(percentile([30, 10, 20, 40], 50)).toBe(20);
    expect(percentile([30, 10, 20, 40], 51)).toBe(30);
    expect(percentile([7], 1)).toBe(7);
  });

  test('leaves the values in their order', () => {
    const values = [3, 1, 2];
    percentile(values, 50);
    expect(values).toEqual([3, 1, 2]);
  });

  test('does not exist without values, and outside of 0 to 100', () => {
    expect(() => percentile([], 50)).toThrow(new RangeError('Nothing was measured'));
    for (const wrong of [0, -1, 101, NaN]) expect(() => percentile([1], wrong)).toThrow(RangeError);
  });

  test('needs so many values that one can exceed it', () => {
    expect(hasPercentile(upTo(99), 99)).toBe(false);
    expect(hasPercentile(upTo(100), 99)).toBe(true);
    expect(hasPercentile(upTo(9), 90)).toBe(false);
    expect(hasPercentile(upTo(10), 90)).toBe(true);
  });
});
