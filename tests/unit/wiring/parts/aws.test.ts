import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Deadline, DeadlineOverError } from '../../../../lib/runtime/deadline.ts';
import { createDynamoDBClient, createSecretsManagerClient } from '../../../../lib/wiring/parts/aws.ts';

const before = { ...process.env };

afterAll(() => {
  process.env = before;
});

/** An endpoint for both services, and how many requests came. */
let respond: (response: ServerResponse, request: IncomingMessage) => void;
let requests: number;
const server = createServer((request, response) => {
  requests += 1;
  request.resume();
  respond(response, request);
});

beforeEach(async () => {
  requests = 0;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});

afterEach(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
});

const CALLS: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['DynamoDB', () => createDynamoDBClient().send(new ListTablesCommand({}))],
  [
    'Secrets Manager',
    () => createSecretsManagerClient().send(new GetSecretValueCommand({ SecretId: 'key' })),
  ],
];

test.each(CALLS)(
  'The client of %s reads endpoint, region and credentials from the environment',
  async (_, call) => {
    respond = (response) =>
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    await expect(call()).resolves.toMatchObject({ $metadata: { httpStatusCode: 200, attempts: 1 } });
  },
);

test.each(CALLS)('The client of %s tries twice if the service fails', async (_, call) => {
  respond = (response) => response.writeHead(500).end('{}');
  await expect(call()).rejects.toMatchObject({ $metadata: { attempts: 2 } });
  expect(requests).toBe(2);
});

test.each(CALLS)('The client of %s does not try again after a thaw past the deadline', async (_, call) => {
  // The clock has no timers that fire: only the look before the second attempt can stop it.
  let now = 0;
  const clock = { now: () => now, sleep: () => new Promise<void>(() => undefined) };
  respond = (response) => {
    now = 300_000;
    response.writeHead(500).end('{}');
  };
  await expect(Deadline.after(clock, 500).run(call)).rejects.toBeInstanceOf(DeadlineOverError);
  expect(requests).toBe(1);
});

// This takes twice two seconds, the time limit under test.
test('Both clients end a request that is never answered, and an answer that stalls', async () => {
  respond = (response, { headers }) => {
    if (String(headers['amz-sdk-request']).startsWith('attempt=1')) return;
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': '100' });
    response.write('{');
  };
  const outcomes = await Promise.allSettled(CALLS.map(([, call]) => call()));
  expect(outcomes).toMatchObject([
    { status: 'rejected', reason: { name: 'TimeoutError' } },
    { status: 'rejected', reason: { name: 'TimeoutError' } },
  ]);
  expect(requests).toBe(4);
}, 30_000);
