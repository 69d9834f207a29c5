import { expect, test } from '@jest/globals';
import type { FinishedTemplate } from '../../../infra/packaging/template/finished-template.ts';
import { nameLogGroups } from '../../../infra/packaging/template/log-groups.ts';

const group = (LogGroupName: unknown) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName, RetentionInDays: 30 },
});

test('no log group has a name that an earlier stack could have left behind', () => {
  const template: FinishedTemplate = {
    Resources: {
      MintTokenLogGroup: group('/aws/lambda/layermint-prod-mintToken'),
      MintTokenLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: { LoggingConfig: { LogFormat: 'JSON' } },
      },
      HttpApiLogGroup: group('/aws/vendedlogs/layermint-prod'),
      Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
    },
  };

  nameLogGroups(template);

  expect(template.Resources).toEqual({
    // CloudFormation makes up a name for a group without one.
    MintTokenLogGroup: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30 } },
    MintTokenLambdaFunction: {
      Type: 'AWS::Lambda::Function',
      Properties: { LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: 'MintTokenLogGroup' } } },
    },
    HttpApiLogGroup: group({
      'Fn::Join': [
        '-',
        [
          '/aws/vendedlogs/layermint-prod',
          { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] },
        ],
      ],
    }),
    Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
  });
});
