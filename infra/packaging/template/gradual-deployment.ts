import { LIVE_ALIAS } from './live-alias.ts';
import type { FinishedTemplate, TemplateResource } from './finished-template.ts';
import { publishedVersions } from './published-versions.ts';

/** The settings that all deployment groups share (infra/stack/gradual/gradual-deployment.yml). Only a gradual stage has it. */
const SHARED_GROUP = 'GradualDeploymentGroup';
const APPLICATION = 'GradualDeployments';
const ROLE = 'GradualDeploymentRole';

/** With this configuration CloudFormation moves the aliases itself, at once. CodeDeploy would only be in the way. */
const AT_ONCE = 'CodeDeployDefault.LambdaAllAtOnce';

/**
 * The page of the console names its script and its style sheet by their content, and each version of the function has its own ones alone.
 * With two versions in turns, the page of one would ask the other for files that it does not have.
 */
const MOVED_AT_ONCE: readonly string[] = ['GetConsoleLambdaFunction'];

type Value = Readonly<Record<string, unknown>>;

const ref = (id: string): Value => ({ Ref: id });
const attribute = (id: string, name: string): Value => ({ 'Fn::GetAtt': [id, name] });
const qualified = (name: Value, qualifier: string): Value => ({ 'Fn::Join': [':', [name, qualifier]] });

/**
 * Lets the API invoke an alias of each function, which CodeDeploy moves to a new version bit by bit.
 *
 * Each function of the API gets an alias of its version, the API's permission for it, an alarm and a deployment group. A group of
 * its own, because CodeDeploy runs one deployment of a group at a time, and CloudFormation updates the aliases side by side.
 *
 * The sweeper and the rotation stay on `$LATEST`. Secrets Manager calls the rotation for the four steps of one rotation, which must
 * not go to two versions in turns. The sweeper runs once a minute for all work that is left: there is no share of requests to move,
 * and no request to protect.
 *
 * The console has an alias too, which moves at once: its files belong together.
 *
 * A stage without gradual deployment is left unchanged.
 *
 * @throws Error if a function of the API has no published version or no permission, so that no deployment is half gradual
 */
export function gradualDeployment(template: FinishedTemplate): void {
  const { Resources } = template;
  const shared = Resources[SHARED_GROUP];
  const role = Resources[ROLE];
  if (shared?.Properties === undefined || role?.Properties === undefined) return;
  Reflect.deleteProperty(Resources, SHARED_GROUP);

  const integrations = integrationsByFunction(Resources);
  const versions = publishedVersions(template, new Set(integrations.keys()));
  for (const [id, integration] of integrations) {
    const version = versions.get(id);
    const permission = permissionOf(Resources, id);
    if (version === undefined || permission === undefined) {
      throw new Error(`The template has no published version or no permission for the API's function ${id}.`);
    }
    Object.assign(Resources, partsOf(id, version, permission, shared.Properties));
    const { alias, permissionId } = idsOf(id);
    integration.Properties = { ...integration.Properties, IntegrationUri: ref(alias) };
    // Until the permission is there, the API would answer 500.
    integration.DependsOn = [...[integration.DependsOn ?? []].flat(), permissionId];
  }
  role.Properties['Policies'] = [
    { PolicyName: 'gradualDeployment', PolicyDocument: rightsFor([...integrations.keys()]) },
  ];
}

/** The function to which a property `{"Fn::GetAtt": [id, "Arn"]}` refers. */
function functionIn(value: unknown): string | undefined {
  const target = (value as { readonly 'Fn::GetAtt'?: unknown } | undefined)?.['Fn::GetAtt'];
  const id: unknown = Array.isArray(target) ? target[0] : undefined;
  return typeof id === 'string' ? id : undefined;
}

function integrationsByFunction(resources: FinishedTemplate['Resources']): Map<string, TemplateResource> {
  const integrations = Object.values(resources).flatMap((resource) => {
    const id = functionIn(resource.Properties?.['IntegrationUri']);
    return id === undefined ? [] : [[id, resource] as const];
  });
  return new Map(integrations);
}

/** Finds the permission of API Gateway to invoke a function. */
const permissionOf = (resources: FinishedTemplate['Resources'], id: string): TemplateResource | undefined =>
  Object.values(resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::Permission' &&
      Properties?.['Principal'] === 'apigateway.amazonaws.com' &&
      functionIn(Properties['FunctionName']) === id,
  );

function idsOf(functionId: string): Record<'alias' | 'permissionId' | 'alarm' | 'group', string> {
  const name = functionId.replace(/LambdaFunction$/, '');
  return {
    alias: `${name}LiveAlias`,
    permissionId: `${name}LivePermissionHttpApi`,
    alarm: `${name}LiveErrorsAlarm`,
    group: `${name}DeploymentGroup`,
  };
}

function partsOf(
  id: string,
  version: string,
  permission: TemplateResource,
  shared: Value,
): Record<string, TemplateResource> {
  const { alias, permissionId, alarm, group } = idsOf(id);
  const atOnce = shared['DeploymentConfigName'] === AT_ONCE || MOVED_AT_ONCE.includes(id);
  const policy = { ApplicationName: ref(APPLICATION), DeploymentGroupName: ref(group) };
  return {
    [alias]: {
      Type: 'AWS::Lambda::Alias',
      ...(!atOnce && { UpdatePolicy: { CodeDeployLambdaAliasUpdate: policy } }),
      Properties: {
        FunctionName: ref(id),
        FunctionVersion: attribute(version, 'Version'),
        Name: LIVE_ALIAS,
      },
    },
    // Beside the permission for $LATEST, which stays: so no request is refused while a stage is switched to or from this.
    [permissionId]: { ...permission, Properties: { ...permission.Properties, FunctionName: ref(alias) } },
    [alarm]: errorsAlarm(id),
    [group]: {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: { ...shared, AlarmConfiguration: withAlarm(shared['AlarmConfiguration'], alarm) },
    },
  };
}

const withAlarm = (shared: unknown, alarm: string): Value => {
  const { Alarms, ...rest } = shared as { readonly Alarms: readonly unknown[] };
  return { ...rest, Alarms: [...Alarms, { Name: ref(alarm) }] };
};

/** An alarm on any failed invocation through the alias, of either version: a crash, a time-out, or too little memory. */
const errorsAlarm = (id: string): TemplateResource => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmDescription: {
      'Fn::Join': [
        '',
        [ref(id), ' has crashed or run out of time or memory. A gradual deployment rolls back.'],
      ],
    },
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [
      { Name: 'FunctionName', Value: ref(id) },
      { Name: 'Resource', Value: qualified(ref(id), LIVE_ALIAS) },
    ],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    TreatMissingData: 'notBreaching',
  },
});

/**
 * Makes the policy of CodeDeploy's role: the part of AWSCodeDeployRoleForLambdaLimited that a deployment without hooks and without a
 * file in S3 uses, on this stage's functions alone. CloudWatch checks DescribeAlarms against all alarms, whichever are asked for.
 */
function rightsFor(functionIds: readonly string[]): Value {
  const arns = functionIds.map((id) => attribute(id, 'Arn'));
  const aliases = arns.map((arn) => qualified(arn, LIVE_ALIAS));
  const alarms = { 'Fn::Sub': 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*' };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['lambda:GetAlias', 'lambda:UpdateAlias'],
        Resource: [...arns, ...aliases],
      },
      {
        Effect: 'Allow',
        Action: 'lambda:GetProvisionedConcurrencyConfig',
        Resource: arns.map((arn) => qualified(arn, '*')),
      },
      { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: alarms },
    ],
  };
}
