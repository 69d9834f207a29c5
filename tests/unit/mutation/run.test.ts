import { describe, expect, test } from '@jest/globals';
import { HELP, optionsOf, UsageError } from '../../mutation/options.ts';
import { runCommand } from '../../support/cli/run-command.ts';

describe('the options', () => {
  test('choose a sample of every module unless they say otherwise', () => {
    expect(optionsOf([])).toMatchObject({ file: '', sample: 60, seed: 1, list: false });
  });

  test('choose modules, files and a seed', () => {
    const options = optionsOf(['--module', 'table', '--module', 'grants', '--file', 'keys', '--seed', '7']);
    expect(options).toMatchObject({
      file: 'keys',
      seed: 7,
      modules: [{ name: 'table' }, { name: 'grants' }],
    });
  });

  test('choose every mutant of a file', () => {
    expect(optionsOf(['--all', '--file', 'keys.ts'])).toMatchObject({ sample: Infinity });
  });

  test.each([
    [['--module', 'none'], 'There is no module "none"'],
    [['--sample', '0'], '--sample needs an integer of at least 1, not "0"'],
    [['--seed', 'x'], '--seed needs an integer of at least 0, not "x"'],
    [['--workers', '1.5'], '--workers needs an integer of at least 1, not "1.5"'],
    [['--all'], '--all needs --file'],
    [['--all', '--file', 'a', '--sample', '3'], '--all and --sample exclude each other'],
    [['--none'], "Unknown option '--none'"],
    [['extra'], 'Unexpected argument'],
  ])('%j are refused', (args, message) => {
    expect(() => optionsOf(args)).toThrow(UsageError);
    expect(() => optionsOf(args)).toThrow(message);
  });
});

describe('the command', () => {
  test('explains itself', async () => {
    expect(await runCommand('tests/mutation/run.ts', ['--help'])).toEqual({
      exitCode: 0,
      stdout: HELP,
      stderr: '',
    });
  });

  test('lists the changes that it would try', async () => {
    const { exitCode, stdout } = await runCommand('tests/mutation/run.ts', [
      '--list',
      '--all',
      '--file',
      'lib/table/keys.ts',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^lib\/table\/keys\.ts:\d+ string {2}'DOC#' {2}-> {2}''$/m);
  });

  test('refuses a pattern that no file has, and names the help', async () => {
    const { exitCode, stderr } = await runCommand('tests/mutation/run.ts', ['--file', 'no-such-file']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'Nothing can be changed in files with "no-such-file". See --help.\n',
    });
  });
});
