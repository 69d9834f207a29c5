export {
  createCloudWatchLogs,
  logGroupOf,
  startCloudWatchLogs,
  type CloudWatchLogs,
  type LocalCloudWatchLogs,
} from './cloudwatch-logs-server.ts';
export { parseQuery, QuerySyntaxError, runQuery, type ResultRow } from './insights/index.ts';
export type { LogOperationName } from './log-operations.ts';
export type { SubscriptionFilter, SubscriptionPayload } from './subscriptions.ts';
