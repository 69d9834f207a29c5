import { describe, expect, test } from '@jest/globals';
import { some } from '../../../../support/jest/suites.ts';
import { runCommand } from '../../../../support/cli/run-command.ts';

const REMOVE = 'tools/cli/remove/remove-command.ts';
const ROLLBACK = 'tools/cli/rollback/rollback-command.ts';

const WRONG = [
  [REMOVE, ['--verbose'], '--stage is required'],
  [
    REMOVE,
    ['--stage', 'nowhere'],
    'To remove a stage that you took out of infra/stages/stages.yml, put it back first.',
  ],
  [REMOVE, ['--stage', 'example', '--confirm', 'example'], 'The stage "example" is never deployed.'],
  [REMOVE, ['--stage', 'prod', '--yes'], 'There is no option --yes.'],
  [ROLLBACK, ['--verbose'], '--stage is required'],
  [ROLLBACK, ['--stage', 'local'], 'The stage "local" is never deployed.'],
  [
    ROLLBACK,
    ['--stage', 'prod', '--to', 'yesterday'],
    '--to must be a timestamp of 13 digits, not "yesterday".',
  ],
] as const;

describe('The commands remove and rollback, called wrongly, name the fault, change nothing and end with 2:', () => {
  test.each(some(WRONG, 4))('%s %j', async (command, args, message) => {
    const { exitCode, stdout, stderr } = await runCommand(command, args);

    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});
