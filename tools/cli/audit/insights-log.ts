import {
  GetQueryResultsCommand,
  StartQueryCommand,
  StopQueryCommand,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../../lib/runtime/clock.ts';
import type { Milliseconds } from '../../../lib/runtime/time.ts';
import { UsageError } from '../errors.ts';

/** The rows that one query gives at most. */
export const MOST_ROWS = 10_000;

/** The pauses between the questions for an answer. */
const FIRST_PAUSE: Milliseconds = 200;
const LONGEST_PAUSE: Milliseconds = 2000;

/** The tries to start a query while the account has too many of them running. */
const TRIES = 30;

/** A log group that Logs Insights searches. */
export interface SearchedGroup {
  readonly client: Pick<CloudWatchLogsClient, 'send'>;
  readonly name: string;
  readonly clock: Clock;
  /** Aborts the search, and stops the query that runs. */
  readonly signal: AbortSignal;
  /** Gets the number of lines so far after each query. */
  readonly onProgress: (lines: number, until: Milliseconds) => void;
}

/** The search was interrupted. */
export class SearchInterruptedError extends Error {
  override readonly name = 'SearchInterruptedError';

  constructor() {
    super('Interrupted. The search changes nothing: run the command again.');
  }
}

/**
 * Reads the lines of a query from a log group, the oldest first. If a query gives as many rows as it can, its time is halved until
 * each part gives fewer.
 *
 * @param since - milliseconds since the Unix epoch; included, as is `until`
 * @param query - without `limit`. It must show `@message`
 * @returns the lines; `incomplete` are the seconds in which there were more than {@link MOST_ROWS}
 * @throws {SearchInterruptedError} on the signal, UsageError if a right is missing, Error if AWS cannot answer
 */
export async function search(
  group: SearchedGroup,
  query: string,
  since: Milliseconds,
  until: Milliseconds,
): Promise<{ readonly lines: readonly string[]; readonly incomplete: readonly number[] }> {
  const lines: string[] = [];
  const incomplete: number[] = [];
  const parts = [{ from: Math.floor(since / 1000), to: Math.floor(until / 1000) }];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const { from, to } = part;
    const rows = await rowsOf(group, query, from, to);
    if (rows !== undefined && rows.length < MOST_ROWS) lines.push(...rows);
    else if (to > from) {
      const middle = Math.floor((from + to) / 2);
      parts.unshift({ from, to: middle }, { from: middle + 1, to });
      continue;
    } else {
      lines.push(...(rows ?? []));
      incomplete.push(from);
    }
    group.onProgress(lines.length, to * 1000);
  }
  return { lines, incomplete };
}

/** Runs one query. @returns undefined if it took too long, which a shorter time cures */
async function rowsOf(
  group: SearchedGroup,
  queryString: string,
  startTime: number,
  endTime: number,
): Promise<string[] | undefined> {
  const { client, clock, signal } = group;
  const queryId = await started(group, { queryString, startTime, endTime });
  let pause = FIRST_PAUSE;
  for (;;) {
    const { status, results = [] } = await asked('logs:GetQueryResults', group, () =>
      client.send(new GetQueryResultsCommand({ queryId })),
    );
    switch (status) {
      case 'Complete':
        return results.flatMap((row) => row.find(({ field }) => field === '@message')?.value ?? []);
      case 'Timeout':
        return undefined;
      case 'Failed':
      case 'Cancelled':
        throw new Error(`CloudWatch Logs did not finish the query (${status}). Run the command again.`);
      case 'Scheduled':
      case 'Running':
      case 'Unknown':
      case undefined:
        await clock.sleep(pause, signal);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
    if (signal.aborted) {
      // A query that nobody waits for costs money and one of the account's places. It may have ended by itself.
      await client.send(new StopQueryCommand({ queryId })).catch(() => undefined);
      throw new SearchInterruptedError();
    }
  }
}

async function started(
  group: SearchedGroup,
  query: { readonly queryString: string; readonly startTime: number; readonly endTime: number },
): Promise<string> {
  const { client, name, clock, signal } = group;
  for (let tried = 1; ; tried += 1) {
    if (signal.aborted) throw new SearchInterruptedError();
    try {
      const command = new StartQueryCommand({ logGroupName: name, limit: MOST_ROWS, ...query });
      const { queryId } = await asked('logs:StartQuery', group, () => client.send(command));
      if (queryId !== undefined) return queryId;
      throw new Error('CloudWatch Logs started a query without an id.');
    } catch (error) {
      if (!Error.isError(error) || error.name !== 'LimitExceededException' || tried === TRIES) throw error;
      await clock.sleep(LONGEST_PAUSE, signal);
    }
  }
}

/** Makes a call of AWS, and explains a refusal. @param action - the right that the call needs */
export async function asked<Answer>(
  action: string,
  { name }: Pick<SearchedGroup, 'name'>,
  call: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    if (!Error.isError(error)) throw error;
    if (error.name.startsWith('AccessDenied'))
      throw new UsageError(`Your AWS credentials may not call ${action} on the log group ${name}: allow it.`);
    if (error.name === 'CredentialsProviderError')
      throw new UsageError('There are no AWS credentials: `aws sts get-caller-identity` must work.');
    if (error.name === 'ResourceNotFoundException')
      throw new Error(`There is no log group ${name}. Was the stage removed or deployed anew?`, {
        cause: error,
      });
    throw error;
  }
}
