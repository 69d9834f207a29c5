import { expect, test } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  PutLogEventsCommand,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  createCloudWatchLogs,
  startCloudWatchLogs,
  type CloudWatchLogs,
  type LocalCloudWatchLogs,
  type SubscriptionPayload,
} from '../../../../../../tools/local/stand-ins/cloudwatch-logs/index.ts';
import { localClient, localCredentials } from '../../../../../../tools/local/stand-ins/aws-account.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';
import { resourcesOfFile } from '../../../../../support/runtime/resources.ts';

const AUDIT = '/layermint/local/audit';
const PATTERN = '{ $.specversion = "1.0" }';
const record = (n: number): string => JSON.stringify({ specversion: '1.0', id: String(n) });

interface Delivered {
  readonly logs: CloudWatchLogs;
  readonly payloads: SubscriptionPayload[];
  readonly failures: number[];
}

/** Makes logs with a subscription of mintToken's lines. @param fails - the number of invocations that fail */
function subscribed(fails = 0): Delivered {
  const payloads: SubscriptionPayload[] = [];
  const failures: number[] = [];
  let left = fails;
  const logs = createCloudWatchLogs({
    clock: new ManualClock(),
    invoke: (name, event) => {
      left -= 1;
      if (left >= 0) return Promise.reject(new Error('down'));
      const { data } = (event as { awslogs: { data: string } }).awslogs;
      expect(name).toBe('recordAudit');
      payloads.push(JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString()) as SubscriptionPayload);
      return Promise.resolve(null);
    },
    onFailure: (_, lines) => failures.push(lines),
  });
  logs.subscribe({
    name: 'MintToken',
    logGroup: '/aws/lambda/mintToken',
    pattern: PATTERN,
    functionName: 'recordAudit',
  });
  return { logs, payloads, failures };
}

test('Lines that match a subscription filter reach its function in Lambda’s payload, together', async () => {
  const { logs, payloads } = subscribed();
  logs.takeLine('mintToken', record(1));
  logs.takeLine('mintToken', '{"level":"INFO"}');
  logs.takeLine('listGrants', record(2));
  logs.takeLine('mintToken', record(3));
  await logs.settled();
  expect(payloads).toEqual([
    {
      messageType: 'DATA_MESSAGE',
      owner: '000000000000',
      logGroup: '/aws/lambda/mintToken',
      logStream: 'local',
      subscriptionFilters: ['MintToken'],
      logEvents: [record(1), record(3)].map((message) => ({
        ...{ id: expect.any(String), timestamp: expect.any(Number), message },
      })),
    },
  ]);
});

test('A delivery that fails is tried three times, as Lambda does', async () => {
  const recovered = subscribed(2);
  recovered.logs.takeLine('mintToken', record(1));
  await recovered.logs.settled();
  expect([recovered.payloads.length, recovered.failures]).toEqual([1, []]);

  const lost = subscribed(3);
  lost.logs.takeLine('mintToken', record(1));
  lost.logs.takeLine('mintToken', record(2));
  await lost.logs.settled();
  expect([lost.payloads.length, lost.failures]).toEqual([0, [2]]);
});

test('Many lines are delivered in parts, each once', async () => {
  const { logs, payloads } = subscribed();
  const long = JSON.stringify({ specversion: '1.0', text: 'x'.repeat(300_000) });
  for (let n = 0; n < 4; n += 1) logs.takeLine('mintToken', long);
  await logs.settled();
  expect(payloads.map(({ logEvents }) => logEvents.length)).toEqual([1, 1, 1, 1]);
});

test('A third filter on one group is refused, as on AWS', () => {
  const { logs } = subscribed();
  const another = { name: 'B', logGroup: '/aws/lambda/mintToken', pattern: '', functionName: 'f' };
  logs.subscribe(another);
  expect(() => {
    logs.subscribe(another);
  }).toThrow('limit');
});

const resources = resourcesOfFile();

async function served(): Promise<{ logs: LocalCloudWatchLogs; client: CloudWatchLogsClient; now: number }> {
  const clock = new ManualClock();
  const credentials = localCredentials('session-token');
  const options = { clock, invoke: () => Promise.resolve(null) };
  const logs = resources.adopt(await startCloudWatchLogs(options, credentials), (it) => it.close());
  logs.createLogGroup(AUDIT);
  const client = new CloudWatchLogsClient({ ...localClient(logs.url, credentials), maxAttempts: 1 });
  return { logs, client, now: clock.now() };
}

test('The AWS SDK puts lines and reads them again by a query and by a pattern', async () => {
  const { client, now } = await served();
  const [logGroupName, logStreamName] = [AUDIT, 'stream'];
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = [1, 2, 3].map((n) => ({ timestamp: now + n, message: record(n) }));
  await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));

  const seconds = Math.floor(now / 1000);
  const { queryId } = await client.send(
    new StartQueryCommand({
      ...{ logGroupName, startTime: seconds, endTime: seconds },
      queryString: 'fields @message | filter id != "2" | sort @timestamp asc',
    }),
  );
  const { status, results, statistics } = await client.send(new GetQueryResultsCommand({ queryId }));
  expect(status).toBe('Complete');
  expect(results?.map(([first]) => first)).toEqual(
    [1, 3].map((n) => ({ field: '@message', value: record(n) })),
  );
  expect(statistics).toMatchObject({ recordsMatched: 2, recordsScanned: 3 });
  await expect(client.send(new StopQueryCommand({ queryId }))).rejects.toThrow('not in a running state');

  const first = await client.send(
    new FilterLogEventsCommand({ logGroupName, filterPattern: PATTERN, limit: 2 }),
  );
  expect(first.events?.map(({ message }) => message)).toEqual([record(1), record(2)]);
  const second = await client.send(
    new FilterLogEventsCommand({
      logGroupName,
      filterPattern: PATTERN,
      limit: 2,
      nextToken: first.nextToken,
    }),
  );
  expect(second.events?.map(({ message }) => message)).toEqual([record(3)]);
  expect(second.nextToken).toBeUndefined();
  const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/layermint' }));
  expect(logGroups).toMatchObject([{ logGroupName: AUDIT }]);
});

test('A largest batch of lines full of quotes is taken', async () => {
  const { client, now, logs } = await served();
  const [logGroupName, logStreamName] = [AUDIT, 'stream'];
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = [{ timestamp: now, message: '"'.repeat(1_048_576 - 26) }];
  await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  expect(logs.lines(AUDIT)).toHaveLength(1);
});

test('A query that cannot be read, or of a group that does not exist, is an error of AWS’s kind', async () => {
  const { client } = await served();
  const ask = (queryString: string, logGroupName: string): Promise<unknown> =>
    client.send(new StartQueryCommand({ logGroupName, queryString, startTime: 0, endTime: 1 }));
  await expect(ask('where x', AUDIT)).rejects.toMatchObject({
    name: 'MalformedQueryException',
    message: expect.stringContaining('line 1, column 1'),
  });
  await expect(ask('limit 1', '/other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('A program without the stack’s credentials reads no log', async () => {
  const { logs } = await served();
  const client = new CloudWatchLogsClient({ ...localClient(logs.url), maxAttempts: 1 });
  await expect(client.send(new DescribeLogGroupsCommand())).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });
});
