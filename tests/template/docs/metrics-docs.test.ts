import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { METRIC_NAMESPACE, METRICS } from '../../../lib/runtime/metrics.ts';

/** Every metric with a fixed name, and the rows of those with a reason or case in their names. */
const NAMES = [...Object.keys(METRICS), 'ProbeFailed-CASE'];

const page = readFileSync('docs/operations.md', 'utf8');

const rows = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.length === 6);

test('docs/operations.md names the dimension with which an alarm finds the metrics of a stage', () => {
  expect(page).toContain(`--namespace ${METRIC_NAMESPACE} --dimensions Name=Stage,Value=STAGE`);
});

test.each(NAMES)('docs/operations.md says when %s is an alarm, and the remedy', (metric) => {
  const [, , meaning, alarm, remedy] = rows.find(([, name]) => name === `\`${metric}\``) ?? [];
  expect([meaning, alarm, remedy]).toEqual([
    expect.any(String),
    expect.any(String),
    expect.stringMatching(/\w/),
  ]);
});

test('docs/operations.md explains no metric that is not written', () => {
  const explained = rows.flatMap(([, name = '']) => /^`([A-Z]\w+(?:-CASE)?)`$/.exec(name)?.[1] ?? []);
  expect(explained.toSorted()).toEqual(NAMES.toSorted());
});
