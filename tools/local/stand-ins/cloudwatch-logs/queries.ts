import { randomUUID } from 'node:crypto';
import { toMilliseconds, type Seconds } from '../../../../lib/runtime/time.ts';
import { ACCOUNT } from '../aws-account.ts';
import { CloudWatchLogsError } from './errors.ts';
import { parseQuery, QuerySyntaxError, runQuery, type Query, type ResultRow } from './insights/index.ts';
import type { LogGroups } from './log-groups.ts';

/** A query as StartQuery takes it. */
export interface QueryRequest {
  readonly groups: readonly string[];
  /** Seconds since the Unix epoch, both included. */
  readonly startTime: Seconds;
  readonly endTime: Seconds;
  readonly queryString: string;
  /** The most rows, if the query itself has no `limit`. */
  readonly limit: number;
}

/** A query's answer, as GetQueryResults gives it. */
interface QueryResults {
  readonly status: 'Complete' | 'Cancelled';
  readonly results: readonly ResultRow[];
  readonly statistics: {
    readonly recordsMatched: number;
    readonly recordsScanned: number;
    readonly bytesScanned: number;
  };
}

/** The answers that are kept. AWS keeps them for seven days. */
const KEPT_QUERIES = 100;

/** The queries of an account. Each is answered when it starts. */
export class Queries {
  readonly #groups: LogGroups;
  readonly #answered = new Map<string, QueryResults>();

  constructor(groups: LogGroups) {
    this.#groups = groups;
  }

  /** Starts a query, and returns its id. @throws {CloudWatchLogsError} if it cannot be read, or a group does not exist */
  start({ groups, startTime, endTime, queryString, limit }: QueryRequest): string {
    if (endTime < startTime)
      throw new CloudWatchLogsError('InvalidParameterException', 'endTime must not be before startTime.');
    const query = parsed(queryString);
    const [from, until] = [toMilliseconds(startTime), toMilliseconds(endTime + 1)];
    const events = groups.flatMap((group) =>
      this.#groups
        .events(group)
        .filter(({ timestamp }) => timestamp >= from && timestamp < until)
        .map(({ id, stream, ...event }) => ({ ...event, id, stream, log: `${ACCOUNT}:${group}` })),
    );
    const { rows, matched } = runQuery(query, events, { limit });
    const queryId = randomUUID();
    this.#keep(queryId, {
      status: 'Complete',
      results: rows,
      statistics: {
        recordsMatched: matched,
        recordsScanned: events.length,
        bytesScanned: events.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0),
      },
    });
    return queryId;
  }

  /** Gives a query's answer. @throws {CloudWatchLogsError} if there is no such query */
  results(queryId: string): QueryResults {
    const found = this.#answered.get(queryId);
    if (found === undefined)
      throw new CloudWatchLogsError('ResourceNotFoundException', 'The specified query does not exist.');
    return found;
  }

  /** Refuses to stop a query, as each is complete already. @throws {CloudWatchLogsError} */
  stop(queryId: string): boolean {
    this.results(queryId);
    throw new CloudWatchLogsError(
      'InvalidParameterException',
      'The query provided is not in a running state.',
    );
  }

  #keep(queryId: string, results: QueryResults): void {
    this.#answered.set(queryId, results);
    const [oldest] = this.#answered.keys();
    if (this.#answered.size > KEPT_QUERIES && oldest !== undefined) this.#answered.delete(oldest);
  }
}

function parsed(queryString: string): Query {
  try {
    return parseQuery(queryString);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    throw new CloudWatchLogsError('MalformedQueryException', error.message);
  }
}
