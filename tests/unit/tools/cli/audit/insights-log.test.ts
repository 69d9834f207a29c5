import { expect, test } from '@jest/globals';
import { GetQueryResultsCommand, StartQueryCommand, StopQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import { MOST_ROWS, search, type SearchedGroup } from '../../../../../tools/cli/audit/insights-log.ts';
import { impatient, ManualClock } from '../../../../support/runtime/clock.ts';

interface Log {
  readonly group: SearchedGroup;
  /** The times of each query, in seconds. */
  readonly queries: [number, number][];
  readonly stopped: string[];
  readonly interrupt: () => void;
}

interface Behaviour {
  /** The number of lines in each second. */
  readonly lines?: (second: number) => number;
  /** The statuses that come before the answer of each query. */
  readonly before?: readonly string[];
  readonly status?: (from: number, to: number) => string;
  /** The names of the errors of the first calls of StartQuery. */
  readonly errors?: string[];
}

/** Makes a log group whose line n of second s is `s.n`. */
function logOf({ lines = () => 1, before = [], status = () => 'Complete', errors = [] }: Behaviour): Log {
  const queries: [number, number][] = [];
  const stopped: string[] = [];
  const waiting = new Map<string, string[]>();
  const controller = new AbortController();
  const answer = (command: unknown): object => {
    if (command instanceof StartQueryCommand) {
      const error = errors.shift();
      if (error !== undefined) throw Object.assign(new Error('No'), { name: error });
      const { startTime = 0, endTime = 0 } = command.input;
      const queryId = String(queries.push([startTime, endTime]) - 1);
      waiting.set(queryId, [...before]);
      return { queryId };
    }
    if (command instanceof StopQueryCommand) {
      stopped.push(String(command.input.queryId));
      return {};
    }
    const { queryId = '' } = (command as GetQueryResultsCommand).input;
    const pending = waiting.get(queryId)?.shift();
    if (pending !== undefined) return { status: pending };
    const [from, to] = queries[Number(queryId)] ?? [0, 0];
    const rows = [];
    for (let second = from; second <= to; second += 1)
      for (let n = 0; n < lines(second) && rows.length < MOST_ROWS; n += 1)
        rows.push([
          { field: '@timestamp', value: 'x' },
          { field: '@message', value: `${second}.${n}` },
        ]);
    return { status: status(from, to), results: rows };
  };
  const client = {
    send: (command: unknown) =>
      new Promise((resolve) => {
        resolve(answer(command));
      }),
  } as unknown as SearchedGroup['client'];
  return {
    group: {
      ...{ client, name: '/layermint/prod/audit', clock: impatient(new ManualClock()) },
      ...{ signal: controller.signal, onProgress: () => undefined },
    },
    queries,
    stopped,
    interrupt: () => {
      controller.abort();
    },
  };
}

test('A query’s lines come once it is complete', async () => {
  const { group, queries } = logOf({ before: ['Scheduled', 'Running'] });
  const { lines, incomplete } = await search(group, 'fields @message', 5000, 7999);
  expect([lines, incomplete, queries]).toEqual([['5.0', '6.0', '7.0'], [], [[5, 7]]]);
});

test('More lines than one query gives are read in parts, each line once and in order', async () => {
  const { group, queries } = logOf({ lines: () => 3000 });
  const { lines, incomplete } = await search(group, 'fields @message', 0, 7999);
  expect(lines).toHaveLength(8 * 3000);
  expect(new Set(lines).size).toBe(8 * 3000);
  expect([lines[0], lines.at(-1), incomplete]).toEqual(['0.0', '7.2999', []]);
  expect(queries).toEqual([
    [0, 7],
    [0, 3],
    [0, 1],
    [2, 3],
    [4, 7],
    [4, 5],
    [6, 7],
  ]);
});

test('A second with more lines than one query gives is named, as its other lines are missing', async () => {
  const { group } = logOf({ lines: (second) => (second === 1 ? MOST_ROWS : 1) });
  const { lines, incomplete } = await search(group, 'fields @message', 0, 2999);
  expect(lines).toHaveLength(MOST_ROWS + 2);
  expect(incomplete).toEqual([1]);
});

test('A query that takes too long is asked in parts', async () => {
  const { group, queries } = logOf({ status: (from, to) => (to > from ? 'Timeout' : 'Complete') });
  expect((await search(group, 'fields @message', 0, 1999)).lines).toEqual(['0.0', '1.0']);
  expect(queries).toEqual([
    [0, 1],
    [0, 0],
    [1, 1],
  ]);
});

test('While the account has too many queries, the search waits and tries again', async () => {
  const { group } = logOf({ errors: ['LimitExceededException', 'LimitExceededException'] });
  expect((await search(group, 'fields @message', 0, 0)).lines).toEqual(['0.0']);
  const forever = logOf({ errors: Array<string>(30).fill('LimitExceededException') });
  await expect(search(forever.group, 'fields @message', 0, 0)).rejects.toThrow('No');
});

test('A missing right is named, with the log group', async () => {
  const { group } = logOf({ errors: ['AccessDeniedException'] });
  await expect(search(group, 'fields @message', 0, 0)).rejects.toThrow(
    'Your AWS credentials may not call logs:StartQuery on the log group /layermint/prod/audit: allow it.',
  );
});

test('An interrupted search stops its query, which would cost money', async () => {
  const log = logOf({ before: ['Running', 'Running'] });
  const running = search(log.group, 'fields @message', 0, 0);
  log.interrupt();
  await expect(running).rejects.toThrow('Interrupted');
  expect(log.stopped).toEqual(['0']);
});

test('A query that fails ends the search', async () => {
  const { group } = logOf({ status: () => 'Failed' });
  await expect(search(group, 'fields @message', 0, 0)).rejects.toThrow('did not finish the query (Failed)');
});
