import { expect, test } from '@jest/globals';
import type { Module } from '../../mutation/modules.ts';
import type { Candidate } from '../../mutation/mutant.ts';
import type { TestRun } from '../../mutation/test-run.ts';
import { Trials, UnmutatedTestsFailedError, type RunTests } from '../../mutation/trials.ts';
import type { WorkingCopy } from '../../mutation/working-copy.ts';

const QUICK = 'tests/unit/mutation/sample.test.ts';
const SLOW = 'tests/unit/mutation/trials.test.ts';
const MODULE: Module = { name: 'grants', sources: [], stages: [[QUICK], [SLOW]] };
const mutant = (line: number): Candidate => ({
  module: 'grants',
  file: 'lib/a.ts',
  line,
  lineText: '',
  kind: 'boolean',
  start: 0,
  end: 4,
  code: 'true',
  becomes: 'false',
});

/** A copy that only knows which mutant is in it. */
class FakeCopy {
  line: number | undefined;

  async during<T>({ line }: Candidate, run: () => Promise<T>): Promise<T> {
    expect(this.line).toBeUndefined();
    this.line = line;
    try {
      return await run();
    } finally {
      this.line = undefined;
    }
  }
}

type Outcome = TestRun['outcome'];

/** One run of tests. */
interface Run {
  /** The line of the mutant, if there is one. */
  readonly line: number | undefined;
  readonly test: string | undefined;
  readonly milliseconds: number;
}

function trialsWith(outcomeOf: (run: Run) => Outcome, copies = 1): Trials {
  const run: RunTests = (copy, [test], milliseconds) => {
    const { line } = copy as unknown as FakeCopy;
    return Promise.resolve({
      outcome: outcomeOf({ line, test, milliseconds }),
      milliseconds: test === QUICK ? 1000.1 : 5000,
      report: 'the report',
    });
  };
  return new Trials(
    Array.from({ length: copies }, () => new FakeCopy() as unknown as WorkingCopy),
    run,
  );
}

const ignored = (): void => undefined;

test('Each mutant is tried once, in a copy in which no other is', async () => {
  const trials = trialsWith(({ line }) => (line === undefined || line % 2 === 0 ? 'passed' : 'failed'), 3);
  await trials.measure([MODULE], ignored);
  const tried = await trials.tryAll([MODULE], [1, 2, 3, 4, 5].map(mutant), ignored);
  expect(tried.map(({ mutant: { line }, outcome }) => `${line} ${outcome}`).sort()).toEqual([
    '1 failed',
    '2 passed',
    '3 failed',
    '4 passed',
    '5 failed',
  ]);
});

test('The slow tests run only for a mutant that the quick ones pass, and are measured only then', async () => {
  const runs: string[] = [];
  const trials = trialsWith(({ line = 'unmutated', test = '' }) => {
    runs.push(`${line} ${test === QUICK ? 'quick' : 'slow'}`);
    return line === 1 || (line === 3 && test === SLOW) ? 'failed' : 'passed';
  });
  await trials.measure([MODULE], ignored);
  const tried = await trials.tryAll([MODULE], [1, 2, 3].map(mutant), ignored);
  expect(tried.map(({ outcome }) => outcome)).toEqual(['failed', 'passed', 'failed']);
  expect(runs).toEqual([
    'unmutated quick',
    '1 quick',
    '2 quick',
    'unmutated slow',
    '2 slow',
    '3 quick',
    '3 slow',
  ]);
});

test('Tests may take four times as long with a mutant as without one, and 20 seconds, in whole milliseconds', async () => {
  const limits: number[] = [];
  const trials = trialsWith(({ line, milliseconds }) => {
    if (line !== undefined) limits.push(milliseconds);
    return 'passed';
  });
  await trials.measure([MODULE], ignored);
  await trials.tryAll([MODULE], [mutant(1)], ignored);
  expect(limits).toEqual([24_001, 40_000]);
});

test.each(['failed', 'late'] as const)('Tests that have %s without a mutant judge none', async (outcome) => {
  const measured = trialsWith(() => outcome).measure([MODULE], ignored);
  await expect(measured).rejects.toThrow(
    new UnmutatedTestsFailedError(`Tests fail without a mutant (${QUICK}):\nthe report`),
  );
});
