import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startDynamoDB, type DynamoDB } from '../../../../../tools/local/stand-ins/dynamodb/index.ts';
import { systemClock } from '../../../../../lib/runtime/clock.ts';
import { grantFromItem, GrantStore, type Grant } from '../../../../../lib/grants/index.ts';
import { createDeployedTable } from '../../../../support/table/deployed-table.ts';
import { startDynamoDBProxy, type DynamoDBProxy } from '../../../../support/table/dynamodb-proxy.ts';
import { EVERYONE, grant, group, user } from '../../../../support/grants/grants.ts';
import { runCommand, type CommandResult } from '../../../../support/cli/run-command.ts';
import { grantKey, Table, type Item } from '../../../../../lib/table/index.ts';
import { type Principal } from '../../../../../lib/identity/index.ts';
import { markOf } from '../../../../../lib/revocation/index.ts';

let dynamoDB: DynamoDB;
let proxy: DynamoDBProxy;
let table: Table;
let directory: string;

beforeEach(async () => {
  dynamoDB = await startDynamoDB();
  proxy = await startDynamoDBProxy(dynamoDB.url);
  await createDeployedTable(dynamoDB, 'layermint');
  table = new Table(dynamoDB.client, 'layermint', systemClock);
  directory = await mkdtemp(join(tmpdir(), 'layermint-grants-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
  await proxy.close();
  await dynamoDB.close();
});

const environment = (): Record<string, string> => ({
  AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
});

const run = (...args: readonly string[]): Promise<CommandResult> =>
  runCommand('tools/cli/grants/grants-command.ts', [...args, '--table', 'layermint'], environment());

async function file(...lines: readonly (object | string)[]): Promise<string> {
  const path = join(directory, 'grants.jsonl');
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(path, texts.join('\n'));
  return path;
}

async function itemOf(documentId: string, principal: Principal): Promise<Item | undefined> {
  return (await table.batchGet([grantKey(documentId, principal)]))[0];
}

/** Reads all grants in the table, in the form of an export. */
async function exported(): Promise<string[]> {
  const { stdout } = await run('export');
  return stdout.trimEnd().split('\n').sort();
}

const viewer = (number: number): object => ({
  documentId: `doc-${number % 1000}`,
  principal: { user: `user-${number}` },
  role: 'viewer',
});

/** Matches standard error of a run with --table alone. @param records - the number of its records */
const unrecorded = (records: number): RegExp =>
  new RegExp(`^Warning: .*give --stage as well as --table.*\\nRecords of this run .*: ${records}\\.\\n$`);

/** The number of lines of a long file. An import writes them in many slices. */
const LINES = 10_000;

describe('import', () => {
  test('sets every field of a grant, and records that it was imported', async () => {
    const path = await file(
      {
        documentId: 'a',
        principal: { user: 'al\u2028ice' },
        role: 'owner',
        layers: ['*'],
        privateLayer: true,
      },
      {
        documentId: 'a',
        principal: { group: 'staff' },
        role: 'viewer',
        defaultGroup: 'seven',
        expiresAt: '2100-01-01T00:00:00Z',
      },
      '  \r',
      { documentId: 'a', principal: { everyone: true }, role: 'thumbnail' },
      '',
    );
    expect(await run('import', path)).toEqual({
      exitCode: 0,
      stdout: '3 imported, 0 refused\n',
      stderr: expect.stringMatching(unrecorded(3)),
    });
    const read = async (principal: Principal): Promise<Grant | undefined> => {
      const item = await itemOf('a', principal);
      return item && grantFromItem(item);
    };
    expect(await read(user('al\u2028ice'))).toMatchObject({ layers: ['*'], privateLayer: true });
    expect(await read(group('staff'))).toMatchObject({
      role: 'viewer',
      layers: [''],
      defaultGroup: 'seven',
      expiresAt: 4_102_444_800,
      grantedBy: 'npm run grants',
    });
    expect(await read(EVERYONE)).toMatchObject({ role: 'thumbnail' });
  });

  test('of a long file names each refused one with the reason, and imports every other', async () => {
    const bad: ReadonlyMap<number, readonly [object | string, string]> = new Map([
      [1, ['{"documentId":', 'is not JSON: expected a value at column 15']],
      [500, [{ ...viewer(1), role: 'boss' }, '#/role must be one of the roles viewer, commenter']],
      [501, [{ ...viewer(1), principal: { user: 'a', group: 'b' } }, '#/principal must be {"user": id}']],
      [502, [{ ...viewer(1), principal: { user: '' } }, '#/principal/user must be a user id']],
      [503, [{ ...viewer(1), layers: ['user:bob'] }, '#/layers/0 must not begin with "user:"']],
      [504, [{ ...viewer(1), expiresAt: '2020-01-01T00:00:00Z' }, '#/expiresAt must be in the future']],
      [505, ['{"documentId": "a", "documentId": "b"}', '#/documentId is there twice']],
      [506, [{ ...viewer(1), documentId: 'a/b', owner: true }, '#/documentId must be 1 to 256 characters']],
      [507, [{ ...viewer(1), defaultGroup: 'x'.repeat(140_000) }, 'has more than']],
      [508, [{ ...viewer(1), expiresAt: '9999-12-31T23:59:59-14:00' }, '#/expiresAt must be no later than']],
      [LINES, ['[]', 'must be an object {"documentId", "principal"']],
    ]);
    const lines = Array.from({ length: LINES }, (_, at) => bad.get(at + 1)?.[0] ?? viewer(at));
    const { exitCode, stdout } = await run('import', await file(...lines));
    expect(exitCode).toBe(1);
    const printed = stdout.trimEnd().split('\n');
    for (const [index, [line, [, reason]]] of [...bad].entries()) {
      expect(printed[index]).toContain(`line ${line} refused: ${reason}`);
    }
    expect(printed.slice(bad.size)).toEqual([`${LINES - 11} imported, 11 refused`]);
    expect(await exported()).toHaveLength(LINES - 11);
    expect(await itemOf(`doc-${(LINES - 2) % 1000}`, user(`user-${LINES - 2}`))).toMatchObject({
      role: 'viewer',
    });
  });

  test('that is interrupted says at which line to continue, and continuing there completes it', async () => {
    const path = await file(...Array.from({ length: LINES }, (_, at) => (at === 99 ? '{}' : viewer(at))));
    const child = spawn(
      process.execPath,
      ['tools/cli/grants/grants-command.ts', 'import', path, '--table', 'layermint'],
      {
        env: { ...process.env, ...environment() },
      },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    proxy.meddle = (operation, nth) => {
      if (operation === 'PutItem' && nth === 500) child.kill('SIGINT');
      return undefined;
    };
    await once(child, 'close');
    expect(child.exitCode).toBe(1);
    const [, line = ''] =
      /^Every line before line (\d+) is done\. To continue: add --from-line \1$/m.exec(output) ?? [];
    expect(Number(line)).toBeGreaterThan(200);
    expect(Number(line)).toBeLessThan(LINES);
    expect(output).toContain('line 100 refused');
    expect(output).toContain(`${Number(line) - 2} imported, 1 refused`);
    expect(await exported()).toHaveLength(Number(line) - 2);

    const rest = await run('import', path, '--from-line', line);
    expect(rest).toMatchObject({ exitCode: 0, stdout: `${LINES + 1 - Number(line)} imported, 0 refused\n` });
    expect(await exported()).toHaveLength(LINES - 1);
  });

  test('that loses the table in the middle says at which line to continue', async () => {
    const path = await file(...Array.from({ length: 1000 }, (_, at) => viewer(at)));
    const denied = { __type: 'com.amazon.coral.service#AccessDeniedException', message: 'no' };
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    proxy.meddle = (operation, nth) =>
      operation === 'PutItem' && nth > 500
        ? { answer: { status: 400, headers, body: JSON.stringify(denied) } }
        : undefined;
    const { exitCode, stderr } = await run('import', path);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Stopped: .*AccessDenied.*\nEvery line before line 401 is done/m);
    proxy.meddle = () => undefined;
    expect(await run('import', path, '--from-line', '401')).toMatchObject({ exitCode: 0 });
    expect(await exported()).toHaveLength(1000);
  });

  test('repeats writes that DynamoDB throttles', async () => {
    const throttled = { __type: 'com.amazon.coral.service#ThrottlingException', message: 'slow down' };
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    proxy.meddle = (operation, nth) =>
      operation === 'PutItem' && nth <= 3
        ? { answer: { status: 400, headers, body: JSON.stringify(throttled) } }
        : undefined;
    const path = await file(...Array.from({ length: 60 }, (_, at) => viewer(at)));
    expect(await run('import', path)).toMatchObject({ exitCode: 0, stdout: '60 imported, 0 refused\n' });
    expect(await exported()).toHaveLength(60);
  });

  test('narrows a grant that is set while it runs, instead of overwriting a grant that live tokens are built from', async () => {
    proxy.meddle = async (operation, nth) => {
      if (operation === 'PutItem' && nth === 1)
        await new GrantStore(table).put('doc-1', grant(user('user-1'), 'owner'));
      return undefined;
    };

    expect(await run('import', await file(viewer(1)))).toMatchObject({ exitCode: 0 });

    const item = await itemOf('doc-1', user('user-1'));
    expect(item).toMatchObject({ role: 'viewer' });
    expect(markOf(item)).toEqual(expect.any(String));
  });

  test('of the same file again changes nothing, not even an etag', async () => {
    const path = await file(...Array.from({ length: 300 }, (_, at) => viewer(at)));
    await run('import', path);
    const before = await itemOf('doc-7', user('user-7'));
    proxy.calls.length = 0;
    expect(await run('import', path)).toMatchObject({ exitCode: 0, stdout: '300 imported, 0 refused\n' });
    expect(proxy.calls).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
    expect(await itemOf('doc-7', user('user-7'))).toEqual(before);
  });

  test('counts the later of two lines for the same grant', async () => {
    await run(
      'import',
      await file({ ...viewer(1), role: 'owner' }, viewer(2), { ...viewer(1), role: 'editor' }),
    );
    expect(await itemOf('doc-1', user('user-1'))).toMatchObject({ role: 'editor' });
  });

  test('that removes rights leaves the mark by which the live tokens are revoked; one that only adds rights leaves none', async () => {
    const store = new GrantStore(table);
    await store.put('doc-1', grant(user('user-1'), 'owner'));
    await store.put('doc-2', grant(user('user-2'), 'thumbnail'));
    await run('import', await file(viewer(1), viewer(2)));
    const [narrowed, widened] = [
      await itemOf('doc-1', user('user-1')),
      await itemOf('doc-2', user('user-2')),
    ];
    expect([narrowed?.['role'], widened?.['role']]).toEqual(['viewer', 'viewer']);
    expect(markOf(narrowed)).toEqual(expect.any(String));
    expect(markOf(widened)).toBeUndefined();
  });

  test.each([
    ['no file', ['import'], 'import needs a FILE, or - for standard input (see --help).'],
    ['two files', ['import', 'a', 'b'], 'Unexpected argument "b" (see --help).'],
    [
      'no line number',
      ['import', 'a', '--from-line', 'x'],
      '--from-line must be a line number, 1 or more, not "x".',
    ],
    ['another action', ['list'], 'There is no action "list". The actions are import, export, move-user.'],
    ['a line to export from', ['export', '--from-line', '2'], '--from-line goes with import (see --help).'],
    ['empty standard input', ['import', '-'], 'Standard input is empty, and nothing was imported.'],
  ])('called with %s names the fault', async (_, args, message) => {
    expect(await run(...args)).toEqual({ exitCode: 2, stdout: '', stderr: `${message}\n` });
  });

  test('called without arguments prints its help text to standard error', async () => {
    const { exitCode, stdout, stderr } = await runCommand('tools/cli/grants/grants-command.ts', []);
    expect(stderr).toContain('npm run grants -- import FILE --stage STAGE');
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  test('reads its lines from standard input', async () => {
    const args = ['import', '-', '--table', 'layermint'];
    const lines = `${JSON.stringify(viewer(1))}\n${JSON.stringify(viewer(2))}`;
    expect(await runCommand('tools/cli/grants/grants-command.ts', args, environment(), lines)).toMatchObject({
      exitCode: 0,
      stdout: '2 imported, 0 refused\n',
    });
    expect(await itemOf('doc-2', user('user-2'))).toMatchObject({ role: 'viewer' });
  });

  test('beginning beyond the end of the file imports nothing and reports that; beginning right at the end is allowed', async () => {
    const path = await file(viewer(1), viewer(2));
    expect(await run('import', path, '--from-line', '4')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: '--from-line 4: the input ends with line 2, and nothing was imported.\n',
    });
    expect(await run('import', path, '--from-line', '3')).toMatchObject({
      exitCode: 0,
      stdout: '0 imported, 0 refused\n',
    });
  });
});

describe('move-user', () => {
  const pairs = Array.from({ length: 100 }, (_, at) => ({ from: `user-${at}`, to: `new-${at}` }));

  test('of a file, interrupted in the middle, is completed by the same command', async () => {
    await run(
      'import',
      await file(...Array.from({ length: 300 }, (_, at) => ({ ...viewer(at % 100), documentId: `d-${at}` }))),
    );
    const path = await file(...pairs);
    const child = spawn(
      process.execPath,
      ['tools/cli/grants/grants-command.ts', 'move-user', '--file', path, '--table', 'layermint'],
      { env: { ...process.env, ...environment() } },
    );
    const [output, errors] = [text(child.stdout), text(child.stderr)];
    proxy.meddle = (operation, nth) => {
      if (operation === 'TransactWriteItems' && nth === 50) child.kill('SIGINT');
      return undefined;
    };
    await once(child, 'close');
    expect(child.exitCode).toBe(1);
    expect(await errors).toContain('Stopped: Interrupted\nRun the same command again to continue.\n');
    const [, moved = ''] = /^Grants moved: (\d+), left as they are: 0\./m.exec(await output) ?? [];
    expect(Number(moved)).toBeGreaterThanOrEqual(49);
    expect((await exported()).filter((line) => line.includes('"new-'))).toHaveLength(Number(moved));

    const rest = await run('move-user', '--file', path);
    expect(rest.exitCode).toBe(0);
    expect(rest.stderr).toMatch(unrecorded(2 * (300 - Number(moved))));
    expect(rest.stdout).toContain(`Grants moved: ${300 - Number(moved)}, left as they are: 0.`);
    const lines = await exported();
    expect(lines.filter((line) => line.includes('"new-'))).toHaveLength(300);
    expect(lines).toHaveLength(300);
  });

  test('of a file in a dry run lists every grant, and changes nothing', async () => {
    await run('import', await file(...Array.from({ length: 100 }, (_, at) => viewer(at))));
    const before = await exported();
    proxy.calls.length = 0;
    const { exitCode, stdout } = await run('move-user', '--file', await file(...pairs), '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'line 8, doc-7: the grant of "user-7" (viewer on the default layer) would be moved to "new-7"\n',
    );
    expect(stdout).toContain('Grants that would be moved: 100, left as they are: 0. Persons looked at: 100.');
    expect(new Set(proxy.calls)).toEqual(new Set(['Query', 'BatchGetItem']));
    expect(await exported()).toEqual(before);
  });

  test('without the right to write says so, and moves nothing', async () => {
    await run('import', await file(viewer(1)));
    const denied = { __type: 'com.amazon.coral.service#AccessDeniedException', message: 'no' };
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    proxy.meddle = (operation) =>
      operation === 'TransactWriteItems'
        ? { answer: { status: 400, headers, body: JSON.stringify(denied) } }
        : undefined;
    const { exitCode, stderr } = await run('move-user', 'user-1', 'new');
    expect([exitCode, stderr]).toEqual([1, 'Stopped: no\nRun the same command again to continue.\n']);
  });

  test.each([
    [
      'one user id',
      ['move-user', 'a'],
      'move-user needs the former user id and the new one, or --file (see --help).',
    ],
    ['three user ids', ['move-user', 'a', 'b', 'c'], 'Unexpected argument "c" (see --help).'],
    ['a user id and a file', ['move-user', 'a', '--file', 'b'], 'Unexpected argument "a" (see --help).'],
    ['the same user id', ['move-user', 'a', 'a'], 'The new user id is the same as the former one.'],
    [
      'two answers to a conflict',
      ['move-user', 'a', 'b', '--keep', '--replace'],
      'Give --keep or --replace, not both.',
    ],
    ['a line', ['move-user', 'a', 'b', '--from-line', '2'], '--from-line goes with import (see --help).'],
    ['an export', ['export', '--revoke'], '--revoke goes with move-user (see --help).'],
  ])('called with %s names the fault', async (_, args, message) => {
    expect(await run(...args)).toEqual({ exitCode: 2, stdout: '', stderr: `${message}\n` });
  });
});

describe('export', () => {
  test('writes the lines that import reads, without expired, removed and unreadable grants', async () => {
    const store = new GrantStore(table);
    await store.put('a', grant(user('alice'), 'owner', { layers: ['*'], privateLayer: true }));
    await store.put('a', grant(group('staff'), 'viewer', { defaultGroup: 'x', expiresAt: 4_102_444_800 }));
    await store.put('b', grant(EVERYONE, 'thumbnail'));
    await store.put('b', grant(user('late'), 'viewer', { expiresAt: 1 }));
    await store.put('b', grant(user('gone'), 'viewer'));
    const [slot] = await store.read('b', [user('gone')]);
    if (slot) await store.remove(slot, 4_000_000_000);
    await table.put({ pk: 'DOC#b', sk: 'HOLDER#alice', epoch: 1 });
    const path = join(directory, 'export.jsonl');
    expect(await run('export', path)).toEqual({ exitCode: 0, stdout: '', stderr: '3 exported\n' });
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(
      expect.arrayContaining([
        { documentId: 'a', principal: { user: 'alice' }, role: 'owner', layers: ['*'], privateLayer: true },
        {
          documentId: 'a',
          principal: { group: 'staff' },
          role: 'viewer',
          layers: [''],
          privateLayer: false,
          defaultGroup: 'x',
          expiresAt: '2100-01-01T00:00:00Z',
        },
        {
          documentId: 'b',
          principal: { everyone: true },
          role: 'thumbnail',
          layers: [''],
          privateLayer: false,
        },
      ]),
    );
    expect(await run('import', path)).toMatchObject({ exitCode: 0, stdout: '3 imported, 0 refused\n' });
    await table.put({ pk: 'DOC#b', sk: 'GRANT#EVERYONE', role: 7 });
    expect(await run('export', '-')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/^(\{.*\}\n){2}$/),
      stderr: expect.stringContaining('1 left out, as they cannot be read'),
    });
  });

  test('that fails leaves the file of the last one as it was, and nothing beside it', async () => {
    const path = await file(viewer(1));
    proxy.meddle = () => ({
      answer: { status: 400, headers: {}, body: '{"__type": "#ValidationException"}' },
    });

    expect(await run('export', path)).toMatchObject({ exitCode: 1, stdout: '' });

    expect(await readFile(path, 'utf8')).toBe(JSON.stringify(viewer(1)));
    expect(await readdir(directory)).toEqual(['grants.jsonl']);
  });

  test('that is interrupted leaves the file of the last one as it was, and nothing beside it', async () => {
    await run('import', await file(viewer(1)));
    const path = await file('the last one');
    const child = spawn(
      process.execPath,
      ['tools/cli/grants/grants-command.ts', 'export', path, '--table', 'layermint'],
      {
        env: { ...process.env, ...environment() },
      },
    );
    const stderr = text(child.stderr);
    proxy.meddle = () => {
      child.kill('SIGINT');
      return undefined;
    };
    await once(child, 'close');

    expect([child.exitCode, await stderr]).toEqual([1, `Interrupted: ${path} is as it was.\n`]);
    expect(await readFile(path, 'utf8')).toBe('the last one');
    expect(await readdir(directory)).toEqual(['grants.jsonl']);
  });

  test('replaces the last one, and keeps the permissions of that file', async () => {
    await run('import', await file(viewer(1)));
    const path = await file('the last one');
    await chmod(path, 0o600);

    expect(await run('export', path)).toMatchObject({ exitCode: 0, stderr: '1 exported\n' });

    expect(await readFile(path, 'utf8')).toContain('"user":"user-1"');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('to a reader that closes early ends without a message', async () => {
    await run('import', await file(...Array.from({ length: 3000 }, (_, at) => viewer(at))));
    const child = spawn(
      process.execPath,
      ['tools/cli/grants/grants-command.ts', 'export', '--table', 'layermint'],
      {
        env: { ...process.env, ...environment() },
      },
    );
    const stderr = text(child.stderr);
    child.stdout.once('data', () => child.stdout.destroy());
    await once(child, 'close');

    expect([child.exitCode, await stderr]).toEqual([1, '']);
  });
});
