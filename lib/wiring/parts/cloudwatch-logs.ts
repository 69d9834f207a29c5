import { CloudWatchLogsClient, type CloudWatchLogsClientConfig } from '@aws-sdk/client-cloudwatch-logs';
import { beforeEachAttempt, EACH_ATTEMPT } from '../../runtime/deadline.ts';

// Bounds on one attempt, in milliseconds. Nobody waits for an answer, and one call can carry a megabyte.
const BOUNDS = {
  connectionTimeout: 2000,
  requestTimeout: 10_000,
  socketTimeout: 10_000,
  throwOnRequestTimeout: true,
};
const ATTEMPTS = 3;

/** Makes the CloudWatch Logs client of a function: region, endpoint and credentials come from the environment unless given. */
export function createCloudWatchLogsClient(config: CloudWatchLogsClientConfig = {}): CloudWatchLogsClient {
  const client = new CloudWatchLogsClient({ maxAttempts: ATTEMPTS, requestHandler: BOUNDS, ...config });
  client.middlewareStack.addRelativeTo(beforeEachAttempt, EACH_ATTEMPT);
  return client;
}
