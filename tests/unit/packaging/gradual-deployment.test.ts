import { beforeEach, describe, expect, test } from '@jest/globals';
import type { FinishedTemplate } from '../../../infra/packaging/template/finished-template.ts';
import { gradualDeployment } from '../../../infra/packaging/template/gradual-deployment.ts';

const arn = { 'Fn::GetAtt': ['MintLambdaFunction', 'Arn'] };

/** A template with one function of the API, one on a schedule, and the parts of a gradual stage. */
function gradualTemplate(shift = 'Canary10Percent5Minutes'): FinishedTemplate {
  return {
    Resources: {
      MintLambdaFunction: { Type: 'AWS::Lambda::Function' },
      MintVersionA1: {
        Type: 'AWS::Lambda::Version',
        DeletionPolicy: 'Retain',
        Properties: { FunctionName: { Ref: 'MintLambdaFunction' } },
      },
      MintPermission: {
        Type: 'AWS::Lambda::Permission',
        Properties: { FunctionName: arn, Principal: 'apigateway.amazonaws.com', SourceArn: 'api' },
      },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        DependsOn: 'Other',
        Properties: { IntegrationUri: arn, PayloadFormatVersion: '2.0' },
      },
      SweepLambdaFunction: { Type: 'AWS::Lambda::Function' },
      SweepVersionB1: {
        Type: 'AWS::Lambda::Version',
        Properties: { FunctionName: { Ref: 'SweepLambdaFunction' } },
      },
      GradualDeploymentRole: { Type: 'AWS::IAM::Role', Properties: {} },
      GradualDeploymentGroup: {
        Type: 'AWS::CodeDeploy::DeploymentGroup',
        Properties: {
          DeploymentConfigName: `CodeDeployDefault.Lambda${shift}`,
          AlarmConfiguration: { Enabled: true, Alarms: [{ Name: 'api' }] },
        },
      },
    },
    Outputs: {
      MintVersion: { Value: { Ref: 'MintVersionA1' } },
      SweepVersion: { Value: { Ref: 'SweepVersionB1' } },
      Table: { Value: { Ref: 'Table' } },
    },
  };
}

describe('the template of a stage with a gradual deployment', () => {
  let template: FinishedTemplate;

  beforeEach(() => {
    template = gradualTemplate();
    gradualDeployment(template);
  });

  test('lets the API invoke the alias, once the API is permitted to', () => {
    expect(template.Resources['Integration']).toEqual({
      Type: 'AWS::ApiGatewayV2::Integration',
      DependsOn: ['Other', 'MintLivePermissionHttpApi'],
      Properties: { IntegrationUri: { Ref: 'MintLiveAlias' }, PayloadFormatVersion: '2.0' },
    });
    expect(template.Resources['MintLivePermissionHttpApi']?.Properties).toEqual({
      FunctionName: { Ref: 'MintLiveAlias' },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: 'api',
    });
  });

  test('keeps the permission for $LATEST, so that no request fails while a stage is switched to or from a gradual deployment', () => {
    expect(template.Resources['MintPermission']).toEqual(gradualTemplate().Resources['MintPermission']);
  });

  test('retains no former version, and none of a function that the API does not invoke', () => {
    expect(template.Resources['MintVersionA1']).not.toHaveProperty('DeletionPolicy');
    expect(template.Resources).not.toHaveProperty('SweepVersionB1');
    expect(template.Outputs).toEqual({ Table: { Value: { Ref: 'Table' } } });
  });

  test('has a deployment group for each function instead of the shared one', () => {
    expect(template.Resources).not.toHaveProperty('GradualDeploymentGroup');
    expect(template.Resources['MintDeploymentGroup']?.Properties).toEqual({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      AlarmConfiguration: {
        Enabled: true,
        Alarms: [{ Name: 'api' }, { Name: { Ref: 'MintLiveErrorsAlarm' } }],
      },
    });
  });
});

test('a deployment all at once does without CodeDeploy, which would refuse an alias that was moved, and stop for an alarm that is on', () => {
  const template = gradualTemplate('AllAtOnce');
  gradualDeployment(template);
  expect(template.Resources['MintLiveAlias']).toEqual({
    Type: 'AWS::Lambda::Alias',
    Properties: {
      FunctionName: { Ref: 'MintLambdaFunction' },
      FunctionVersion: { 'Fn::GetAtt': ['MintVersionA1', 'Version'] },
      Name: 'live',
    },
  });
});

test.each(['MintVersionA1', 'MintPermission'])(
  'a function of the API without %s stops packaging, as it would be deployed all at once or not at all',
  (id) => {
    const template = gradualTemplate();
    Reflect.deleteProperty(template.Resources, id);
    expect(() => {
      gradualDeployment(template);
    }).toThrow(/no published version or no permission for the API's function MintLambdaFunction/);
  },
);

test('the console moves at once: its page would ask another version for files that only its own has', () => {
  const text = JSON.stringify(gradualTemplate()).replaceAll('MintLambdaFunction', 'GetConsoleLambdaFunction');
  const template = JSON.parse(text) as FinishedTemplate;
  gradualDeployment(template);
  const alias = template.Resources['GetConsoleLiveAlias'];
  expect(alias?.Type).toBe('AWS::Lambda::Alias');
  expect(alias?.['UpdatePolicy']).toBeUndefined();
});

test('a stage without a gradual deployment is left unchanged', () => {
  const template = gradualTemplate();
  Reflect.deleteProperty(template.Resources, 'GradualDeploymentGroup');
  const before = structuredClone(template);
  gradualDeployment(template);
  expect(template).toEqual(before);
});
