import { ACCOUNT, REGION } from '../../stand-ins/aws-account.ts';
import { createTable, type DynamoDB } from '../../stand-ins/dynamodb/index.ts';
import type { LocalSecretsManager } from '../../stand-ins/secrets-manager/index.ts';
import { PSEUDO_PARAMETERS, type References } from './references.ts';
import type { ServiceConfig } from './service-config.ts';

/**
 * Creates the tables and secrets that serverless.yml defines.
 *
 * @param secretValues - by logical id, what a secret holds in place of what the template says
 * @returns what `Ref` and `Fn::GetAtt` of them come to
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
      // What else a stack holds (roles, log groups, the API itself) no function refers to.
    }
  }
  return references;
}
