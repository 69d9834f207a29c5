import { describe, expect, test } from '@jest/globals';
import { runCommand, type CommandResult } from '../../../../support/cli/run-command.ts';

const run = (...args: readonly string[]): Promise<CommandResult> =>
  runCommand('tools/cli/package/package-command.ts', args);

describe('the package command, called wrongly, prints one sentence and packages nothing:', () => {
  test.each([
    ['--stage exampel', 'infra/stages/stages.yml has no stage "exampel". Did you mean "example"?'],
    ['example', 'Unexpected argument "example" (see --help).'],
    [
      '--package tools',
      `--package: ${process.cwd()}/tools holds other files, and packaging would delete them. Name a new or an empty directory.`,
    ],
  ])('%s', async (line, message) => {
    expect(await run(...line.split(' '))).toEqual({ exitCode: 2, stdout: '', stderr: `${message}\n` });
  });
});

test('the package command lists faulty parameters and ends with 1, without a line of the Serverless CLI', async () => {
  expect(await run('--param', 'memorySizeMb=1', '--param', 'audeince=x')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `The parameters of stage "example" (infra/stages/stages.yml, described in docs/configuration.md):
  - memorySizeMb: must be a whole number of 128 to 10240
  - audeince: there is no such parameter. Did you mean audience?
`,
  });
});

test('the package command explains itself', async () => {
  expect(await run('--help')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('npm run package -- [--stage STAGE]'),
    stderr: '',
  });
});
