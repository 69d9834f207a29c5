import type { CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { KMSClientConfig } from '@aws-sdk/client-kms';
import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { Milliseconds } from '../../../lib/runtime/time.ts';
import type { StageParameters } from '../../../infra/stages/check-parameters.ts';

/** Region, endpoint, credentials and time limits of the AWS clients. */
export interface AwsConfigs {
  readonly secretsManager: SecretsManagerClientConfig;
  readonly kms: KMSClientConfig;
  readonly cloudFormation: CloudFormationClientConfig;
  readonly lambda: LambdaClientConfig;
  readonly dynamoDB: DynamoDBClientConfig;
}

/** A stage with the systems around it. */
export interface CheckedStage {
  readonly name: string;
  /** True for the service of `npm start`: plain http within this machine is allowed, and there is no CloudFormation. */
  readonly isLocal: boolean;
  /** The options of `npm run` that name this stage. */
  readonly options: string;
  readonly parameters: StageParameters;
  readonly aws: AwsConfigs;
}

/** The outputs of a deployed stage. */
export interface Deployed {
  /** The API's address, without a slash at its end. */
  readonly api: string;
  readonly tableName: string;
  readonly signingKeySecretArn: string;
}

const TIME_LIMIT: Milliseconds = 10_000;

/** Makes the configuration of the AWS clients for a region. An AWS service gets two attempts of ten seconds. */
export function awsIn(region: string): AwsConfigs {
  const client = {
    region,
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: TIME_LIMIT,
      requestTimeout: TIME_LIMIT,
      socketTimeout: TIME_LIMIT,
      throwOnRequestTimeout: true,
    },
  };
  return { secretsManager: client, kms: client, cloudFormation: client, lambda: client, dynamoDB: client };
}

/** Writes the option of the AWS CLI for the region of an ARN. Without it, the CLI would look in the region of the user's profile. */
export const regionOption = (arn: string): string => `--region ${arn.split(':')[3] ?? ''}`;

/** Reads a parameter that is a string. Returns undefined if the stage does not set it, or sets another type. */
export function textOf({ parameters }: Pick<CheckedStage, 'parameters'>, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
