import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { beforeEachAttempt, EACH_ATTEMPT } from '../../runtime/deadline.ts';

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
