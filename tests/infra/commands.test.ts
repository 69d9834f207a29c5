import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startFakeService, type FakeService } from '../support/fake-service.ts';
import { runCommand, type CommandResult } from '../support/run-command.ts';

let service: FakeService;

beforeAll(async () => {
  service = await startFakeService();
});

afterAll(async () => {
  await service.close();
});

const verify = (
  args: readonly string[],
  callerToken: string | undefined = service.callerToken,
): Promise<CommandResult> => runCommand('infra/cli/verify.ts', args, { LAYERMINT_CALLER_TOKEN: callerToken });

describe('the verify command', () => {
  test('prints one line per check and how many there were, and no token', async () => {
    const { exitCode, stdout, stderr } = await verify([
      '--api',
      service.url,
      '--document',
      'contract-7',
      '--layer',
      'a',
    ]);

    expect(stdout).toContain(`${service.url}, document contract-7, layer a\n`);
    expect(stdout).toMatch(/^ok {10}a call without a token is refused$/m);
    expect(stdout).toMatch(/^8 ok, 0 failed, 0 not checked$/m);
    expect(exitCode).toBe(0);
    for (const token of [service.callerToken, ...service.minted])
      expect(stdout + stderr).not.toContain(token);
  });

  test('ends with 1 when a check fails', async () => {
    const { exitCode, stdout } = await verify(
      ['--api', service.url, '--document', 'contract-7'],
      'not.a.token',
    );

    expect(stdout).toMatch(/^failed {6}the caller gets a token: /m);
    expect(exitCode).toBe(1);
  });

  test('ends with 2 when it is called wrongly, and says what to do', async () => {
    const { exitCode, stderr } = await verify(['--token', 'x']);

    expect(stderr).toContain("Unknown option '--token'");
    expect(exitCode).toBe(2);
  });

  test('explains itself', async () => {
    const { exitCode, stdout } = await verify(['--help']);

    expect(stdout).toContain('npm run verify -- --stage STAGE --document ID');
    expect(exitCode).toBe(0);
  });
});

describe('the deploy command', () => {
  test('ends with 2 when it is not told a stage', async () => {
    const { exitCode, stderr } = await runCommand('infra/cli/deploy.ts', ['--verbose']);

    expect(stderr).toContain('--stage is required');
    expect(exitCode).toBe(2);
  });

  test('explains itself', async () => {
    const { exitCode, stdout } = await runCommand('infra/cli/deploy.ts', ['--help']);

    expect(stdout).toContain('npm run deploy -- --stage STAGE');
    expect(exitCode).toBe(0);
  });
});
