import { expect, test } from '@jest/globals';
import { reportOf, type Result } from '../../../benchmarks/versus/results.ts';

const hundred = Array.from({ length: 100 }, (_, index) => index);

const result = (name: string, factor: number): Result => ({
  name,
  files: factor,
  zipBytes: 111_900 * factor,
  starts: hundred.map((at) => ({ milliseconds: (100 + at) * factor, cpuMilliseconds: 80 * factor })),
  residentBytes: 90_000_000 * factor,
  slices: [100, 900, 200].map((rate) => ({ tokensPerSecond: rate * factor, cpuMicros: 300 / factor })),
  latencies: hundred.map((at) => at * factor),
});

const repetitions = { starts: 100, warmUp: 2000, slices: 3, sliceTokens: 400, connections: 8 };

const results = [result('Layermint', 1), result('other', 2)];

const rowsOf = (title: string): readonly (readonly string[])[] => {
  const table = reportOf(results, repetitions, true).parts.find(
    (it) => it.kind === 'table' && it.title === title,
  );
  return table?.kind === 'table' ? [table.columns, ...table.rows] : [];
};

test('tokens per second are the medians of the slices, beside Layermint, with percentiles of the latency', () => {
  expect(rowsOf('Tokens per second').slice(1)).toEqual([
    ['Layermint', '200', '1.00', '300', '49.0', '89.0', '98.0'],
    ['other', '400', '2.00', '150', '98.0', '178.0', '196.0'],
  ]);
});

test('a cold start is shown in percentiles, and beside Layermint', () => {
  expect(rowsOf('Cold start').slice(1)).toEqual([
    ['Layermint', '149.0', '189.0', '198.0', '1.00', '80.0'],
    ['other', '298.0', '378.0', '396.0', '2.00', '160.0'],
  ]);
});

test('memory and package are shown in megabytes and kilobytes', () => {
  expect(rowsOf('Memory and package')).toEqual([
    ['', 'memory after 2,000 tokens (MB)', 'zip (KB)', 'files in it'],
    ['Layermint', '90.0', '111.9', '1'],
    ['other', '180.0', '223.8', '2'],
  ]);
});

test('the page says if the processes could use more than one core', () => {
  const words = (isOnOneCore: boolean): string => JSON.stringify(reportOf(results, repetitions, isOnOneCore));
  expect(words(true)).toContain('Each process has one core.');
  expect(words(false)).toContain('The processes may use every core: `taskset` is missing.');
});
