import { expect, test } from '@jest/globals';
import { axisScale } from '../../../benchmarks/reporting/axis-scale.ts';

test('A linear axis begins at 0, has round steps, and holds every value', () => {
  const { ticks, place } = axisScale({ label: 'time (ms)' }, [30, 87]);
  expect(ticks).toEqual([0, 20, 40, 60, 80, 100]);
  expect([0, 50, 100].map(place)).toEqual([0, 0.5, 1]);
});

test('A linear axis goes below 0 for a negative value', () => {
  const { ticks, place } = axisScale({ label: 'change (%)' }, [-10, 30]);
  expect(ticks).toEqual([-10, 0, 10, 20, 30]);
  expect(place(-10)).toBe(0);
});

test('A linear axis of zeros alone has a length', () => {
  const { ticks, place } = axisScale({ label: 'calls' }, [0]);
  expect([ticks, place(0)]).toEqual([[0, 1], 0]);
});

test('A logarithmic axis spaces powers of ten evenly', () => {
  const { ticks, place } = axisScale({ label: 'grants', scale: 'log' }, [1, 1_000_000]);
  expect(ticks).toEqual([1, 10, 100, 1000, 10_000, 100_000, 1_000_000]);
  expect(place(1000)).toBeCloseTo(0.5);
});

test('A logarithmic axis of one value has a length', () => {
  const { ticks, place } = axisScale({ label: 'grants', scale: 'log' }, [10]);
  expect([ticks, place(10)]).toEqual([[10, 100], 0]);
});

test('A logarithmic axis over many powers labels some of them', () => {
  const { ticks } = axisScale({ label: 'units', scale: 'log' }, [1, 1e16]);
  expect(ticks).toEqual([1, 100, 1e4, 1e6, 1e8, 1e10, 1e12, 1e14, 1e16]);
});

test.each([
  ['linear', NaN],
  ['linear', Infinity],
  ['log', 0],
  ['log', -1],
] as const)('A %s axis refuses the value %d', (scale, value) => {
  expect(() => axisScale({ label: 'time', scale }, [1, value])).toThrow(
    `The axis "time" cannot show the value ${value} (${scale}).`,
  );
});
