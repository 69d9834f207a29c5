import { describe, expect, test } from '@jest/globals';
import { runCommand } from '../../../../support/cli/run-command.ts';

const run = (args: readonly string[], environment = {}) =>
  runCommand('tools/cli/lint-template/lint-template-command.ts', args, environment);

describe('The command lint:template', () => {
  test.each([
    [['--stage', 'nowhere'], 'infra/stages/stages.yml has no stage "nowhere".', 2],
    [['--param', 'logLevel=debug'], '--param goes with --stage', 2],
    [['--stage', 'example', '--param', 'logLevel=loud'], '- logLevel: must be one of', 1],
  ])('called with %j, names the fault before it packages anything', async (args, message, code) => {
    const { exitCode, stdout, stderr } = await run(args);

    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([code, '']);
  });

  test('fails for a stage of your own if cfn-lint is missing, and says how to get it', async () => {
    const { exitCode, stdout } = await run(['--stage', 'example'], { PATH: '/nowhere' });

    expect(stdout).toContain('NOT checked. To install it: pip install cfn-lint');
    expect(exitCode).toBe(1);
  });
});
