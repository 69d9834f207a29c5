import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { logOf } from '../../lib/wiring/parts/function-log.ts';
import { dependenciesOf } from '../../infra/packaging/template/dependencies.ts';
import { packagedTemplate } from '../support/template/packaged.ts';
import {
  environmentOf,
  functionsOf,
  resource,
  resourcesOf,
  statementsOf,
  type Template,
} from '../support/template/template.ts';

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

/** The functions that the API does not invoke. */
const ON_LATEST = ['SweepRevocations', 'RotateSigningKey', 'RecordAudit', 'CheckKeys', 'ProbeService'];

describe('a stage with a gradual deployment', () => {
  let template: Template;
  let served: string[];

  beforeAll(async () => {
    template = await packagedTemplate('example-gradual');
    served = functionsOf(template).filter((name) => !ON_LATEST.includes(name));
  });

  const versionOf = (name: string): string => {
    const [id = ''] = Object.entries(resourcesOf(template, 'AWS::Lambda::Version'))
      .filter(([, { Properties }]) => isRef(Properties['FunctionName'], `${name}LambdaFunction`))
      .map(([version]) => version);
    return id;
  };
  const isRef = (value: unknown, id: string): boolean =>
    JSON.stringify(value) === JSON.stringify({ Ref: id });

  test('invokes every function of the API through its alias, and nothing else', () => {
    const integrations = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Integration'));
    expect(integrations.map(({ Properties }) => Properties['IntegrationUri'])).toEqual(
      served.map((name) => ({ Ref: `${name}LiveAlias` })),
    );
  });

  test('moves each alias to the version of this deployment by CodeDeploy, each in a group of its own', () => {
    for (const name of served) {
      expect(resource(template, `${name}LiveAlias`)).toMatchObject({
        Type: 'AWS::Lambda::Alias',
        UpdatePolicy: {
          CodeDeployLambdaAliasUpdate: {
            ApplicationName: { Ref: 'GradualDeployments' },
            DeploymentGroupName: { Ref: `${name}DeploymentGroup` },
          },
        },
        Properties: { FunctionVersion: { 'Fn::GetAtt': [versionOf(name), 'Version'] }, Name: 'live' },
      });
    }
    expect(Object.keys(resourcesOf(template, 'AWS::CodeDeploy::DeploymentGroup'))).toHaveLength(
      served.length,
    );
  });

  test('shifts as the stage says, and rolls back for an error of the function or of the API', () => {
    for (const name of served) {
      expect(resource(template, `${name}DeploymentGroup`).Properties).toEqual({
        ApplicationName: { Ref: 'GradualDeployments' },
        ServiceRoleArn: { 'Fn::GetAtt': ['GradualDeploymentRole', 'Arn'] },
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
        AlarmConfiguration: {
          Enabled: true,
          Alarms: [
            { Name: { Ref: 'ApiServerErrorsAlarm' } },
            { Name: { Ref: 'InternalErrorsAlarm' } },
            { Name: { Ref: `${name}LiveErrorsAlarm` } },
          ],
        },
      });
    }
  });

  test("watches the errors of the alias, which both versions count to, and the API's share of 5xx", () => {
    expect(resource(template, 'MintTokenLiveErrorsAlarm').Properties).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [
        { Name: 'FunctionName', Value: { Ref: 'MintTokenLambdaFunction' } },
        { Name: 'Resource', Value: { 'Fn::Join': [':', [{ Ref: 'MintTokenLambdaFunction' }, 'live']] } },
      ],
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
    expect(resource(template, 'ApiServerErrorsAlarm').Properties).toMatchObject({
      Metrics: [
        { Expression: '100 * FILL(errors, 0) / requests' },
        { Id: 'errors', ReturnData: false, MetricStat: { Metric: { MetricName: '5xx' } } },
        { Id: 'requests', ReturnData: false, MetricStat: { Metric: { MetricName: 'Count' } } },
      ],
      Threshold: 5,
      TreatMissingData: 'notBreaching',
    });
  });

  test('watches the metric InternalError with the dimension that the functions write', () => {
    const { STAGE } = environmentOf(template, 'MintToken');
    const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    logOf({ LOG_LEVEL: 'info', STAGE: String(STAGE) }).count('InternalError');
    const line: unknown = JSON.parse(String(written.mock.calls[0]?.[0]));
    written.mockRestore();

    const { Namespace, MetricName, Dimensions } = resource(template, 'InternalErrorsAlarm').Properties;
    expect(line).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Namespace, Dimensions: [['Stage']], Metrics: [{ Name: MetricName }] }] },
      Stage: STAGE,
    });
    expect(Dimensions).toEqual([{ Name: 'Stage', Value: STAGE }]);
  });

  test('publishes a version of each function behind an alias, and retains no former one', () => {
    const versions = resourcesOf(template, 'AWS::Lambda::Version');
    expect(Object.keys(versions).sort()).toEqual(served.map(versionOf).sort());
    for (const { DeletionPolicy } of Object.values(versions)) expect(DeletionPolicy).toBeUndefined();
    expect(Object.keys(template.Outputs).filter((name) => name.endsWith('QualifiedArn'))).toEqual([]);
  });

  test('leaves rotation and sweeping on $LATEST', () => {
    const [rule] = Object.values(resourcesOf(template, 'AWS::Events::Rule'));
    expect(rule?.Properties['Targets']).toMatchObject([
      { Arn: { 'Fn::GetAtt': ['SweepRevocationsLambdaFunction', 'Arn'] } },
    ]);
    expect(resource(template, 'RotationSchedule').Properties).toMatchObject({
      RotationLambdaARN: { 'Fn::GetAtt': ['RotateSigningKeyLambdaFunction', 'Arn'] },
    });
  });

  test('lets the API invoke each alias, and has the permission before the API uses it', () => {
    for (const name of served) {
      const permission = `${name}LivePermissionHttpApi`;
      expect(resource(template, permission).Properties).toEqual({
        ...resource(template, `${name}LambdaPermissionHttpApi`).Properties,
        FunctionName: { Ref: `${name}LiveAlias` },
      });
      expect(resource(template, `HttpApiIntegration${name}`).DependsOn).toContain(permission);
    }
  });

  test('gives CodeDeploy the rights to move these aliases and to read alarms, and no others', () => {
    const arns = served.map((name) => ({ 'Fn::GetAtt': [`${name}LambdaFunction`, 'Arn'] }));
    const qualified = (qualifier: string) => arns.map((arn) => ({ 'Fn::Join': [':', [arn, qualifier]] }));
    expect(statementsOf(template, 'GradualDeploymentRole')).toEqual([
      {
        Effect: 'Allow',
        Action: ['lambda:GetAlias', 'lambda:UpdateAlias'],
        Resource: [...arns, ...qualified('live')],
      },
      { Effect: 'Allow', Action: 'lambda:GetProvisionedConcurrencyConfig', Resource: qualified('*') },
      {
        Effect: 'Allow',
        Action: 'cloudwatch:DescribeAlarms',
        Resource: {
          'Fn::Sub': 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*',
        },
      },
    ]);
  });

  test('lets CodeDeploy take its role for the own account only, so that no other account can move the requests', () => {
    expect(resource(template, 'GradualDeploymentRole').Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'codedeploy.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    });
  });

  test('has the number of alarm metrics that docs/configuration.md names the price of', async () => {
    const metrics = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => JSON.stringify(Properties).match(/"MetricName"/g)?.length ?? 0,
    );
    const count = metrics.reduce((sum, it) => sum + it, 0);
    const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    expect(page).toContain(`The alarms are ${count} alarm metrics `);
  });

  test('starts rotation after all of it, and has no cycle', () => {
    const { Resources } = template;
    const others = Object.keys(Resources).filter((id) => id !== 'RotationSchedule');
    expect([...dependenciesOf(template, 'RotationSchedule')].sort()).toEqual(others.sort());
    // CloudFormation counts the references of an UpdatePolicy too.
    const withPolicies = Object.entries(Resources).map(
      ([id, { UpdatePolicy, Properties, ...rest }]) =>
        [id, { ...rest, Properties: { ...Properties, UpdatePolicy } }] as const,
    );
    const whole = { Resources: Object.fromEntries(withPolicies) };
    expect(Object.keys(Resources).filter((id) => dependenciesOf(whole, id).has(id))).toEqual([]);
  });
});
