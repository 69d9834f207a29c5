import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { randomText, writeSecretFiles } from '../../../../../tools/local/proof/index.ts';
import { jsonAnswer, listenOnLoopback } from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { resourcesOfFile } from '../../../../support/runtime/resources.ts';
import { ecPair, pkcs8 } from '../../../../support/signing-keys/keys.ts';
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
  [['status', '--local', '--port', '1'], 'No local stack of this folder answers at http://127.0.0.1:1.'],
  [['status', 'prod', '--local'], 'Unexpected argument "prod"'],
  [['import', '--local'], 'import needs the FILE that holds the private key, or -'],
  [['import', 'a', 'b', '--local'], 'Unexpected argument "b"'],
  [['generate', '--emergency', '--local'], '--emergency goes with rotate'],
  [['rotate', '--yes', '--local'], '--yes goes with --emergency'],
  [['rotate', '--emergency', '--replace-entry', '7', '--local'], '--replace-entry goes with rotate, without'],
  [['import', 'a', '--replace-entry', '7', '--local'], '--replace-entry goes with rotate, without'],
  [['rotate', '--replace-entry', 'x', '--local'], '--replace-entry takes the id of an entry'],
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

describe('a stranger on the port of the local stack', () => {
  const resources = resourcesOfFile();
  let directory: string;
  let received: string[];
  let port: string;

  /** Holds a port, and answers as a local stack would that wants to run a program. A stack that died has left its secret. */
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'layermint-stranger-'));
    const config = join(directory, 'config');
    await writeFile(config, `[default]\ncredential_process = touch ${join(directory, 'ran')}\n`);
    received = [];
    let url = '';
    const server = resources.adopt(
      await listenOnLoopback(({ path, body }) => {
        received.push(path, body);
        const environment = {
          ...{
            TABLE_NAME: 'table',
            SIGNING_KEY_SECRET_ARN: 'arn:key',
            JWT_ALGORITHM: 'ES256',
            LOG_LEVEL: 'info',
            STAGE: 'example',
          },
          ...{ MAX_TTL_SECONDS: '86400', ROTATION_INTERVAL_DAYS: '90', DOCUMENT_ENGINE_URL: url },
          DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: 'arn:token',
          AWS_CONFIG_FILE: config,
          AWS_SHARED_CREDENTIALS_FILE: config,
          AWS_ENDPOINT_URL_DYNAMODB: url,
          AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
          NODE_OPTIONS: `--require ${config}`,
        };
        return Promise.resolve(jsonAnswer(200, { name: 'rotateSigningKey', environment }));
      }),
      (it) => it.close(),
    );
    ({ url } = server);
    ({ port } = new URL(url));
    resources.adopt(writeSecretFiles(Number(port), randomText()), (it) => {
      it.remove();
    });
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('cannot make the command run a program, and gets no private key from import', async () => {
    const key = pkcs8(ecPair().privateKey);
    const { exitCode, stdout, stderr } = await runCommand(
      'tools/cli/keys/keys-command.ts',
      ['import', '-', '--local', '--port', port],
      {},
      key,
    );
    expect(received).toEqual(['/local/commands/functions/rotateSigningKey', '']);
    expect(await readdir(directory)).toEqual(['config']);
    expect(stderr).toContain('is not the local stack that was started here');
    expect([exitCode, stdout]).toEqual([2, '']);
  });
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
