import { expect, test } from '@jest/globals';
import type { Candidate } from '../../mutation/mutant.ts';
import { described, progress, summary } from '../../mutation/report.ts';
import type { Trial } from '../../mutation/trials.ts';

const MUTANT: Candidate = {
  module: 'grants',
  file: 'lib/grants/a.ts',
  line: 12,
  lineText: '',
  kind: 'drop-operand',
  start: 100,
  end: 106,
  code: 'a &&\n  b',
  becomes: '(a)',
};

const trial = (outcome: Trial['outcome'], change: Partial<Candidate> = {}): Trial => ({
  mutant: { ...MUTANT, ...change },
  outcome,
});

test('A mutant is one line: place, kind and change', () => {
  expect(described(MUTANT)).toBe('lib/grants/a.ts:12 drop-operand  a && b  ->  (a)');
  expect(described({ ...MUTANT, becomes: '' })).toMatch(/->  \(nothing\)$/);
  expect(described({ ...MUTANT, code: 'a'.repeat(101) })).toContain(`  ${'a'.repeat(100)}…  `);
});

test('Progress tells the time that is left', () => {
  const tried = [trial('passed'), trial('failed'), trial('late')];
  expect(progress(tried, 12, 60_000)).toBe('3 of 12, 1 survived, about 3 min left');
  expect(progress(tried, 3, 60_000)).toBe('3 of 3, 1 survived, done');
});

test('The result counts each module and lists the survivors in the order of the sources', () => {
  const trials = [
    trial('failed', { module: 'table' }),
    trial('passed', { line: 20, start: 200 }),
    trial('late'),
    trial('passed', { line: 3, start: 30 }),
  ];
  expect(summary(trials)).toBe(
    [
      'grants           1 of 3 noticed, 1 of them by the time limit',
      'table            1 of 1 noticed',
      'all              2 of 4 noticed, 1 of them by the time limit',
      '',
      'No test noticed:',
      'lib/grants/a.ts:3 drop-operand  a && b  ->  (a)',
      'lib/grants/a.ts:20 drop-operand  a && b  ->  (a)',
      '',
    ].join('\n'),
  );
});

test('Without a survivor there is no list of them', () => {
  expect(summary([trial('failed')])).toBe(
    'grants           1 of 1 noticed\nall              1 of 1 noticed\n',
  );
});
