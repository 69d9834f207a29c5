import { basename } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCommand } from '../support/cli/run-command.ts';
import { inMinutes, progressLine, shareDone } from '../support/jest/progress.ts';
import { spread } from '../support/jest/suites.ts';

describe('the line on the progress of a run', () => {
  const progress = {
    filesDone: 30,
    files: 120,
    testsDone: 800,
    testsFailed: 1,
    elapsed: 60_000,
    share: 0.25,
    running: ['tests/e2e/start.test.ts'],
  };

  test('names the numbers, the time that is left and the files that run', () => {
    expect(progressLine(progress)).toBe(
      '30 of 120 files, 800 tests, 1 failed, 1 min 0 s, about 3 min 0 s left, running tests/e2e/start.test.ts',
    );
  });

  test('estimates nothing at the start of a run', () => {
    expect(progressLine({ ...progress, share: 0.01 })).not.toContain('left');
  });

  test('estimates nothing if the share is not known', () => {
    expect(progressLine({ ...progress, share: undefined })).not.toContain('left');
  });

  test('estimates nothing once all files are done', () => {
    expect(progressLine({ ...progress, filesDone: 120, share: 1, running: [] })).toBe(
      '120 of 120 files, 800 tests, 1 failed, 1 min 0 s',
    );
  });
});

test.each([
  [0, '1 s'],
  [44_600, '45 s'],
  [59_600, '1 min 0 s'],
  [125_000, '2 min 5 s'],
])('%i milliseconds are %s', (milliseconds, words) => {
  expect(inMinutes(milliseconds)).toBe(words);
});

describe('the share of a run that is done', () => {
  test('counts a long file for more than a short one', () => {
    expect(shareDone(['long'], 2, { long: 900, short: 100 })).toBe(0.9);
  });

  test('counts a file that has never run as the average of the others', () => {
    expect(shareDone(['new'], 3, { one: 100, two: 300 })).toBeCloseTo(200 / 600);
  });

  test('is not known on a machine on which no file has run', () => {
    expect(shareDone(['one'], 4, {})).toBeUndefined();
  });

  test('is never more than all, also after a file was renamed', () => {
    expect(shareDone(['one', 'renamed'], 2, { one: 100 })).toBe(1);
  });
});

test.each([
  [1, [0]],
  [2, [0, 5]],
  [3, [0, 3, 6]],
  [10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [20, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
])('%i of ten cases are spread over all of them', (count, expected) => {
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], count)).toEqual(expected);
});

test('An unknown suite is refused, with the names of the known ones', async () => {
  expect(await runCommand('tests/run.ts', ['everything'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'Name a suite: everyday, full, integration, browser. Arguments of jest can follow.\n',
  });
});

describe('the files of a suite', () => {
  const files = async (...args: readonly string[]): Promise<string[]> => {
    const { exitCode, stdout } = await runCommand('tests/run.ts', [...args, '--listTests']);
    expect(exitCode).toBe(0);
    return stdout.trim().split('\n');
  };
  const isLong = (file: string): boolean => file.endsWith('.long.test.ts');

  test('npm run test:full has the long files, and npm test has all others', async () => {
    const [everyday, full] = await Promise.all([files('everyday'), files('full')]);
    expect(full.some(isLong)).toBe(true);
    expect(everyday.toSorted()).toEqual(full.filter((file) => !isLong(file)).toSorted());
  });

  test('A path selects a long file too', async () => {
    const selected = await files('everyday', 'revocation-sequences');
    expect(selected.map((file) => basename(file))).toEqual(['revocation-sequences.long.test.ts']);
  });

  test('The name of a test selects among the everyday files', async () => {
    expect((await files('everyday', '-t', 'any name')).some(isLong)).toBe(false);
  });
});

describe.each([
  ['integration', 'moto'],
  ['browser', 'Chromium'],
])('the %s tests without %s', (suite, program) => {
  // A PATH without any command.
  const without = (environment: Readonly<Record<string, string | undefined>>) =>
    runCommand('tests/run.ts', [suite], { PATH: import.meta.dirname, CHROMIUM: undefined, ...environment });

  test('say in one line that they were not run, and do not fail', async () => {
    const { exitCode, stdout, stderr } = await without({ CI: undefined });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(`^${program} is not installed .*: the ${suite} tests were not run\\.\n$`),
    );
  });

  test('fail in a CI run, and say what is missing', async () => {
    const { exitCode, stdout, stderr } = await without({ CI: 'true' });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^${program} is not installed .*: the ${suite} tests cannot run\\.\n$`),
    );
  });
});

test('A wrong path in CHROMIUM is told as a missing program, also if another one is on the PATH', async () => {
  const { exitCode, stdout } = await runCommand('tests/run.ts', ['browser'], {
    CHROMIUM: '/no/chromium',
    CI: undefined,
  });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^Chromium is not installed \(apt-get install chromium; or set CHROMIUM to its path\)/,
  );
});
