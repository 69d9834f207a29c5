import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { some } from '../../../../support/jest/suites.ts';
import { runCommand, type CommandResult } from '../../../../support/cli/run-command.ts';
import { startLocalStack, type LocalStack } from '../../../../support/local-stack/local-stack.ts';

// Every run is a separate process, on a machine that may be busy.
jest.setTimeout(300_000);

const run = (args: readonly string[]): Promise<CommandResult> =>
  runCommand('tools/cli/keys/keys-command.ts', args);

const WRONG = [
  [[], 'npm run keys -- ACTION --stage STAGE'],
  [['--local'], 'An action is required: generate, import, public-key, status, rotate'],
  [['roate', '--local'], 'There is no action "roate". Did you mean "rotate"?'],
  [['status'], '--stage or --local is required'],
  [['status', '--stage', 'prod', '--local'], 'Give --stage or --local, not both'],
  [['status', '--stage', 'nowhere'], 'stages.yml has no stage "nowhere".'],
  [['status', '--stage', 'example'], 'The stage "example" is never deployed.'],
  [['status', '--stage', 'nowhere', '--port', '1'], '--port goes with --local'],
  [['status', '--local', '--port', 'x'], '--port must be a port number, not "x"'],
  [['status', '--local', '--port', '1'], 'No local stack answers at http://127.0.0.1:1.'],
  [['status', 'prod', '--local'], 'Unexpected argument "prod"'],
  [['import', '--local'], 'import needs the FILE that holds the private key, or -'],
  [['import', 'a', 'b', '--local'], 'Unexpected argument "b"'],
  [['generate', '--emergency', '--local'], '--emergency goes with rotate'],
  [['rotate', '--yes', '--local'], '--yes goes with --emergency'],
  [['rotate', '--force', '--local'], 'There is no option --force.'],
] as const;

describe('the keys command, called wrongly, names the fault and ends with 2:', () => {
  test.each(some(WRONG, 5))('%j', async (args, message) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});

test('the keys command explains itself', async () => {
  const { exitCode, stdout } = await run(['--help']);
  expect(stdout).toContain('rotate --emergency   the key has leaked');
  expect(exitCode).toBe(0);
});

describe('on the local stack', () => {
  let stack: LocalStack;

  beforeAll(async () => {
    stack = await startLocalStack(['--log-level', 'error']);
  });
  afterAll(async () => {
    await stack.stop();
  });

  const keys = (...args: readonly string[]): Promise<CommandResult> =>
    run([...args, '--local', '--port', new URL(stack.api).port]);

  test('rotate replaces the key, and status and public-key show the new one', async () => {
    const rotated = await keys('rotate');
    const [, kid = ''] = /The stage signs with the key (\S+)\./.exec(rotated.stdout) ?? [];
    const status = await keys('status');
    const publicKey = await keys('public-key');
    const jwk = await exportJWK(createPublicKey(publicKey.stdout));

    expect([rotated, status, publicKey].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(kid).not.toBe(stack.signingKey.kid);
    expect(status.stdout).toMatch(new RegExp(`^${kid} +AWSCURRENT`, 'm'));
    expect(status.stdout).toMatch(new RegExp(`^${stack.signingKey.kid} +AWSPREVIOUS`, 'm'));
    expect(await calculateJwkThumbprint(jwk)).toBe(kid);
  });
});
