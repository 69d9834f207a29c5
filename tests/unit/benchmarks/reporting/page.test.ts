import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { assertPart, BUDGETS, markersOf, PAGE, writeReport } from '../../../benchmarks/reporting/page.ts';
import type { Plot, Report } from '../../../benchmarks/reporting/report.ts';
import { SUBJECTS } from '../../../benchmarks/subjects.ts';

const EMPTY = `# Performance

<!-- npm run bench -- hot -->

<!-- end of npm run bench -- hot -->

After.
`;

const plot: Plot = {
  kind: 'bars',
  file: 'mint',
  title: 'A mint',
  value: { label: 'time (ms)' },
  series: ['time'],
  bars: [{ label: 'mint', values: [2] }],
};

const report: Report = {
  packages: [],
  parts: [{ kind: 'table', columns: ['what', 'time'], rows: [['mint', '2 ms']] }, plot],
};

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'layermint-page-'));
  await mkdir(join(root, 'docs', 'performance'), { recursive: true });
  await writeFile(join(root, PAGE), EMPTY);
});

afterEach(() => rm(root, { recursive: true }));

const page = (): Promise<string> => readFile(join(root, PAGE), 'utf8');
const plots = (): Promise<string[]> => readdir(join(root, 'docs', 'performance'));

test('A report is written into its part of the page, with its plot beside the page', async () => {
  const written = await writeReport('hot', report, 'Measured here.', root);
  expect(written).toEqual([PAGE, 'docs/performance/hot-mint.svg']);
  expect(await page()).toBe(`# Performance

<!-- npm run bench -- hot -->

Measured here.

| what | time |
| ---- | ---: |
| mint | 2 ms |

![A mint](performance/hot-mint.svg)

<!-- end of npm run bench -- hot -->

After.
`);
  expect(await plots()).toEqual(['hot-mint.svg']);
});

test('A second run replaces the first one, with the plots that it no longer has', async () => {
  await writeFile(join(root, 'docs/performance/cold-other.svg'), '<svg/>');
  await writeReport('hot', report, 'Measured then.', root);
  await writeReport('hot', { ...report, parts: [{ ...plot, file: 'batch' }] }, 'Measured now.', root);
  expect(await page()).not.toContain('then');
  expect(await plots()).toEqual(['cold-other.svg', 'hot-batch.svg']);
});

test('A page without the markers is refused, before the measurement and after it, and nothing is written', async () => {
  const words = 'The page must have the markers "<!-- npm run bench -- cold -->" and';
  await expect(assertPart('cold', root)).rejects.toThrow(words);
  await expect(writeReport('cold', report, 'Measured here.', root)).rejects.toThrow(words);
  expect([await page(), await plots()]).toEqual([EMPTY, []]);
});

test('A plot that cannot be drawn is refused, and nothing is written', async () => {
  const parts = [plot, { ...plot, file: 'other', bars: [] }];
  await expect(writeReport('hot', { packages: [], parts }, 'Measured here.', root)).rejects.toThrow(
    'The axis "time (ms)" has no values.',
  );
  expect([await page(), await plots()]).toEqual([EMPTY, []]);
});

test.each(['../escape', 'Upper', 'a.b', ''])('%j is no name of a plot', async (file) => {
  const parts = [{ ...plot, file }];
  await expect(writeReport('hot', { packages: [], parts }, 'Measured here.', root)).rejects.toThrow(
    `"${file}" is no name of a plot: use a-z, 0-9 and hyphens.`,
  );
});

test('docs/performance.md has the parts of the commands that write it, in their order, and shows each plot beside it', async () => {
  const text = await readFile(PAGE, 'utf8');
  const begun = [...text.matchAll(/^<!-- npm run .+ -->$/gm)].map(([marker]) => marker);
  const drawn = (await readdir('docs/performance')).map((file) => `(performance/${file})`);

  const written = [BUDGETS, ...SUBJECTS.map(({ name }) => name)].map((name) => markersOf(name).begin);
  expect(begun).toEqual([...written, '<!-- npm run model -->']);
  expect(text.match(/\(performance\/[^)]+\)/g)?.toSorted()).toEqual(drawn.toSorted());
});
