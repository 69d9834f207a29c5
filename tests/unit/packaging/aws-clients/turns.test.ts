import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, QueryCommand } from '../../../../infra/packaging/aws-clients/client-dynamodb.ts';
import { setEnvironment, SETTINGS } from '../../../support/aws/both-clients.ts';

let server: Server;
let connections: number;
/** The answers that the server has not given yet. */
let waiting: ServerResponse[];

beforeEach(async () => {
  connections = 0;
  waiting = [];
  server = createServer((request, response) => {
    request.resume().once('end', () => {
      waiting.push(response);
      server.emit('waiting');
    });
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  setEnvironment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  jest.useRealTimers();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const query = (client: DynamoDBClient) => client.send(new QueryCommand({ TableName: 'layermint' }));

/** Waits until this many calls wait at the server, and gives them. */
async function atServer(calls: number): Promise<readonly ServerResponse[]> {
  while (waiting.length < calls) await once(server, 'waiting');
  return waiting.splice(0);
}

test('the second call of a client takes over the connection of the first', async () => {
  // The first answer can take long on a busy machine.
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'],
  });
  const client = new DynamoDBClient(SETTINGS);
  const sent = Promise.all([query(client), query(client)]);
  for (let call = 0; call < 2; call += 1) for (const answer of await atServer(1)) answer.end('{}');

  expect(await sent).toHaveLength(2);
  expect(connections).toBe(1);
});

test('the reads of a batch at the start of a process do not wait for each other on one connection', async () => {
  const client = new DynamoDBClient(SETTINGS);
  const sent = Promise.all(Array.from({ length: 6 }, () => query(client)));
  // Without an answer so far.
  for (const answer of await atServer(5)) answer.end('{}');
  for (const answer of await atServer(1)) answer.end('{}');

  expect(await sent).toHaveLength(6);
});

test('a first call without an answer takes no attempt from the second one', async () => {
  const requestHandler = { ...SETTINGS.requestHandler, connectionTimeout: 100 };
  const client = new DynamoDBClient({ maxAttempts: 1, requestHandler });
  const sent = Promise.all([query(client), query(client)]);
  for (const answer of await atServer(2)) answer.end('{}');

  expect(await sent).toHaveLength(2);
  expect(connections).toBe(2);
});

test('calls after the first one have a connection each', async () => {
  const client = new DynamoDBClient(SETTINGS);
  const first = query(client);
  for (const answer of await atServer(1)) answer.end('{}');
  await first;
  const sent = Promise.all([query(client), query(client)]);
  for (const answer of await atServer(2)) answer.end('{}');

  expect(await sent).toHaveLength(2);
  expect(connections).toBe(2);
});

test('calls after a first one that failed have a connection each', async () => {
  const client = new DynamoDBClient({ ...SETTINGS, maxAttempts: 1 });
  const first = query(client);
  for (const answer of await atServer(1)) answer.destroy();
  await expect(first).rejects.toThrow('socket hang up');
  const sent = Promise.all([query(client), query(client)]);
  for (const answer of await atServer(2)) answer.end('{}');

  expect(await sent).toHaveLength(2);
  expect(connections).toBe(3);
});
