import { describe, expect, test } from '@jest/globals';
import { runCommand } from '../../../../support/cli/run-command.ts';

describe('The command revoke-all, called wrongly, changes nothing and ends with 2:', () => {
  test.each([
    [['--dry-run'], '--stage, --local or --table is required'],
    [
      ['--table', 'present', '--began', 'yesterday'],
      '--began must be the time that the interrupted run printed',
    ],
    [['--table', 'present', '--began', '2999-01-31T12:00:00.000Z'], '--began must be the time'],
    [
      ['--table', 'present', '--former-table', 'present'],
      '--former-table: present is the table that the stage uses now.',
    ],
  ])('%j', async (args, message) => {
    const { exitCode, stdout, stderr } = await runCommand(
      'tools/cli/revoke-all/revoke-all-command.ts',
      args,
      {
        AWS_REGION: 'eu-central-1',
      },
    );

    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});
