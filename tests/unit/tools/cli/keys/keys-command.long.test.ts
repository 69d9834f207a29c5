import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createPublicKey, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import * as z from 'zod';
import { LocalStack as RunningStack, type LocalAws } from '../../../../../tools/cli/local-stack.ts';
import { SIGNING_FUNCTIONS } from '../../../../../tools/cli/keys/keys-stage.ts';
import {
  startDocumentEngine,
  type LocalDocumentEngine,
} from '../../../../../tools/local/stand-ins/document-engine/index.ts';
import { listenOnLoopback, textAnswer } from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { systemClock } from '../../../../../lib/runtime/clock.ts';
import { readPublishedKeys } from '../../../../../lib/signing-keys/index.ts';
import { createDeployedTable } from '../../../../support/table/deployed-table.ts';
import { openDocument } from '../../../../support/document-engine/document-engine-client.ts';
import { startFunctionFront, type FunctionFront } from '../../../../support/local-stack/function-front.ts';
import { ecPem } from '../../../../support/signing-keys/ec-numbers.ts';
import {
  ecPair,
  encryptedPkcs8,
  pem,
  pkcs8,
  rsaPair,
  sec1,
  secretJson,
  spki,
  type Pair,
} from '../../../../support/signing-keys/keys.ts';
import { startLocalStack, type LocalStack } from '../../../../support/local-stack/local-stack.ts';
import { type CommandResult } from '../../../../support/cli/run-command.ts';
import { Table } from '../../../../../lib/table/index.ts';
import { functionPath, LOGS_PATH } from '../../../../../tools/local/stack/routes/paths.ts';
import { readSecretFile } from '../../../../../tools/local/proof/index.ts';

// One stack for all. Every run is a separate process, on a machine that may be busy.
jest.setTimeout(600_000);

let stack: LocalStack;
let stackPort: string;
let rotateEnvironment: Record<string, string>;
let logs: object;
let aws: LocalAws;
let secretsManager: SecretsManagerClient;
let directory: string;
/** Lines of private keys that no output may hold. */
const privateLines = new Set<string>();

const Described = z.object({ environment: z.record(z.string(), z.string()) });

beforeAll(async () => {
  stack = await startLocalStack(['--log-level', 'error']);
  stackPort = new URL(stack.api).port;
  const local = new RunningStack(stackPort);
  ({ environment: rotateEnvironment } = await local.read(functionPath('rotateSigningKey'), Described));
  logs = await local.read(LOGS_PATH, z.looseObject({}));
  aws = local.aws(rotateEnvironment['AWS_ENDPOINT_URL_SECRETS_MANAGER'] ?? '');
  secretsManager = new SecretsManagerClient(aws);
  directory = await mkdtemp(join(tmpdir(), 'layermint-keys-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
  secretsManager.destroy();
  await stack.stop();
});

/**
 * Runs the command, and ensures that its output contains no private key.
 *
 * @param nodeOptions - of the process that it runs in
 */
async function run(
  args: readonly string[],
  input = '',
  nodeOptions: readonly string[] = [],
): Promise<CommandResult> {
  const command = spawn(process.execPath, [...nodeOptions, 'tools/cli/keys/keys-command.ts', ...args], {
    stdio: 'pipe',
  });
  command.stdin.end(input);
  const [stdout, stderr] = await Promise.all([
    text(command.stdout),
    text(command.stderr),
    once(command, 'close'),
  ]);
  expect(stdout + stderr).not.toContain('PRIVATE KEY-----');
  for (const line of privateLines) expect(stdout + stderr).not.toContain(line);
  return { exitCode: command.exitCode ?? -1, stdout, stderr };
}

/** Makes Node options for a process that dies, as by kill -9, as soon as it has printed so many lines. */
const killedAfter = (lines: number): readonly string[] => [
  '--import',
  `data:text/javascript,${encodeURIComponent(`
    import { writeSync } from 'node:fs';
    let left = ${lines};
    console.log = (line) => {
      writeSync(1, line + '\\n');
      if ((left -= 1) === 0) process.kill(process.pid, 'SIGKILL');
    };`)}`,
];

const keys = (...args: readonly string[]): Promise<CommandResult> =>
  run([...args, '--local', '--port', stackPort]);

/** Remembers the lines of a private key in PEM, except those that its public half has too. */
function watch(privatePem: string): string {
  const publicPem = publicHalfOf(privatePem);
  for (const line of privatePem.split('\n').filter((it) => it !== '' && !it.startsWith('-----')))
    if (!publicPem.includes(line)) privateLines.add(line);
  return privatePem;
}

function publicHalfOf(privatePem: string): string {
  try {
    return createPublicKey(privatePem).export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    return ''; // Encrypted, or cut short.
  }
}

let files = 0;

/** Writes a file that only its owner may read. */
async function file(content: string | Buffer, mode = 0o600): Promise<string> {
  const path = join(directory, `key-${(files += 1)}.pem`);
  await writeFile(path, content, { mode });
  return path;
}

const keyFile = (content: string): Promise<string> => file(watch(content));

const Minted = z.object({ jwt: z.string() });

/** Mints a token by the running mint function. */
async function mint(): Promise<string> {
  const answer = await fetch(`${stack.api}/v1/tokens`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stack.callers['alice']?.token ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ documentId: 'contract-2026' }),
  });
  const body: unknown = await answer.json();
  expect([answer.status, body]).toEqual([201, expect.anything()]);
  return Minted.parse(body).jwt;
}

/** Mints a token by a new process, which has just read the secret. */
async function mintAnew(): Promise<string> {
  await restart('mintToken');
  return mint();
}

const restart = async (name: string): Promise<void> => {
  await new RunningStack(stackPort).restart(name);
};

/** Starts another front of the stack's AWS services. */
const startFront = (
  environment: Record<string, string>,
  restarting?: (name: string) => Promise<void>,
): Promise<FunctionFront> =>
  startFunctionFront(environment, restarting, readSecretFile(Number(stackPort)), logs);

const statusOf = (token: string): Promise<number> =>
  openDocument(stack.documentEngine, token, 'contract-2026');

const kidOf = (token: string): string | undefined => decodeProtectedHeader(token).kid;

async function secretOf(secretId = rotateEnvironment['SIGNING_KEY_SECRET_ARN'] ?? '', stage = 'AWSCURRENT') {
  const { SecretString = '' } = await secretsManager.send(
    new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
  );
  const secret = z
    .object({ kid: z.string(), privateKey: z.string(), publicKey: z.string() })
    .parse(JSON.parse(SecretString));
  watch(secret.privateKey);
  return secret;
}

const labelsOf = async (secretId = rotateEnvironment['SIGNING_KEY_SECRET_ARN'] ?? '') =>
  (await secretsManager.send(new DescribeSecretCommand({ SecretId: secretId }))).VersionIdsToStages ?? {};

describe('if keys are replaced while Document Engine runs,', () => {
  let former: string;

  beforeEach(async () => {
    former = await mintAnew();
    expect(await statusOf(former)).toBe(200);
  });

  test('public-key prints the key that verifies the tokens of the stage, and nothing else', async () => {
    const { exitCode, stdout } = await keys('public-key');
    await expect(jwtVerify(former, createPublicKey(stdout))).resolves.toBeDefined();
    expect(stdout).toBe((await secretOf()).publicKey);
    expect(exitCode).toBe(0);
  });

  test('generate is refused, as Document Engine would not know the key', async () => {
    const before = await labelsOf();
    const { exitCode, stderr } = await keys('generate');
    expect(stderr).toContain('Rotation is on for this stage: "rotate" makes each key');
    expect(exitCode).toBe(2);
    expect(await labelsOf()).toEqual(before);
  });

  test('rotate signs with a new key, and tokens of the former one are accepted', async () => {
    await secretOf();
    const { exitCode, stdout } = await keys('rotate');
    const token = await mintAnew();
    expect(stdout).toContain(`The stage signs with the key ${kidOf(token) ?? ''}.`);
    expect(exitCode).toBe(0);
    expect(kidOf(token)).not.toBe(kidOf(former));
    expect([await statusOf(former), await statusOf(token)]).toEqual([200, 200]);
  });

  test('two rotations at once become one, or follow each other, and both name the key that the stage signs with', async () => {
    const both = await Promise.all([keys('rotate'), keys('rotate')]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const token = await mintAnew();
    expect(both.map(({ stdout }) => stdout).join('')).toContain(kidOf(token));
    expect([await statusOf(former), await statusOf(token)]).toEqual([200, 200]);
  });

  test('rotate continues a rotation that is stuck', async () => {
    const stuck = { ...secretJson(ecPair(), 'ES256', 'stuck') };
    await secretsManager.send(
      new PutSecretValueCommand({
        SecretId: rotateEnvironment['SIGNING_KEY_SECRET_ARN'],
        ClientRequestToken: randomUUID(),
        SecretString: JSON.stringify(stuck),
        VersionStages: ['AWSPENDING'],
      }),
    );
    expect((await keys('status')).stdout).toContain('stuck waits: "rotate" continues with it.');
    const importing = await keys('import', await keyFile(pkcs8(ecPair().privateKey)));
    expect(importing).toMatchObject({ exitCode: 2, stdout: '' });
    expect(importing.stderr).toContain('Another rotation is under way or unfinished');

    const { exitCode, stdout, stderr } = await keys('rotate');

    expect(stderr).toContain('A rotation is already under way or unfinished');
    expect(stdout).toContain('The stage signs with the key stuck.');
    expect(exitCode).toBe(0);
    expect([await statusOf(former), kidOf(await mintAnew())]).toEqual([200, 'stuck']);
  });

  const forms: readonly (readonly [string, (pair: Pair) => string])[] = [
    ['PKCS#8', ({ privateKey }) => pkcs8(privateKey)],
    ['SEC1', ({ privateKey }) => sec1(privateKey)],
    [
      'SEC1 after EC PARAMETERS',
      ({ privateKey }) => pem('EC PARAMETERS', Buffer.from('06082a8648ce3d030107', 'hex')) + sec1(privateKey),
    ],
  ];
  test.each(forms)('import signs with a key in %s, and again changes nothing', async (_form, pemOf) => {
    const pair = ecPair();
    const path = await keyFile(pemOf(pair));
    expect(await keys('import', path)).toMatchObject({ exitCode: 0, stderr: '' });

    const token = await mintAnew();
    await expect(jwtVerify(token, pair.publicKey)).resolves.toBeDefined();
    expect([await statusOf(former), await statusOf(token)]).toEqual([200, 200]);

    const labels = await labelsOf();
    const { exitCode, stdout } = await keys('import', path);
    expect(stdout).toBe(`The stage signs with this key already, as ${kidOf(token) ?? ''}.\n`);
    expect(exitCode).toBe(0);
    expect(await labelsOf()).toEqual(labels);
  });

  test('import reads standard input, and refuses a key that has been replaced', async () => {
    const pair = ecPair();
    const key = watch(pkcs8(pair.privateKey));
    expect(await run(['import', '-', '--local', '--port', stackPort], key)).toMatchObject({ exitCode: 0 });
    await expect(jwtVerify(await mintAnew(), pair.publicKey)).resolves.toBeDefined();
    await keys('rotate');

    const { exitCode, stderr } = await run(['import', '-', '--local', '--port', stackPort], key);

    expect(stderr).toContain('was replaced by another. A key is never used again');
    expect(exitCode).toBe(2);
  });

  test('an import that cannot read the list of Document Engine changes nothing', async () => {
    const labels = await labelsOf();
    const front = await startFront({ ...rotateEnvironment, DOCUMENT_ENGINE_API_URL: 'http://127.0.0.1:1' });
    const path = await keyFile(pkcs8(ecPair().privateKey));
    const failed = await run(['import', path, '--local', '--port', front.port]);
    await front.close();
    expect(failed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failed.stderr).toMatch(/Document Engine.*GET \/api\/secrets\/jwt/);
    expect(await labelsOf()).toEqual(labels);
  });

  test('an import that failed on its way is continued by repeating it', async () => {
    const { DOCUMENT_ENGINE_API_URL = '', DOCUMENT_ENGINE_URL = '' } = rotateEnvironment;
    const documentEngine = DOCUMENT_ENGINE_API_URL === '' ? DOCUMENT_ENGINE_URL : DOCUMENT_ENGINE_API_URL;
    const takesNoKey = await listenOnLoopback(async ({ method, path, headers, body }) => {
      if (path === '/api/secrets/jwt' && method === 'POST') return textAnswer(503, 'Not now');
      const { authorization = '' } = headers;
      const answer = await fetch(`${documentEngine}${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(method === 'POST' && { body }),
      });
      return { status: answer.status, headers: {}, body: await answer.text() };
    });
    const front = await startFront({ ...rotateEnvironment, DOCUMENT_ENGINE_API_URL: takesNoKey.url });
    const path = await keyFile(pkcs8(ecPair().privateKey));
    const failed = await run(['import', path, '--local', '--port', front.port]);
    await front.close();
    await takesNoKey.close();
    expect(failed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failed.stderr).toMatch(/Document Engine.*POST \/api\/secrets\/jwt/);
    const [pending] = Object.entries(await labelsOf()).filter(([, labels]) => labels.includes('AWSPENDING'));
    expect(kidOf(await mintAnew())).toBe(kidOf(former));

    expect(await keys('import', path)).toMatchObject({ exitCode: 0 });

    expect((await labelsOf())[pending?.[0] ?? '']).toContain('AWSCURRENT');
    expect([await statusOf(former), await statusOf(await mintAnew())]).toEqual([200, 200]);
  });

  test('a file that holds no key to sign with changes nothing', async () => {
    const labels = await labelsOf();
    const path = await keyFile(encryptedPkcs8(ecPair().privateKey));
    const { exitCode, stdout, stderr } = await keys('import', path);
    expect(stderr).toContain(
      `${path} cannot be imported. It holds a private key that is encrypted with a passphrase`,
    );
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(await labelsOf()).toEqual(labels);
  });

  test('a key that everybody can know is refused without a trace of OpenSSL, and the next import runs at once', async () => {
    const labels = await labelsOf();
    const path = await keyFile(ecPem('ES256', { scalar: 1n }));

    const { exitCode, stdout, stderr } = await keys('import', path);

    expect(stderr).toContain('The private number of the EC key is not between 2 and n−2');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(await labelsOf()).toEqual(labels);
    expect(await keys('import', await keyFile(pkcs8(ecPair().privateKey)))).toMatchObject({ exitCode: 0 });
  });

  test('rotate drops a version that waits and cannot sign, and tokens of the former key are accepted', async () => {
    const stuck = randomUUID();
    await secretsManager.send(
      new PutSecretValueCommand({
        SecretId: rotateEnvironment['SIGNING_KEY_SECRET_ARN'],
        ClientRequestToken: stuck,
        SecretString: '{"state": "none"}',
        VersionStages: ['AWSPENDING'],
      }),
    );
    expect((await keys('status')).stdout).toContain(`\nFault. AWSPENDING, version ${stuck}: `);

    const { exitCode, stdout, stderr } = await keys('rotate');

    expect(stderr).toContain(`The secret's version ${stuck} waited, and could never sign. It is dropped.`);
    expect(stdout).toContain('The stage signs with the key ');
    expect(exitCode).toBe(0);
    expect([await statusOf(former), await statusOf(await mintAnew())]).toEqual([200, 200]);
  });

  test('status shows each key with its state on both sides', async () => {
    await keys('rotate');
    const { exitCode, stdout } = await keys('status');
    const lines = stdout.split('\n');
    const { kid } = await secretOf();
    const previous = kidOf(former) ?? '';
    expect(lines.find((line) => line.startsWith(kid))).toMatch(/AWSCURRENT.* current .* accepts it$/);
    expect(lines.find((line) => line.startsWith(previous))).toMatch(
      /AWSPREVIOUS +previous +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +accepts it$/,
    );
    expect(stdout).toContain('Rotation is on.');
    expect(stdout).toMatch(
      /Document Engine holds \d+ public keys:\n( {2}id \d+ {2}until .*Z {2}this stage's .+\n)+ {2}id \d+ {2}current +this stage's .+\n$/,
    );
    expect(stdout).toContain(`this stage's ${previous}`);
    expect(stdout).toMatch(new RegExp(`current +this stage's ${kid}$`, 'm'));
    expect(exitCode).toBe(0);
  });

  test('a rotation is not told to replace another entry than the current one', async () => {
    const labels = await labelsOf();
    const { exitCode, stderr } = await keys('rotate', '--replace-entry', '999');
    expect(stderr).toMatch(
      /current key has the id \d+, not 999\. "status" lists whose it is\. Nothing was done\./,
    );
    expect(exitCode).toBe(2);
    expect(await labelsOf()).toEqual(labels);
  });

  test('an emergency needs a terminal to ask on, or --yes', async () => {
    const { exitCode, stderr } = await keys('rotate', '--emergency');
    expect(stderr).toBe('--emergency asks for confirmation. Without a terminal, add --yes.\n');
    expect(exitCode).toBe(2);
    expect(kidOf(await mintAnew())).toBe(kidOf(former));
  });

  test('an emergency ends all tokens of the key at once, also in running processes; a failed one can be continued', async () => {
    const { kid, privateKey } = await secretOf();
    const front = await startFront(rotateEnvironment, restart);
    front.canRestart = (name) => name !== 'revokeTokens';
    const emergency = () => run(['rotate', '--emergency', '--yes', '--local', '--port', front.port]);

    const failed = await emergency();
    expect(failed.stderr).toBe('The local stack did not restart the function revokeTokens.\n');
    expect(failed.exitCode).toBe(1);
    expect(await statusOf(former)).toBe(403);
    const { kid: next } = await secretOf();
    front.canRestart = () => true;
    front.restarted.length = 0;

    const { exitCode, stdout } = await emergency();

    await front.close();
    expect(stdout).toContain(`The stage signs with the key ${next}. Restart Document Engine now`);
    expect(stdout.match(/^ok {2}/gm)).toHaveLength(5);
    expect(exitCode).toBe(0);
    expect(front.restarted.sort()).toEqual([...SIGNING_FUNCTIONS].sort());
    const token = await mint();
    expect([kidOf(token), await statusOf(token), await statusOf(former)]).toEqual([next, 200, 403]);
    expect(Object.values(await labelsOf()).flat()).not.toContain('AWSPREVIOUS');

    const again = await keys('import', await keyFile(privateKey));
    expect(again.stderr).toContain(`This key, ${kid}, was withdrawn. A key is never used again`);
    expect(again.exitCode).toBe(2);
  });

  test.each([
    ['before processes sign with the new key', 1],
    ['before the leaked key is withdrawn', 2],
  ] as const)(
    'after an emergency that was killed %s, status, rotate and import ask to run it again',
    async (_moment, lines) => {
      const emergency = ['rotate', '--emergency', '--yes', '--local', '--port', stackPort];
      const killed = await run(emergency, '', killedAfter(lines));
      expect(killed.stdout.match(/^ok {2}/gm)).toHaveLength(lines);
      const labels = await labelsOf();
      const advice = `An emergency rotation is unfinished, and the leaked key may still verify or sign: run \`npm run keys -- rotate --emergency --local --port ${stackPort}\` again.\n`;

      const status = await keys('status');
      const imported = await keys('import', await keyFile(pkcs8(ecPair().privateKey)));
      const rotated = await keys('rotate');

      expect(status).toMatchObject({
        exitCode: 1,
        stdout: expect.stringContaining(`\n\nRotation is on. ${advice}\n`),
      });
      for (const refused of [imported, rotated])
        expect(refused).toEqual({ exitCode: 2, stdout: '', stderr: advice });
      expect(await labelsOf()).toEqual(labels);

      expect(await run(emergency)).toMatchObject({ exitCode: 0 });
      expect(await keys('status')).toMatchObject({
        exitCode: 0,
        stdout: expect.not.stringContaining('emergency'),
      });
      expect([await statusOf(former), await statusOf(await mint())]).toEqual([403, 200]);
    },
  );
});

describe('if Document Engine reads its key from its environment,', () => {
  let front: FunctionFront;
  let documentEngine: LocalDocumentEngine;
  let secretId: string;
  let table: Table;
  let client: DynamoDBClient;

  const apiToken = 'an-api-token';
  const at = (...args: readonly string[]): Promise<CommandResult> =>
    run([...args, '--local', '--port', front.port]);

  const start = (publicKey: string, port = 0): Promise<LocalDocumentEngine> =>
    startDocumentEngine({ algorithm: 'ES256', apiToken, documents: [], publicKey }, { port });

  /** Restarts Document Engine with another JWT_PUBLIC_KEY. */
  async function restartWith(publicKey: string): Promise<void> {
    const port = Number(new URL(documentEngine.url).port);
    await documentEngine.close();
    documentEngine = await start(publicKey, port);
  }

  const published = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await readPublishedKeys(table)).map(({ kid, state }) => [kid, state]));

  const createSecret = async (value: string): Promise<string> => {
    const Name = randomUUID();
    return (await secretsManager.send(new CreateSecretCommand({ Name, SecretString: value }))).ARN ?? '';
  };

  beforeEach(async () => {
    documentEngine = await start(spki(ecPair().publicKey));
    secretId = await createSecret('{"state": "none"}');
    const endpoint = rotateEnvironment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
    client = new DynamoDBClient({ ...aws, endpoint });
    const name = randomUUID();
    await createDeployedTable({ client }, name);
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.1 }, { TableName: name });
    table = new Table(client, name, systemClock);
    front = await startFront({
      ...rotateEnvironment,
      SIGNING_KEY_SECRET_ARN: secretId,
      TABLE_NAME: name,
      DOCUMENT_ENGINE_URL: documentEngine.url,
      DOCUMENT_ENGINE_API_URL: '',
      DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: await createSecret(apiToken),
    });
  });

  afterEach(async () => {
    client.destroy();
    await front.close();
    await documentEngine.close();
  });

  test('generate makes the first key, and prints its public half alone', async () => {
    expect(await at('public-key')).toMatchObject({ exitCode: 2, stdout: '' });

    const { exitCode, stdout, stderr } = await at('generate');

    const { kid, publicKey } = await secretOf(secretId);
    expect(stderr).toBe(
      `The stage signs with the key ${kid}. Restart Document Engine with JWT_ALGORITHM=ES256 and this in JWT_PUBLIC_KEY:\n`,
    );
    expect([exitCode, stdout]).toEqual([0, publicKey]);
    expect(await published()).toEqual({ [kid]: 'current' });
    expect((await at('status')).exitCode).toBe(1);
    await restartWith(stdout);
    const status = await at('status');
    expect(status.stdout).toContain('Rotation is off');
    expect(status.exitCode).toBe(0);
    expect((await at('public-key')).stdout).toBe(publicKey);
  });

  test('status shows the rest while Document Engine is down', async () => {
    await at('generate');
    const { kid } = await secretOf(secretId);
    await documentEngine.close();

    const { exitCode, stdout } = await at('status');

    expect(stdout).toMatch(new RegExp(`^${kid} +AWSCURRENT +current +- +not known$`, 'm'));
    expect(stdout).toContain('\nThe public keys that Document Engine holds are not known.\n');
    expect(stdout).toContain('\nFault. Document Engine did not serve GET /api/secrets/jwt: ');
    expect(exitCode).toBe(1);
  });

  test('the next key waits until Document Engine was restarted with it', async () => {
    await restartWith((await at('generate')).stdout);
    const first = await secretOf(secretId);
    expect((await at('rotate')).stderr).toContain('no key waits to replace the current one');

    const next = await at('generate');

    const waiting = await secretOf(secretId, 'AWSPENDING');
    expect(next).toMatchObject({ exitCode: 0, stdout: waiting.publicKey });
    expect(next.stderr).toContain(`The key ${waiting.kid} waits, and the current one keeps signing.`);
    expect(await at('generate')).toEqual(next);
    expect((await secretOf(secretId)).kid).toBe(first.kid);

    const early = await at('rotate');
    expect(early.stderr).toContain(`Document Engine does not accept the key ${waiting.kid} yet`);
    expect(early.exitCode).toBe(1);
    expect((await secretOf(secretId)).kid).toBe(first.kid);

    await restartWith(next.stdout);
    front.canRestart = (name) => name !== 'sweepRevocations';
    expect((await at('rotate')).exitCode).toBe(1);
    front.canRestart = () => true;
    front.restarted.length = 0;
    const { exitCode, stdout } = await at('rotate');

    expect(stdout).toContain(`The stage signs with the key ${waiting.kid}.`);
    expect(exitCode).toBe(0);
    expect((await secretOf(secretId)).kid).toBe(waiting.kid);
    expect(await published()).toEqual({ [first.kid]: 'dropped', [waiting.kid]: 'current' });
    expect([...front.restarted].sort()).toEqual([...SIGNING_FUNCTIONS].sort());
    expect((await at('rotate')).exitCode).toBe(2);
  });

  test('import brings the first key and the next one, and again prints the same', async () => {
    const pairs = [ecPair(), ecPair()];
    const [first = '', second = ''] = await Promise.all(
      pairs.map(({ privateKey }) => keyFile(sec1(privateKey))),
    );
    const [spkiOfFirst, spkiOfSecond] = pairs.map(({ publicKey }) => spki(publicKey));
    expect(await at('import', first)).toMatchObject({ exitCode: 0, stdout: spkiOfFirst });
    expect(await at('import', first)).toMatchObject({ exitCode: 0, stdout: spkiOfFirst });
    expect(await at('import', second)).toMatchObject({ exitCode: 0, stdout: spkiOfSecond });
    expect(await at('import', second)).toMatchObject({ exitCode: 0, stdout: spkiOfSecond });
    await restartWith(spkiOfSecond ?? '');
    expect(await at('rotate')).toMatchObject({ exitCode: 0 });
    expect((await at('public-key')).stdout).toBe(spkiOfSecond);
  });

  test('a key of another algorithm is replaced like any other', async () => {
    const rsa = rsaPair();
    await secretsManager.send(
      new PutSecretValueCommand({
        SecretId: secretId,
        SecretString: JSON.stringify(secretJson(rsa, 'RS256', 'of RS256')),
      }),
    );
    watch(pkcs8(rsa.privateKey));

    const next = await at('generate');
    await restartWith(next.stdout);

    expect(await at('rotate')).toMatchObject({ exitCode: 0 });
    expect((await at('public-key')).stdout).toBe(next.stdout);
  });

  test('in an emergency the command asks for a restart of Document Engine', async () => {
    await at('generate');
    const { exitCode, stderr } = await at('rotate', '--emergency', '--yes');
    expect(stderr).toContain(
      'Make the next key with "generate", restart Document Engine with it, then run "rotate"',
    );
    expect(exitCode).toBe(2);
  });
});
