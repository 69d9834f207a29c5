import type { Template } from './template.ts';

/** The stateful resource types, each with the reason and with the properties whose change makes CloudFormation replace the resource. */
interface Stateful {
  /** The loss if CloudFormation replaced the resource. */
  readonly holds: string;
  /** The properties with "Update requires: Replacement" (or an update that CloudFormation refuses) in AWS's template reference. */
  readonly replacedBy: readonly string[];
  /** Properties without which the content is lost, though CloudFormation keeps the resource. */
  readonly keep?: readonly string[];
}

/** By resource type. The source is each type's page in the CloudFormation template reference, "Update requires". */
export const STATEFUL: Readonly<Record<string, Stateful>> = {
  'AWS::DynamoDB::Table': {
    holds: 'all grants, and the tokens that can still be revoked',
    // An attribute definition that is edited replaces the table. Of the indexes, one can be added or removed in an update; the keys
    // of an existing one cannot be changed.
    replacedBy: [
      'TableName',
      'KeySchema',
      'AttributeDefinitions',
      'LocalSecondaryIndexes',
      'ImportSourceSpecification',
      'GlobalSecondaryIndexes',
    ],
  },
  'AWS::SecretsManager::Secret': {
    holds: 'the signing key',
    replacedBy: ['Name'],
    // A change of this property is a new version of the secret, and overwrites the key.
    keep: ['SecretString', 'GenerateSecretString'],
  },
  'AWS::SecretsManager::RotationSchedule': {
    holds: 'the schedule: a new one replaces the signing key at once',
    replacedBy: ['SecretId'],
  },
  'AWS::ApiGatewayV2::Api': { holds: "the API's address", replacedBy: ['ProtocolType'] },
  'AWS::ApiGatewayV2::Stage': { holds: "the API's address", replacedBy: ['ApiId', 'StageName'] },
  'AWS::S3::Bucket': { holds: 'the zips to which a rollback returns', replacedBy: ['BucketName'] },
};

/**
 * Lists everything stateful that an update from one template to another would lose, one sentence each. It judges by logical ids and
 * by the properties of {@link STATEFUL}.
 */
export function lostByUpdate(before: Template, after: Template): string[] {
  return Object.entries(before.Resources).flatMap(([id, { Type, Properties }]) => {
    const stateful = STATEFUL[Type];
    if (stateful === undefined) return [];
    const { holds, replacedBy, keep = [] } = stateful;
    const now = after.Resources[id];
    if (now?.Type !== Type) return [`${id} is removed. It holds ${holds}.`];
    return [...replacedBy, ...keep]
      .filter((name) => JSON.stringify(Properties[name]) !== JSON.stringify(now.Properties[name]))
      .map((name) => `${id} gets another ${name}. It holds ${holds}.`);
  });
}
