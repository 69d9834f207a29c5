import { expect, test } from '@jest/globals';
import type { ModelQuestion } from '../../../../tools/model/model-options.ts';
import { model, modelReport } from '../../../../tools/model/model-report.ts';
import { settings } from './model-settings.ts';

const question: ModelQuestion = {
  tokensPerSecond: [100, 7000],
  ttlSeconds: 1000,
  groups: 2,
  grants: 5,
  documents: 10,
  shapes: ['steady', 'outage'],
};

const report = modelReport(model(question, settings));

const cellsOf = (beginning: string): string[] =>
  report
    .split('\n')
    .filter((line) => line.startsWith(beginning))
    .flatMap((line) => line.split(' | '));

test('a rate below all limits breaks nothing; its row names the next limit, its rate and the knob', () => {
  expect(report).toContain(
    '| 100 | nothing breaks | next: the stage: requests to a route (at 200). `throttleRatePerSecond`',
  );
});

test('a rate above limits names all of them, the first one first, and the knob of the first', () => {
  expect(cellsOf('| 7,000 | the stage')[1]).toMatch(
    /^the stage: requests to a route \(at 200\); DynamoDB: reads of a new table \(at 6,000\)$/,
  );
});

test('a herd has its users, its peak and the peaks of the waves after it', () => {
  expect(cellsOf('| 100 | 75,000').slice(1, 4)).toEqual(['75,000', '1,500', expect.stringMatching(/^187, /)]);
});

test('every table has as many cells in each row as in its heading', () => {
  for (const table of report.split('\n\n').filter((part) => part.startsWith('|'))) {
    const [heading = '', ...rows] = table.split('\n').map((line) => line.split(' | ').length);
    for (const cells of rows) expect(cells).toBe(heading);
  }
});
