import { expect, test } from '@jest/globals';
import { reportOf } from '../../../benchmarks/hot/hot-report.ts';
import { measured } from '../../../benchmarks/hot/measure.ts';
import type { WorkTimes } from '../../../benchmarks/hot/warm-work.ts';
import type { Report, Table } from '../../../benchmarks/reporting/report.ts';

const FEW = { rounds: 2, calls: 2, batches: 1, profiled: 50 };

const took = (time: number, processor: number): WorkTimes => ({
  times: [time, time, 10 * time],
  processor: [processor],
  mainThread: [processor / 2],
});

const tablesIn = ({ parts }: Report): Table[] => parts.filter((part) => part.kind === 'table');

test('The ratios are of medians, those of a batch by token', () => {
  const report = reportOf(
    {
      single: {
        jose: took(100, 80),
        mint: took(150, 160),
        bare: took(40, 40),
        bundled: took(10, 8),
      },
      batch: { batch: took(4000, 3200), mint: took(160, 128) },
      profile: {
        parts: [['the body', 1]],
        modules: [['zod', 1]],
        functions: [['parse zod:1', 1]],
        samples: 9,
      },
      documents: 100,
    },
    FEW,
  );
  const [ratios, times, parts] = tablesIn(report);
  expect(ratios?.rows).toEqual([
    ['a whole mint to jose alone', '1.50', '2.00', '≤ 1.50'],
    ['a batch of 100 to 100 single mints', '0.25', '0.25', '≤ 0.30'],
  ]);
  expect(times?.rows[1]).toEqual(['jose alone', '100', '1000', '1000', '80', '40']);
  expect(parts?.rows).toEqual([['the body', '100.0 %', '80.0']]);
});

test('A short run measures everything: mints, batches, and a profile with code of the service', async () => {
  const report = await measured(FEW, () => undefined);
  const [ratios, times, parts, modules] = tablesIn(report);
  expect([ratios, times].map((table) => table?.rows.length)).toEqual([2, 6]);
  for (const table of [parts, modules]) expect(table?.rows.length).toBeGreaterThan(0);
  expect(report.parts.map(({ kind }) => kind)).toContain('bars');
});
