import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, jest, test } from '@jest/globals';
import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { localClient } from '../../tools/local/stand-ins/aws-account.ts';
import { startStack, type Stack } from '../../tools/local/stack/stack.ts';
import { runCommand } from '../support/cli/run-command.ts';
import { resourcesOfFile } from '../support/runtime/resources.ts';

// A start takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const AUDIT = '/layermint/local/audit';
const COMMAND = fileURLToPath(new URL('../../tools/cli/audit/audit-command.ts', import.meta.url));
const GRANTS = '/v1/documents/contract-2026/grants?user=bob';
const SHA256 = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';

const resources = resourcesOfFile();
const written: string[] = [];
let stack: Stack;
let client: CloudWatchLogsClient;
let sha256: string;

/** Sends a request as a demo user, and returns the answer's body. */
async function ask(
  user: string,
  method: string,
  path: string,
  body: object | undefined,
  status: number,
): Promise<unknown> {
  const response = await fetch(`${stack.api}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${stack.callers[user]?.token ?? ''}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect([text, response.status]).toEqual([text, status]);
  return text === '' ? undefined : JSON.parse(text);
}

beforeAll(async () => {
  stack = resources.adopt(
    await startStack({ port: 0, logLevel: 'info', write: (text) => written.push(text) }),
    (it) => it.close(),
  );
  client = resources.adopt(
    new CloudWatchLogsClient(localClient(stack.logs.url, stack.awsCredentials)),
    (it) => {
      it.destroy();
    },
  );
  const documentId = 'contract-2026';
  await ask('alice', 'PUT', GRANTS, { role: 'viewer' }, 201);
  const onBehalfOf = { userId: 'bob' };
  const minted = await ask('backend', 'POST', '/v1/tokens', { documentId, onBehalfOf }, 201);
  sha256 = hash('sha256', (minted as { jwt: string }).jwt);
  await ask('mallory', 'POST', '/v1/tokens', { documentId }, 403);
  await ask('alice', 'POST', '/v1/revocations', { documentId, userId: 'bob' }, 200);
  await ask('alice', 'DELETE', GRANTS, undefined, 204);
  await stack.logs.settled();
});

/** Runs the first query below a heading of docs/audit.md over the records of this test. */
async function answerTo(heading: string): Promise<Record<string, string>[]> {
  const page = readFileSync('docs/audit.md', 'utf8').split(`#### ${heading}\n`)[1] ?? '';
  const [, query = ''] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
  const now = Math.ceil(Date.now() / 1000);
  const { queryId } = await client.send(
    new StartQueryCommand({
      ...{ logGroupName: AUDIT, startTime: now - 3600, endTime: now },
      queryString: query.replace(SHA256, sha256).replace('key-1', stack.signingKey.kid),
    }),
  );
  const { results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
  return results.map((row) => Object.fromEntries(row.map(({ field = '', value = '' }) => [field, value])));
}

test.each<[string, Record<string, string>[]]>([
  [
    'Who opened a document?',
    [{ 'data.userId': 'bob', 'data.callerId': 'backend', 'data.grants.0.grantedBy': 'alice' }],
  ],
  ['What did a user open?', [{ subject: 'contract-2026', tokens: '1' }]],
  [
    'Who gave or took access to a document?',
    [
      { type: 'layermint.grant.set', 'data.name': 'bob', 'data.role': 'viewer', 'data.callerId': 'alice' },
      { type: 'layermint.grant.removed', 'data.name': 'bob', 'data.callerId': 'alice' },
    ],
  ],
  [
    'Who gave a user access?',
    [{ subject: 'contract-2026', 'data.role': 'viewer', 'data.callerId': 'alice' }],
  ],
  ['Which backend got tokens for a user?', [{ 'data.callerId': 'backend', tokens: '1' }]],
  [
    'Why were requests refused?',
    [{ type: 'layermint.token.refused', 'data.reason': 'not-granted', refusals: '1' }],
  ],
  ['Whose grant had expired?', []],
  [
    "When did a user's tokens end?",
    [
      { type: 'layermint.revocation.requested', 'data.callerId': 'alice', subject: 'contract-2026' },
      { type: 'layermint.revocation.confirmed', subject: 'contract-2026' },
    ],
  ],
  ['Which tokens did a signing key sign?', [{ 'data.userId': 'bob', subject: 'contract-2026', tokens: '1' }]],
  ['Whose token is this?', [{ 'data.userId': 'bob', 'data.callerId': 'backend' }]],
])('The service’s own records answer “%s”', async (heading, expected) => {
  const answer = await answerTo(heading);
  expect(answer).toMatchObject(expected);
  expect(answer).toHaveLength(expected.length);
});

test('npm run audit says who could open the document, who did, and who gave them that', async () => {
  const { port } = new URL(stack.api);
  const { exitCode, stdout, stderr } = await runCommand(COMMAND, [
    ...['--document', 'contract-2026', '--since', '1h', '--local', '--port', port],
  ]);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toContain('  bob, document contract-2026, default layer: read-document');
  expect(stdout).toContain('asked by backend');
  expect(stdout).toContain('on behalf of bob');
  expect(stdout).toMatch(/user bob as viewer.*; given by alice on /);
  expect(stdout).toMatch(/mallory, document contract-2026.*: not-granted/);
});

test('npm run audit reads the same from the log file', async () => {
  const { exitCode, stdout } = await runCommand(
    COMMAND,
    ['--user', 'bob', '--since', '1h', '--log', '-', '--json'],
    {},
    written.join(''),
  );
  expect(exitCode).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string });
  expect(lines.map(({ kind }) => kind)).toEqual(['search', 'token', 'grant']);
  expect(lines[2]).toMatchObject({
    principal: 'user',
    name: 'bob',
    role: 'viewer',
    givenBy: { id: 'alice' },
  });
});
