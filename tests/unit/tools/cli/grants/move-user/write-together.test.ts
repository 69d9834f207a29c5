import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { writeTogether } from '../../../../../../tools/cli/grants/move-user/write-together.ts';
import { localClient } from '../../../../../../tools/local/stand-ins/aws-account.ts';
import {
  listenOnLoopback,
  type LoopbackServer,
} from '../../../../../../tools/local/stand-ins/loopback-server.ts';
import { impatient, ManualClock } from '../../../../../support/runtime/clock.ts';

let server: LoopbackServer;
let client: DynamoDBClient;
/** The reasons for which the next transactions are cancelled; one that is absent succeeds. */
let cancelled: (readonly string[])[];
let requests: unknown[];

beforeEach(async () => {
  cancelled = [];
  requests = [];
  server = await listenOnLoopback(({ body }) => {
    requests.push(JSON.parse(body));
    const codes = cancelled.shift();
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    const error = {
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      message: 'Transaction cancelled',
      CancellationReasons: codes?.map((Code) => ({ Code })),
    };
    return Promise.resolve(
      codes === undefined
        ? { status: 200, headers, body: '{}' }
        : { status: 400, headers, body: JSON.stringify(error) },
    );
  });
  client = new DynamoDBClient({ ...localClient(server.url), maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const KEY = { pk: 'a', sk: 'b' };

const write = (clock = impatient(new ManualClock())) =>
  writeTogether(
    client,
    'layermint',
    [{ key: KEY, condition: { text: 'etag = :e', values: { ':e': '1' } } }],
    clock,
  );

test('A condition without a write is sent as such, with its values', async () => {
  expect(await write()).toBe(true);
  expect(requests).toEqual([
    {
      ClientRequestToken: expect.any(String),
      TransactItems: [
        {
          ConditionCheck: {
            TableName: 'layermint',
            Key: { pk: { S: 'a' }, sk: { S: 'b' } },
            ConditionExpression: 'etag = :e',
            ExpressionAttributeValues: { ':e': { S: '1' } },
          },
        },
      ],
    },
  ]);
});

test('A failed condition is not tried again: the items have to be read again', async () => {
  cancelled = [['None', 'ConditionalCheckFailed']];
  expect(await write()).toBe(false);
  expect(requests).toHaveLength(1);
});

test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
  'A transaction that is cancelled for %s is repeated after longer and longer pauses',
  async (code) => {
    cancelled = [[code], ['None', code]];
    const clock = impatient(new ManualClock());
    expect(await write(clock)).toBe(true);
    expect(requests).toHaveLength(3);
    expect(clock.pauses).toHaveLength(2);
    expect(clock.pauses[0]).toBeLessThanOrEqual(50);
    expect(clock.pauses[1]).toBeGreaterThanOrEqual(50);
  },
);

test('A transaction that is always in conflict leaves its document, and does not stop the others', async () => {
  cancelled = Array.from({ length: 10 }, () => ['TransactionConflict']);
  expect(await write()).toBe(false);
  expect(requests).toHaveLength(5);
});

test('A transaction that DynamoDB refuses for another reason ends the run', async () => {
  cancelled = [['ValidationError']];
  await expect(write()).rejects.toThrow('Transaction cancelled');
});
