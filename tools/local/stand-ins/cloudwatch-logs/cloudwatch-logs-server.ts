import { systemClock, type Clock } from '../../../../lib/runtime/clock.ts';
import { answerInstead } from '../aws-access.ts';
import { LOCAL_CREDENTIALS, type LocalCredentials } from '../aws-account.ts';
import { Faults, type Fault } from '../faults.ts';
import { listenOnLoopback, type HttpHandler, type LoopbackServer } from '../loopback-server.ts';
import type { LogOperationName } from './log-operations.ts';
import { LogGroups } from './log-groups.ts';
import { answerLogs, LOGS_CONTENT_TYPE, logOperationOf, logsError } from './logs-protocol.ts';
import { Queries } from './queries.ts';
import {
  Subscriptions,
  type DeliveryFailed,
  type InvokeDestination,
  type SubscriptionFilter,
} from './subscriptions.ts';

export interface CloudWatchLogsOptions {
  /** The machine's clock unless given. */
  readonly clock?: Clock;
  /** Calls the functions to which subscription filters deliver. */
  readonly invoke: InvokeDestination;
  readonly onFailure?: DeliveryFailed;
}

/** CloudWatch Logs in memory, without a socket. */
export interface CloudWatchLogs {
  /** Answers a request of the SDK's protocol. */
  readonly answer: HttpHandler;
  /** Takes a line that a function wrote. Its group is `/aws/lambda/<function>`. */
  takeLine(functionName: string, line: string): void;
  /** Creates a log group, unless it exists. */
  createLogGroup(name: string): void;
  /** Passes matching lines on to a function from now on. Throws if the pattern cannot be read. */
  subscribe(filter: SubscriptionFilter): void;
  /** Lists the lines of a group in the order in which they arrived; none if there is no such group. */
  lines(group: string): readonly string[];
  /** Resolves once every delivery of a subscription filter has ended. */
  settled(): Promise<void>;
  /** Starts no further delivery. */
  stopDelivering(): void;
  /** Makes an operation misbehave until the returned function is called. */
  inject(operation: LogOperationName, fault: Fault): () => void;
}

/** CloudWatch Logs behind a socket of this machine. */
export interface LocalCloudWatchLogs extends CloudWatchLogs, LoopbackServer {}

/** JSON with escaped quotes can be twice as long as the largest batch of lines. */
const LARGEST_BODY = 4 * 1024 * 1024;

/** Names the log group of a function, as Lambda does. */
export const logGroupOf = (functionName: string): string => `/aws/lambda/${functionName}`;

/**
 * Makes a small CloudWatch Logs for local use and tests: the SDK's protocol (AWS JSON 1.1), the limits of PutLogEvents, subscription
 * filters, and queries in a subset of Logs Insights QL. All is in memory, and each group keeps its last lines alone.
 */
export function createCloudWatchLogs(options: CloudWatchLogsOptions): CloudWatchLogs {
  const { clock = systemClock, invoke, onFailure = () => undefined } = options;
  const subscriptions = new Subscriptions(invoke, onFailure);
  const groups = new LogGroups(clock, (...lines) => {
    subscriptions.take(...lines);
  });
  const account = { groups, queries: new Queries(groups) };
  const faults = new Faults<LogOperationName>({
    serverError: logsError(500, 'ServiceUnavailableException', 'The service cannot complete the request.'),
    throttled: logsError(400, 'ThrottlingException', 'Rate exceeded'),
  });
  const has = (name: string): boolean => groups.list().some((group) => group.name === name);
  return {
    answer: async (request) => {
      const operation = logOperationOf(request);
      if (operation === undefined)
        return logsError(400, 'UnknownOperationException', 'X-Amz-Target names no operation of this server.');
      return faults.around(operation, () => Promise.resolve(answerLogs(operation, request.body, account)));
    },
    takeLine: (functionName, line) => {
      groups.takeLine(logGroupOf(functionName), 'local', line);
    },
    createLogGroup: (name) => {
      if (!has(name)) groups.create(name);
    },
    subscribe: (filter) => {
      subscriptions.subscribe(filter);
    },
    lines: (group) => (has(group) ? groups.events(group).map(({ message }) => message) : []),
    settled: () => subscriptions.settled(),
    stopDelivering: () => {
      subscriptions.close();
    },
    inject: (operation, fault) => faults.inject(operation, fault),
  };
}

/**
 * Serves {@link createCloudWatchLogs} on 127.0.0.1.
 *
 * @param credentials - the only ones that it accepts; without a session token it serves every program of this machine
 */
export async function startCloudWatchLogs(
  options: CloudWatchLogsOptions,
  credentials: LocalCredentials = LOCAL_CREDENTIALS,
): Promise<LocalCloudWatchLogs> {
  const logs = createCloudWatchLogs(options);
  const server = await listenOnLoopback(
    async (request) => {
      const { path: url, headers } = request;
      return answerInstead({ url, headers }, credentials, LOGS_CONTENT_TYPE) ?? logs.answer(request);
    },
    0,
    LARGEST_BODY,
  );
  return {
    ...logs,
    url: server.url,
    close: () => {
      logs.stopDelivering();
      return server.close();
    },
  };
}
