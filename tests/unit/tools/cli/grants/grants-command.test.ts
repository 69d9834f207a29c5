import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamoDB } from '../../../../../tools/local/stand-ins/dynamodb/index.ts';
import { runCommand, type CommandResult } from '../../../../support/cli/run-command.ts';
import { resourcesOfFile } from '../../../../support/runtime/resources.ts';
import { createDeployedTable } from '../../../../support/table/deployed-table.ts';

// Large files, interruptions and a table that fails: grants-command.long.test.ts.
describe('the grants command', () => {
  const resources = resourcesOfFile();
  let client: DynamoDBClient;
  let directory: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    const dynamoDB = resources.adopt(await startDynamoDB(), (it) => it.close());
    await createDeployedTable(dynamoDB, 'layermint');
    ({ client } = dynamoDB);
    environment = {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDB.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    };
    directory = await mkdtemp(join(tmpdir(), 'layermint-grants-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const run = (...args: readonly string[]): Promise<CommandResult> =>
    runCommand('tools/cli/grants/grants-command.ts', [...args, '--table', 'layermint'], environment);

  const LINES = [
    '{"documentId":"contract","principal":{"everyone":true},"role":"thumbnail","layers":[""],"privateLayer":false}',
    '{"documentId":"contract","principal":{"user":"alice"},"role":"owner","layers":[""],"privateLayer":false}',
    '{"documentId":"plan","principal":{"group":"staff"},"role":"viewer","layers":[""],"privateLayer":false}',
  ];

  test('imports the good lines of a file, names the others, and exports the grants again', async () => {
    const path = join(directory, 'grants.jsonl');
    await writeFile(
      path,
      [...LINES, '{"documentId":"plan","principal":{"everyone":true},"role":"boss"}'].join('\n'),
    );

    const imported = await run('import', path);
    const exported = await run('export');

    expect(imported).toMatchObject({ exitCode: 1 });
    expect(imported.stdout).toContain('line 4 refused: #/role must be one of the roles viewer,');
    expect(imported.stdout).toContain('3 imported, 1 refused');
    expect(exported.exitCode).toBe(0);
    expect(exported.stdout.trimEnd().split('\n').sort()).toEqual(LINES);
  });

  test('names a file that does not exist', async () => {
    expect(await run('import', join(directory, 'none'))).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `There is no file "none" in ${directory}.\n`,
    });
  });

  test('moves a person, names the consequences, and a wrong file moves nobody', async () => {
    const path = join(directory, 'pairs.csv');
    await writeFile(path, 'from,to\nalice,anna\nanna,eve\n');

    const wrong = await run('move-user', '--file', path);
    const moved = await run('move-user', 'alice', 'auth0|1', '--revoke');
    const exported = await run('export');

    expect(wrong).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `${path} is not valid, and nothing was moved:\n  line 3 moves a user id that line 2 moves to\n`,
    });
    expect(moved.exitCode).toBe(0);
    expect(moved.stderr).toMatch(
      /^Warning: records .* missing from the audit log\. The stage of this table is not known: give --stage .*\nRecords of this run that are missing from the audit log: 3\.\n$/,
    );
    expect(moved.stdout).toContain('Grants moved: 1, left as they are: 0. Persons looked at: 1.');
    expect(moved.stdout).toContain('- Live tokens of "alice": all are being revoked, on every document.');
    expect(exported.stdout).toContain(
      '{"documentId":"contract","principal":{"user":"auth0|1"},"role":"owner","layers":[""],"privateLayer":false}',
    );
    expect(exported.stdout).not.toContain('alice');
    const { Items: jobs = [] } = await client.send(
      new ScanCommand({
        TableName: 'layermint',
        FilterExpression: 'begins_with(pk, :job)',
        ExpressionAttributeValues: { ':job': { S: 'JOB#' } },
      }),
    );
    expect(jobs).toEqual([expect.objectContaining({ target: { M: { userId: { S: 'alice' } } } })]);
  });
});
