import { afterEach, expect, jest, test } from '@jest/globals';
import { runCommand } from '../../../../tools/cli/command.ts';
import { UsageError } from '../../../../tools/cli/errors.ts';

const { exitCode } = process;

afterEach(() => {
  process.exitCode = exitCode;
  jest.restoreAllMocks();
});

test('a file name with escape sequences does not reach the terminal that shows the error', async () => {
  const shown = jest.spyOn(console, 'error').mockReturnValue();
  await runCommand(() =>
    Promise.reject(new UsageError('No file "\u001b]0;title\u0007\u009b2J\r".\nSee --help.')),
  );
  expect(shown).toHaveBeenCalledWith(String.raw`No file "\x1b]0;title\x07\x9b2J\x0d".` + '\nSee --help.');
});
