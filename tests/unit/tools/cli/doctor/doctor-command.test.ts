import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { some } from '../../../../support/jest/suites.ts';
import { runCommand, type CommandResult } from '../../../../support/cli/run-command.ts';
import { startLocalStack, type LocalStack } from '../../../../support/local-stack/local-stack.ts';

// Every run is a separate process, on a machine that may be busy.
jest.setTimeout(300_000);

const run = (args: readonly string[], callerToken = '', input = ''): Promise<CommandResult> =>
  runCommand('tools/cli/doctor/doctor-command.ts', args, { LAYERMINT_CALLER_TOKEN: callerToken }, input);

const WRONG = [
  [[], 'npm run doctor -- --stage STAGE'],
  [['--user', 'bob'], '--stage or --local is required'],
  [['--stage', 'prod', '--local'], 'Give --stage or --local, not both'],
  [['--stage', 'nowhere'], 'stages.yml has no stage "nowhere".'],
  [['--stage', 'example'], 'The stage "example" is never deployed.'],
  [['--stage', 'prod', '--user', 'bob'], '--user goes with --local'],
  [['--local', '--port', '1'], 'No local stack of this folder answers at http://127.0.0.1:1.'],
  [['--stage', 'prod', '--caller-token', 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln'], '--caller-token takes a file'],
  [['--stage', 'prod', '--caller-token', '-'], 'Standard input is empty.'],
  [['prod'], 'Unexpected argument "prod"'],
] as const;

describe('the doctor, called wrongly, names the fault and ends with 2:', () => {
  test.each(some(WRONG, 4))('%j', async (args, message) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('c2ln');
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});

test('the doctor explains itself', async () => {
  const { exitCode, stdout } = await run(['--help']);
  expect(stdout).toContain('Exit code: 0 nothing failed, 1 something failed, 2 wrong usage.');
  expect(exitCode).toBe(0);
});

describe('on the local stack', () => {
  let stack: LocalStack;
  let port: string;

  beforeAll(async () => {
    stack = await startLocalStack(['--log-level', 'error']);
    ({ port } = new URL(stack.api));
  });
  afterAll(async () => {
    await stack.stop();
  });

  test('the doctor finds nothing wrong, and prints no token', async () => {
    // A token of another stage in the environment is left alone.
    const { exitCode, stdout, stderr } = await run(
      ['--local', '--port', port, '--user', 'bob'],
      'of.another.stage',
    );
    const lines = stdout.trim().split('\n');
    // Before the first rotation, the table has no id of the demo key's entry at Document Engine.
    expect(lines.filter((line) => !line.startsWith('ok  '))).toEqual([
      expect.stringContaining("not checked Document Engine's current key is the one that signs"),
      `            With a test token, this shows it: npm run keys -- status --local --port ${port}`,
      expect.stringMatching(/^\d+ ok, 0 warnings, 0 failed, 1 not checked$/),
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'ok          the caller token names its user: "sub" gives "bob"',
        expect.stringMatching(
          /^ok {10}the caller token names the groups of its user: "cognito:groups" gives "/,
        ),
        expect.stringMatching(/^ok {10}Document Engine accepts its API token: it holds \d+ public key/),
        expect.stringMatching(/^ok {10}the service has a signing key: /),
      ]),
    );
    expect(stdout).not.toContain('eyJ');
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('the doctor finds a caller token of another audience, from standard input, with the cure below it', async () => {
    const token = stack.callers['alice']?.token ?? '';
    const [header = '', , signature = ''] = token.split('.');
    const claims = Buffer.from(JSON.stringify({ ...decodeJwt(token), aud: 'other\nok' })).toString(
      'base64url',
    );
    const changed = `${header}.${claims}.${signature}`;

    const { exitCode, stdout } = await run(['--local', '--port', port, '--caller-token', '-'], '', changed);

    const lines = stdout.split('\n');
    const at = lines.findIndex((line) => line.startsWith('failed      the caller token is for the audience'));
    expect(lines[at]).toContain('its "aud" is "other\\nok"; the stage has "layermint"');
    expect(lines[at + 1]).toMatch(/^ {12}Set "audience" to other ok/);
    expect(stdout).toContain('failed      the caller token has a valid signature');
    expect(stdout).not.toContain(signature);
    expect(exitCode).toBe(1);
  });
});
