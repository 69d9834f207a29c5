import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { METRIC_NAMESPACE } from '../../../lib/runtime/metrics.ts';

const METRICS = new Set(
  globSync('lib/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\.(?:count|gauge)\(\s*'(\w+)'/g)].map(([, name = '']) => name),
  ),
);

const page = readFileSync('docs/operations.md', 'utf8');

const rows = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.length === 6);

test('the service counts metrics', () => {
  expect(METRICS).toContain('OldestPendingRevocation');
  expect(METRICS).toContain('InternalError');
});

test('docs/operations.md names the dimension with which an alarm finds the metrics of a stage', () => {
  expect(page).toContain(`--namespace ${METRIC_NAMESPACE} --dimensions Name=Stage,Value=STAGE`);
});

test.each([...METRICS])('docs/operations.md says when %s is an alarm, and the remedy', (metric) => {
  const [, , meaning, alarm, remedy] = rows.find(([, name]) => name === `\`${metric}\``) ?? [];
  expect([meaning, alarm, remedy]).toEqual([
    expect.any(String),
    expect.any(String),
    expect.stringMatching(/\w/),
  ]);
});
