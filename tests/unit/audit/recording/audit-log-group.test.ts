import { describe, expect, test } from '@jest/globals';
import {
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceNotFoundException,
  type CloudWatchLogsClient,
  type RejectedLogEventsInfo,
} from '@aws-sdk/client-cloudwatch-logs';
import { AuditLogGroup } from '../../../../lib/audit/index.ts';
import { ManualClock } from '../../../support/runtime/clock.ts';

const GROUP = '/layermint/prod/audit';
const LINES = [1000, 2000, 3000].map((timestamp) => ({ timestamp, message: `line ${timestamp}` }));

/** A CloudWatch Logs with one log group. */
function logs({ rejected }: { rejected?: RejectedLogEventsInfo } = {}) {
  const streams = new Map<string, unknown[]>();
  const counts = { created: 0, calls: 0 };
  const fault: { next?: Error } = {};
  const missing = () =>
    new ResourceNotFoundException({ message: 'The stream does not exist.', $metadata: {} });
  const send = (command: unknown): Promise<unknown> =>
    Promise.try(() => {
      counts.calls += 1;
      if (fault.next !== undefined) {
        const error = fault.next;
        delete fault.next;
        throw error;
      }
      if (command instanceof CreateLogStreamCommand) {
        counts.created += 1;
        streams.set(String(command.input.logStreamName), []);
        return {};
      }
      if (!(command instanceof PutLogEventsCommand)) throw new TypeError('another call');
      const stream = streams.get(String(command.input.logStreamName));
      if (stream === undefined) throw missing();
      stream.push(...(command.input.logEvents ?? []));
      return rejected === undefined ? {} : { rejectedLogEventsInfo: rejected };
    });
  const client = { send } as unknown as CloudWatchLogsClient;
  return { streams, counts, fault, missing, group: new AuditLogGroup(client, GROUP, new ManualClock()) };
}

describe('the log group of the audit log', () => {
  test('gets the lines of a process in one stream, which is created with the first of them', async () => {
    const { group, streams, counts } = logs();
    expect(await group.write([])).toBe(0);
    expect(counts.calls).toBe(0);
    expect(await group.write(LINES)).toBe(3);
    expect(await group.write(LINES)).toBe(3);
    expect([...streams.values()]).toEqual([[...LINES, ...LINES]]);
  });

  test('gets them in another stream after somebody deleted that one, and loses none', async () => {
    const { group, streams, counts } = logs();
    await group.write(LINES);
    streams.clear();
    expect(await group.write(LINES)).toBe(3);
    expect([...streams.values()]).toEqual([LINES]);
    expect(counts.created).toBe(2);
  });

  test('fails if the group itself is gone, so that the event is repeated', async () => {
    const { missing } = logs();
    const gone = new AuditLogGroup(
      { send: () => Promise.reject(missing()) } as unknown as CloudWatchLogsClient,
      GROUP,
      new ManualClock(),
    );
    await expect(gone.write(LINES)).rejects.toThrow(ResourceNotFoundException);
  });

  test('is tried anew after its stream could not be created', async () => {
    const { group, fault } = logs();
    fault.next = new Error('throttled');
    await expect(group.write(LINES)).rejects.toThrow('throttled');
    expect(await group.write(LINES)).toBe(3);
  });

  test.each<[string, RejectedLogEventsInfo, number]>([
    ['too old', { tooOldLogEventEndIndex: 2 }, 1],
    ['older than the retention', { expiredLogEventEndIndex: 1 }, 2],
    ['too old or older than the retention', { tooOldLogEventEndIndex: 2, expiredLogEventEndIndex: 1 }, 1],
    ['too far in the future', { tooNewLogEventStartIndex: 1 }, 1],
    ['too old, or too far in the future', { tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 }, 1],
    ['all too old', { tooOldLogEventEndIndex: 3 }, 0],
  ])('counts no line that CloudWatch Logs rejects: %s', async (_name, rejected, taken) => {
    expect(await logs({ rejected }).group.write(LINES)).toBe(taken);
  });
});
