import { ACCOUNT, REGION } from '../../stand-ins/aws-account.ts';
import { createTable, type DynamoDB } from '../../stand-ins/dynamodb/index.ts';
import type { LocalSecretsManager } from '../../stand-ins/secrets-manager/index.ts';
import { PSEUDO_PARAMETERS, type References } from './references.ts';
import type { ServiceConfig } from './service-config.ts';

/**
 * Creates the tables and secrets of serverless.yml.
 *
 * @param secretValues - values by logical id, which override those of the template
 * @returns the values of `Ref` and `Fn::GetAtt` on them
 */
export async function createResources(
  config: ServiceConfig,
  dynamoDB: DynamoDB,
  secretsManager: LocalSecretsManager,
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
      default:
      // No function refers to the other resources of a stack (roles, log groups, the API itself).
    }
  }
  return references;
}
