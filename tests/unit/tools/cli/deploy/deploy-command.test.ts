import { describe, expect, test } from '@jest/globals';
import { runCommand } from '../../../../support/cli/run-command.ts';

describe('the deploy command', () => {
  test.each([
    [
      'a stage that is not there',
      ['--stage', 'nowhere'],
      'infra/stages/stages.yml has no stage "nowhere". It has no stage of your own yet: README.md, "Deploy it", tells how to add one.',
    ],
    [
      'a stage that is never deployed',
      ['--stage', 'example'],
      'The stage "example" is never deployed. Add a stage of your own',
    ],
    ['a second command', ['--stage', 'prod', 'remove'], 'Unexpected argument "remove"'],
    ['an option that is not there', ['--stage', 'prod', '--dry-run'], 'There is no option --dry-run.'],
    ['a parameter without a value', ['--stage', 'prod', '--param'], '--param needs a value'],
  ])('deploys nothing when it is given %s, and ends with 2', async (_what, args, message) => {
    const { exitCode, stdout, stderr } = await runCommand('tools/cli/deploy/deploy-command.ts', args);

    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test('ends with 2 without a stage', async () => {
    const { exitCode, stderr } = await runCommand('tools/cli/deploy/deploy-command.ts', ['--verbose']);

    expect(stderr).toContain('--stage is required');
    expect(exitCode).toBe(2);
  });

  test('explains itself', async () => {
    const { exitCode, stdout } = await runCommand('tools/cli/deploy/deploy-command.ts', ['--help']);

    expect(stdout).toContain('npm run deploy -- --stage STAGE');
    expect(exitCode).toBe(0);
  });
});
