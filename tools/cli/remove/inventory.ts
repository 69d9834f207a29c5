import * as z from 'zod';

/** A resource of a deployed stack. */
export interface DeployedResource {
  /** Its logical id, such as `Table`. */
  readonly logicalId: string;
  /** Such as `AWS::DynamoDB::Table`. */
  readonly type: string;
  /** Its name or ARN in AWS. */
  readonly name: string;
}

/** The resources of a stack by their fate when the stack is removed. */
export interface Inventory {
  readonly stays: readonly DeployedResource[];
  readonly goes: readonly DeployedResource[];
}

const Template = z.object({
  Resources: z.record(z.string(), z.object({ DeletionPolicy: z.string().optional() })),
});

/** Policies by which CloudFormation leaves a complete resource alone. */
const KEEPS: readonly string[] = ['Retain', 'RetainExceptOnCreate'];

/**
 * Sorts the resources of a stack by the deletion policies of its deployed template. infra/stages/stages.yml can have changed since.
 *
 * @param template - the deployed template, JSON
 */
export function inventoryOf(template: string, resources: readonly DeployedResource[]): Inventory {
  const { Resources } = Template.parse(JSON.parse(template));
  const stays = ({ logicalId }: DeployedResource): boolean =>
    KEEPS.includes(Resources[logicalId]?.DeletionPolicy ?? '');
  return { stays: resources.filter(stays), goes: resources.filter((one) => !stays(one)) };
}

const TABLE = 'AWS::DynamoDB::Table';
const SECRET = 'AWS::SecretsManager::Secret';
const LOG_GROUP = 'AWS::Logs::LogGroup';

/** The resources that are named one by one, and the words for them. Of the others, only the number is printed. */
const NAMED: Readonly<Record<string, string>> = {
  [TABLE]: 'the table',
  [SECRET]: 'the secret of the signing key',
  'AWS::S3::Bucket': 'the bucket with the packages, without which there is no rollback:',
  'AWS::ApiGatewayV2::DomainName': 'the domain',
};

const COUNTED: Readonly<Record<string, string>> = {
  [LOG_GROUP]: 'log groups',
  'AWS::Lambda::Function': 'functions',
  'AWS::IAM::Role': 'roles',
};

/** Describes resources, one line for each that matters and one for the others. */
export function describeResources(resources: readonly DeployedResource[]): string[] {
  const named = resources.flatMap(({ type, name }) => {
    const words = NAMED[type];
    return words === undefined ? [] : [`  ${words} ${name}`];
  });
  const counts = Object.entries(COUNTED).flatMap(([type, words]) => {
    const count = resources.filter((one) => one.type === type).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  const others = resources.filter(({ type }) => NAMED[type] === undefined && COUNTED[type] === undefined);
  if (others.length > 0) counts.push(`${others.length} others`);
  return counts.length === 0 ? named : [...named, `  ${counts.join(', ')}`];
}

/**
 * Names the commands that delete the kept resources by hand, or make a stage use them again: the table and the secret first, because
 * there can be dozens of log groups.
 */
export function commandsFor(stays: readonly DeployedResource[], region: string): string[] {
  const named = (wanted: string) => stays.filter(({ type }) => type === wanted).map(({ name }) => name);
  const logGroups = named(LOG_GROUP);
  return [
    ...named(TABLE).flatMap((name) => [
      `  A new stage uses the table with the parameter tableName: ${name}`,
      `  To delete it: aws dynamodb delete-table --table-name ${name} --region ${region}`,
    ]),
    ...named(SECRET).flatMap((name) => [
      `  A new stage uses the secret with the parameter signingKeySecretArn: ${name}`,
      `  To delete it: aws secretsmanager delete-secret --secret-id ${name} --region ${region}`,
    ]),
    ...(logGroups.length > 0 ? ['  To delete the log groups:'] : []),
    ...logGroups.map((name) => `  aws logs delete-log-group --log-group-name ${name} --region ${region}`),
  ];
}
