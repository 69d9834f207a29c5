import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  PutLogEventsCommand,
  StartQueryCommand,
  type InputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import { localClient } from '../../tools/local/stand-ins/aws-account.ts';
import { startCloudWatchLogs } from '../../tools/local/stand-ins/cloudwatch-logs/index.ts';
import { CREDENTIALS, REGION, startServer } from '../support/aws/moto.ts';
import { resourcesOfFile } from '../support/runtime/resources.ts';

// Moto takes seconds to start.
jest.setTimeout(120_000);

const logGroupName = '/layermint/test/audit';
const logStreamName = 'stream';
const now = Date.now();
const DAY = 86_400_000;

const resources = resourcesOfFile();
const clients = new Map<string, CloudWatchLogsClient>();

beforeAll(async () => {
  const moto = resources.adopt(await startServer(0), (it) => it.stop());
  const ours = resources.adopt(await startCloudWatchLogs({ invoke: () => Promise.resolve(null) }), (it) =>
    it.close(),
  );
  const ofMoto = { endpoint: `http://127.0.0.1:${moto.port}`, region: REGION, credentials: CREDENTIALS };
  for (const [name, configuration] of [
    ['moto', ofMoto],
    ['the stand-in', localClient(ours.url)],
  ] as const) {
    const client = resources.adopt(new CloudWatchLogsClient({ ...configuration, maxAttempts: 1 }), (it) => {
      it.destroy();
    });
    await client.send(new CreateLogGroupCommand({ logGroupName }));
    await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    clients.set(name, client);
  }
});

/** Calls both, and lists their answers; an error by its name. */
async function both<Answer>(call: (client: CloudWatchLogsClient) => Promise<Answer>): Promise<unknown[]> {
  return Promise.all(
    Array.from(clients.values(), (client) =>
      call(client).catch((error: unknown) => (error instanceof Error ? error.name : error)),
    ),
  );
}

const put = (...logEvents: InputLogEvent[]): Promise<unknown[]> =>
  both(async (client) => {
    const { rejectedLogEventsInfo = {} } = await client.send(
      new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }),
    );
    return rejectedLogEventsInfo;
  });

const at = (timestamp: number, message = 'line'): InputLogEvent => ({ timestamp, message });

describe('The stand-in of CloudWatch Logs answers as moto does', () => {
  test('to groups and streams that exist already, or do not', async () => {
    expect(await both((client) => client.send(new CreateLogGroupCommand({ logGroupName })))).toEqual(
      Array(2).fill('ResourceAlreadyExistsException'),
    );
    expect(
      await both((client) => client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))),
    ).toEqual(Array(2).fill('ResourceAlreadyExistsException'));
    expect(
      await both((client) =>
        client.send(new CreateLogStreamCommand({ logGroupName: '/none', logStreamName })),
      ),
    ).toEqual(Array(2).fill('ResourceNotFoundException'));
  });

  test('to lines that are too old and too new', async () => {
    expect(await put(at(now + 3 * 3_600_000))).toEqual(Array(2).fill({ tooNewLogEventStartIndex: 0 }));
    // Moto gives the index of the last such line. AWS's is exclusive (API reference, RejectedLogEventsInfo).
    const tooOld = [at(now - 15 * DAY), at(now - 15 * DAY + 1)];
    expect(await put(...tooOld)).toEqual([{ tooOldLogEventEndIndex: 1 }, { tooOldLogEventEndIndex: 2 }]);
  });

  test('to the description of log groups', async () => {
    const described = await both(async (client) => {
      const { logGroups = [] } = await client.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: '/layermint' }),
      );
      return logGroups.map(({ logGroupName: name, creationTime }) => [name, typeof creationTime]);
    });
    expect(described).toEqual(Array(2).fill([[logGroupName, 'number']]));
  });

  test('to a pattern and to a query of all lines', async () => {
    await put(at(now, 'one apple'), at(now + 1, 'two pears'));
    const filtered = await both(async (client) => {
      const { events = [] } = await client.send(
        new FilterLogEventsCommand({ logGroupName, filterPattern: 'apple' }),
      );
      return events.map(({ message, timestamp }) => [message, timestamp]);
    });
    expect(filtered).toEqual(Array(2).fill([['one apple', now]]));

    const queried = await both(async (client) => {
      const { queryId } = await client.send(
        new StartQueryCommand({
          logGroupName,
          startTime: Math.floor(now / 1000),
          endTime: Math.floor(now / 1000) + 1,
          queryString: 'fields @message, @timestamp | sort @timestamp desc | limit 2',
        }),
      );
      const { status, results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
      const messages = results.flatMap((row) => row.filter(({ field }) => field === '@message'));
      return [status, messages.map(({ value }) => value)];
    });
    expect(queried).toEqual(Array(2).fill(['Complete', ['two pears', 'one apple']]));
  });
});
