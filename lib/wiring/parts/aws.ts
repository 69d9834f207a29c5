import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { Deadline } from '../../runtime/deadline.ts';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';

// Bounds on one attempt, in milliseconds. API Gateway answers by itself after 30 seconds. Two attempts and their pause stay well below
// that, so that the caller gets our answer. `requestTimeout` ends with the first byte of an answer; `socketTimeout` bounds an answer
// that begins and then stalls.
const BOUNDS = {
  connectionTimeout: 1000,
  requestTimeout: 2000,
  socketTimeout: 2000,
  throwOnRequestTimeout: true,
};
const ATTEMPTS = 2;

/** Region, endpoint and credentials of the AWS clients, for a program without them in its environment. */
export interface AwsAccess {
  readonly dynamoDB: DynamoDBClientConfig;
  readonly secretsManager: SecretsManagerClientConfig;
}

/** Makes the DynamoDB client of the functions: region, endpoint and credentials come from the environment unless given. */
export function createDynamoDBClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ maxAttempts: ATTEMPTS, requestHandler: BOUNDS, ...config });
  client.middlewareStack.addRelativeTo(beforeEachAttempt, EACH_ATTEMPT);
  return client;
}

/** Makes the Secrets Manager client of the functions: region, endpoint and credentials come from the environment unless given. */
export function createSecretsManagerClient(config: SecretsManagerClientConfig = {}): SecretsManagerClient {
  const client = new SecretsManagerClient({ maxAttempts: ATTEMPTS, requestHandler: BOUNDS, ...config });
  client.middlewareStack.addRelativeTo(beforeEachAttempt, EACH_ATTEMPT);
  return client;
}

/**
 * Looks at the deadline before each attempt. After a thaw, the timer of the SDK's next attempt can be earlier than the
 * one of the deadline, and its signal is not yet aborted then.
 */
const beforeEachAttempt =
  <Input extends object, Output extends object>(next: (args: Input) => Promise<Output>) =>
  (args: Input): Promise<Output> => {
    Deadline.current()?.check();
    return next(args);
  };

const EACH_ATTEMPT = { name: 'deadline', relation: 'after', toMiddleware: 'retryMiddleware' } as const;
