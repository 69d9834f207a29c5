import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { asMarkdown, draw, plotsOf } from '../../../benchmarks/reporting/markdown.ts';
import { trials } from '../../../benchmarks/versus/measure.ts';
import { reportOf } from '../../../benchmarks/versus/results.ts';

test('a run measures every contender as often as asked, and its report can be written', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'layermint-versus-'));
  const repetitions = { starts: 2, warmUp: 4, slices: 3, sliceTokens: 4, connections: 2 };
  try {
    const said: string[] = [];
    const results = await trials(directory, repetitions, (line) => said.push(line));
    expect(said).toEqual([
      'measuring 2 cold starts of each …',
      'measuring 4 tokens of each, then 3 times 4 …',
    ]);
    expect(results).toHaveLength(4);
    for (const { starts, slices, latencies, files, zipBytes, residentBytes } of results) {
      expect([starts.length, slices.length, latencies.length]).toEqual([2, 3, 12]);
      for (const value of [files, zipBytes, residentBytes]) expect(value).toBeGreaterThan(0);
    }
    const report = reportOf(results, repetitions, true);
    const page = asMarkdown('versus', report, '');
    for (const { name } of results) expect(page.split(`\n| ${name} | `)).toHaveLength(4);
    for (const plot of plotsOf(report)) expect(draw(plot)).toContain('simple Lambda');
  } finally {
    await rm(directory, { recursive: true });
  }
});
