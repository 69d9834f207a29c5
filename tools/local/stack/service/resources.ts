import { ACCOUNT, REGION } from '../../stand-ins/aws-account.ts';
import type { CloudWatchLogs } from '../../stand-ins/cloudwatch-logs/index.ts';
import { createTable, type DynamoDB } from '../../stand-ins/dynamodb/index.ts';
import type { LocalSecretsManager } from '../../stand-ins/secrets-manager/index.ts';
import { PSEUDO_PARAMETERS, resolveText, type References } from './references.ts';
import type { ServiceConfig } from './service-config.ts';

/**
 * Creates the tables, secrets and log groups of serverless.yml.
 *
 * @param secretValues - values by logical id, which override those of the template
 * @returns the values of `Ref` and `Fn::GetAtt` on them
 */
export async function createResources(
  config: ServiceConfig,
  dynamoDB: DynamoDB,
  secretsManager: LocalSecretsManager,
  logs: Pick<CloudWatchLogs, 'createLogGroup'>,
  secretValues: Readonly<Record<string, string>>,
): Promise<References> {
  const references = new Map(PSEUDO_PARAMETERS);
  for (const [logicalId, { Type, Properties }] of Object.entries(config.resources.Resources)) {
    const name = `layermint-local-${logicalId}`;
    switch (Type) {
      case 'AWS::DynamoDB::Table':
        await createTable(dynamoDB, name, Properties);
        references.set(logicalId, name);
        references.set(`${logicalId}.Arn`, `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`);
        break;
      case 'AWS::SecretsManager::Secret': {
        const { SecretString } = Properties;
        const value =
          secretValues[logicalId] ?? (typeof SecretString === 'string' ? SecretString : undefined);
        references.set(logicalId, secretsManager.createSecret(name, value));
        break;
      }
      case 'AWS::Logs::LogGroup': {
        const { LogGroupName } = Properties;
        // API Gateway's access log is part of the stack's own log.
        if (LogGroupName === undefined) break;
        const group = resolveText(LogGroupName, references, `LogGroupName of ${logicalId}`);
        logs.createLogGroup(group);
        references.set(logicalId, group);
        references.set(`${logicalId}.Arn`, `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}:*`);
        break;
      }
      default:
      // No function refers to the other resources of a stack (roles, the API itself).
    }
  }
  return references;
}
