import { devNull } from 'node:os';
import type { Seconds } from '../../../../lib/runtime/time.ts';
import { REGION, type LocalCredentials } from '../../stand-ins/aws-account.ts';
import type { FunctionDefinition } from '../../stand-ins/lambda/index.ts';
import { resolveText, type References } from './references.ts';
import type { ServiceConfig } from './service-config.ts';

/** The addresses at which the functions find AWS, and their credentials. */
export interface LocalAws {
  /** Base URL of the API. */
  readonly api: string;
  readonly dynamoDB: string;
  readonly secretsManager: string;
  readonly cloudWatchLogs: string;
  readonly credentials: LocalCredentials;
}

/** The variable with the API's address, which serverless.yml makes of a domain of AWS. */
const API_URL = 'API_URL';

/** The longest time that API Gateway waits for a function (quotas for HTTP APIs: maximum integration timeout). */
const LONGEST_TIMEOUT: Seconds = 30;
/** The Serverless CLI's defaults. */
const DEFAULT_TIMEOUT: Seconds = 6;
const DEFAULT_MEMORY_MB = 1024;

/**
 * Lists the functions of serverless.yml, each with its deployed environment. Their AWS is this machine's.
 *
 * @throws {UnresolvedReferenceError} for a variable that refers to something the local stack does not have
 */
export function functionDefinitionsOf(
  { provider, functions }: ServiceConfig,
  references: References,
  aws: LocalAws,
): FunctionDefinition[] {
  return Object.entries(functions).map(([name, config]) => {
    const variables = Object.entries({ ...provider.environment, ...config.environment });
    const deployed = variables.map(
      ([variable, value]) =>
        [
          variable,
          variable === API_URL
            ? aws.api
            : resolveText(value, references, `${variable} of the function "${name}"`),
        ] as const,
    );
    return {
      name,
      handler: config.handler,
      environment: { ...awsEnvironment(name, aws), ...Object.fromEntries(deployed) },
      timeoutSeconds: Math.min(
        config.timeout ?? provider.timeout ?? DEFAULT_TIMEOUT,
        config.events.some(({ httpApi }) => httpApi !== undefined) ? LONGEST_TIMEOUT : Infinity,
      ),
      memorySizeMb: config.memorySize ?? provider.memorySize ?? DEFAULT_MEMORY_MB,
    };
  });
}

/**
 * Keeps the profiles, credentials and regions of the machine's user away from the functions. The access key id names the function,
 * so that DynamoDB knows its role.
 */
function awsEnvironment(
  name: string,
  { dynamoDB, secretsManager, cloudWatchLogs, credentials }: Omit<LocalAws, 'api'>,
): Record<string, string> {
  return {
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDB,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: cloudWatchLogs,
  };
}
