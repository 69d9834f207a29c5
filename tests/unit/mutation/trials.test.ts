import { expect, test } from '@jest/globals';
import type { Module } from '../../mutation/modules.ts';
import type { Candidate } from '../../mutation/mutant.ts';
import type { TestRun } from '../../mutation/test-run.ts';
import { Trials, UnmutatedTestsFailedError, type RunTests } from '../../mutation/trials.ts';
import type { WorkingCopy } from '../../mutation/working-copy.ts';

const MODULE: Module = { name: 'grants', sources: [], tests: ['tests/unit/mutation/trials.test.ts'] };
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

function trialsWith(
  runTests: (line: number | undefined, milliseconds: number) => TestRun['outcome'],
  copies = 1,
) {
  const run: RunTests = (copy, tests, milliseconds) => {
    expect(tests).toEqual(MODULE.tests);
    const outcome = runTests((copy as unknown as FakeCopy).line, milliseconds);
    return Promise.resolve({ outcome, milliseconds: 1000, report: 'the report' });
  };
  return new Trials(
    Array.from({ length: copies }, () => new FakeCopy() as unknown as WorkingCopy),
    run,
  );
}

const ignored = (): void => undefined;

test('Each mutant is tried once, in a copy in which no other is', async () => {
  const trials = trialsWith((line) => (line === undefined || line % 2 === 0 ? 'passed' : 'failed'), 3);
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

test('A mutant may take four times as long as the unmutated tests, and 20 seconds', async () => {
  const limits: number[] = [];
  const trials = trialsWith((line, milliseconds) => {
    if (line !== undefined) limits.push(milliseconds);
    return 'passed';
  });
  await trials.measure([MODULE], ignored);
  await trials.tryAll([MODULE], [mutant(1)], ignored);
  expect(limits).toEqual([24_000]);
});

test.each(['failed', 'late'] as const)('Tests that have %s without a mutant judge none', async (outcome) => {
  const measured = trialsWith(() => outcome).measure([MODULE], ignored);
  await expect(measured).rejects.toThrow(
    new UnmutatedTestsFailedError('The tests of grants fail without a mutant:\nthe report'),
  );
});
