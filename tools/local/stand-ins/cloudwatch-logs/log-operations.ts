import * as z from 'zod';
import { ACCOUNT, REGION } from '../aws-account.ts';
import { CloudWatchLogsError } from './errors.ts';
import { parseFilterPattern } from './filter-pattern.ts';
import type { LogGroups } from './log-groups.ts';
import type { Queries } from './queries.ts';

/** The state that an operation works on. */
export interface LogsAccount {
  readonly groups: LogGroups;
  readonly queries: Queries;
}

type LogOperation = (input: unknown, account: LogsAccount) => object;

const groupName = z
  .string()
  .max(512)
  .regex(/^[.\-_/#A-Za-z0-9]+$/);
const streamName = z
  .string()
  .max(512)
  .regex(/^[^:*]+$/);
const time = z.int().min(0);

/** The served operations, by their names in `X-Amz-Target`. */
export const logOperations = {
  CreateLogGroup: operation(z.object({ logGroupName: groupName }), ({ logGroupName }, { groups }) => {
    groups.create(logGroupName);
    return {};
  }),

  CreateLogStream: operation(
    z.object({ logGroupName: groupName, logStreamName: streamName }),
    ({ logGroupName, logStreamName }, { groups }) => {
      groups.createStream(logGroupName, logStreamName);
      return {};
    },
  ),

  PutLogEvents: operation(
    z.object({
      logGroupName: groupName,
      logStreamName: streamName,
      logEvents: z.array(z.object({ timestamp: time, message: z.string() })),
    }),
    ({ logGroupName, logStreamName, logEvents }, { groups }) => {
      const rejected = groups.put(logGroupName, logStreamName, logEvents);
      return Object.keys(rejected).length === 0 ? {} : { rejectedLogEventsInfo: rejected };
    },
  ),

  DescribeLogGroups: operation(
    z.object({ logGroupNamePrefix: z.optional(groupName), limit: z.int().min(1).max(50).default(50) }),
    ({ logGroupNamePrefix = '', limit }, { groups }) => ({
      logGroups: groups
        .list()
        .filter(({ name }) => name.startsWith(logGroupNamePrefix))
        .slice(0, limit)
        .map(({ name, creationTime, storedBytes }) => {
          const logGroupArn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`;
          return { logGroupName: name, logGroupArn, arn: `${logGroupArn}:*`, creationTime, storedBytes };
        }),
    }),
  ),

  FilterLogEvents: operation(
    z.object({
      logGroupName: groupName,
      filterPattern: z.string().max(1024).default(''),
      startTime: time.default(0),
      endTime: time.default(Number.MAX_SAFE_INTEGER),
      limit: z.int().min(1).max(10_000).default(10_000),
      nextToken: z.optional(z.string().regex(/^\d+$/)),
    }),
    ({ logGroupName, filterPattern, startTime, endTime, limit, nextToken = '0' }, { groups }) => {
      const matches = parseFilterPattern(filterPattern);
      const found = groups
        .events(logGroupName)
        .filter(
          ({ timestamp, message }) => timestamp >= startTime && timestamp <= endTime && matches(message),
        )
        .toSorted((one, other) => one.timestamp - other.timestamp);
      const end = Number(nextToken) + limit;
      const events = found.slice(Number(nextToken), end).map(({ id, stream, ...event }) => ({
        ...{ ...event, eventId: id, logStreamName: stream },
      }));
      return { events, searchedLogStreams: [], ...(end < found.length && { nextToken: String(end) }) };
    },
  ),

  StartQuery: operation(
    z.object({
      logGroupName: z.optional(groupName),
      logGroupNames: z.optional(z.array(groupName).min(1).max(50)),
      startTime: time,
      endTime: time,
      queryString: z.string().min(1).max(10_000),
      queryLanguage: z.optional(z.literal('CWLI')),
      limit: z.int().min(1).max(10_000).default(10_000),
    }),
    ({ logGroupName, logGroupNames, ...query }, { queries }) => {
      if ((logGroupName === undefined) === (logGroupNames === undefined))
        throw new CloudWatchLogsError(
          'InvalidParameterException',
          'Exactly one of logGroupName and logGroupNames is required.',
        );
      return { queryId: queries.start({ ...query, groups: logGroupNames ?? [logGroupName ?? ''] }) };
    },
  ),

  GetQueryResults: operation(z.object({ queryId: z.string() }), ({ queryId }, { queries }) =>
    queries.results(queryId),
  ),

  StopQuery: operation(z.object({ queryId: z.string() }), ({ queryId }, { queries }) => ({
    success: queries.stop(queryId),
  })),
} satisfies Readonly<Record<string, LogOperation>>;

/** The name of a served operation. */
export type LogOperationName = keyof typeof logOperations;

/** Recognises the name of a served operation. */
export const isLogOperation = (name: string): name is LogOperationName => Object.hasOwn(logOperations, name);

function operation<Input>(
  schema: z.ZodType<Input>,
  carryOut: (input: Input, account: LogsAccount) => object,
): LogOperation {
  return (input, account) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success)
      throw new CloudWatchLogsError('InvalidParameterException', z.prettifyError(parsed.error));
    return carryOut(parsed.data, account);
  };
}
