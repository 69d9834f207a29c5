import { afterEach, expect, jest, test } from '@jest/globals';
import { onOneLine, runCommand } from '../../../../tools/cli/command.ts';
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

test('a name that turns the direction of writing, or ends the line, shows as it is written', () => {
  expect(onOneLine('bob\u202e \u2066as\u2069 owner\u2028\nby alice')).toBe(
    String.raw`bob\u{202e} \u{2066}as\u{2069} owner\u{2028} by alice`,
  );
  expect(onOneLine('بنفشه\u200cای 👩\u200d💻')).toBe('بنفشه\u200cای 👩\u200d💻');
});
