import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { listenOnLoopback } from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { startFakeService, type FakeService } from '../../../../support/cli/fake-service.ts';
import { runCommand, type CommandResult } from '../../../../support/cli/run-command.ts';

let service: FakeService;

beforeEach(async () => {
  service = await startFakeService();
});

afterEach(async () => {
  await service.close();
});

const verify = (
  args: readonly string[],
  callerToken: string | undefined = service.callerToken,
): Promise<CommandResult> =>
  runCommand('tools/cli/verify/verify-command.ts', args, { LAYERMINT_CALLER_TOKEN: callerToken });

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
    expect(stdout).toMatch(/^10 ok, 0 failed, 3 not checked$/m);
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

  test.each([
    ['as the issuer answers it', '{"access_token": "eyJhbGciOiJFUzI1NiJ9.e30.c2VjcmV0", "expires_in": 3600}'],
    ['in two lines', 'eyJhbGciOiJFUzI1NiJ9.e30.\nc2VjcmV0'],
    ['cut short', 'eyJhbGciOiJFUzI1NiJ9.e30…c2VjcmV0'],
  ])('does not print a caller token %s, and ends with 2', async (_how, callerToken) => {
    const { exitCode, stdout, stderr } = await verify(
      ['--api', service.url, '--document', 'contract-7'],
      callerToken,
    );

    expect(stderr).toContain('LAYERMINT_CALLER_TOKEN does not hold a token alone');
    expect(stdout + stderr).not.toContain('c2VjcmV0');
    expect(exitCode).toBe(2);
  });

  test('prints no escape sequence and no line of its own that an answer holds', async () => {
    service.cover = () => ({ status: 403, headers: {}, body: '\u001b[2K\rno\nok          all' });
    const { stdout } = await verify(['--api', service.url, '--document', 'contract-7']);
    expect(stdout).toContain(String.raw`answered 403 \x1b[2K\x0dno ok          all`);
    expect(stdout).not.toContain('\u001b');
  });

  test('sends no token of this machine to the proxy of the environment', async () => {
    const proxied: string[] = [];
    const proxy = await listenOnLoopback(({ path }) => {
      proxied.push(path);
      return Promise.resolve({ status: 200, headers: {}, body: '' });
    });
    const { exitCode } = await runCommand(
      'tools/cli/verify/verify-command.ts',
      ['--local', '--port', new URL(service.url).port],
      { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: '', no_proxy: '' },
    );
    await proxy.close();
    expect(proxied).toEqual([]);
    expect(exitCode).toBe(0);
  });

  test('called wrongly, prints the reason and ends with 2', async () => {
    const { exitCode, stderr } = await verify(['--token', 'x']);

    expect(stderr).toContain('There is no option --token.');
    expect(exitCode).toBe(2);
  });

  test('explains itself', async () => {
    const { exitCode, stdout } = await verify(['--help']);

    expect(stdout).toContain('npm run verify -- --stage STAGE --document ID');
    expect(exitCode).toBe(0);
  });
});
