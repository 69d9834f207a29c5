import { describe, expect, test } from '@jest/globals';
import type { DeployedResources } from '../../../infra/packaging/template/after-first-deployment.ts';
import type { FinishedTemplate } from '../../../infra/packaging/template/finished-template.ts';
import { checkShiftedResources } from '../../../infra/packaging/template/shifted-resources.ts';

type Variables = Readonly<Record<string, unknown>>;

const FORMER = {
  TABLE_NAME: { Ref: 'Table' },
  SIGNING_KEY_SECRET_ARN: { Ref: 'SigningKeySecret' },
  LOG_LEVEL: 'info',
};

const withVariables = (Variables: Variables) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Environment: { Variables } },
});

/** A stage with the function `MintToken`, of which CodeDeploy moves the requests unless `atOnce`. */
const stage = (variables: Variables, atOnce = false): FinishedTemplate => ({
  Resources: {
    MintTokenLambdaFunction: withVariables(variables),
    MintTokenLiveAlias: {
      Type: 'AWS::Lambda::Alias',
      ...(!atOnce && { UpdatePolicy: { CodeDeployLambdaAliasUpdate: {} } }),
      Properties: { FunctionName: { Ref: 'MintTokenLambdaFunction' } },
    },
    SweepRevocationsLambdaFunction: withVariables(variables),
  },
});

const deployed = (variables: Variables): DeployedResources => stage(variables).Resources;

describe('a gradual deployment to another resource, which the former version could not use, is refused', () => {
  test.each([
    ['tableName', { TABLE_NAME: 'layermint-restored' }],
    ['signingKeySecretArn', { SIGNING_KEY_SECRET_ARN: 'arn:of:another' }],
    ['tableName, signingKeySecretArn', { TABLE_NAME: 'restored', SIGNING_KEY_SECRET_ARN: 'arn:of:another' }],
  ])('%s', (parameters, change) => {
    expect(() => {
      checkShiftedResources(stage({ ...FORMER, ...change }), deployed(FORMER));
    }).toThrow(new RegExp(`^${parameters}: .*--param gradualDeployment=AllAtOnce`));
  });
});

describe('a gradual switch to another kind of authorizer, which new versions would answer with 401, is refused', () => {
  const several = { ...FORMER, ISSUERS: '[{"name":"one"}]' };

  test.each<[string, Variables, Variables]>([
    ['from one issuer to several', FORMER, several],
    ['from several issuers to one', several, FORMER],
  ])('%s', (_way, before, after) => {
    expect(() => {
      checkShiftedResources(stage(after), deployed(before));
    }).toThrow(/^issuers: .*--param gradualDeployment=AllAtOnce/);
    expect(() => {
      checkShiftedResources(stage(after, true), deployed(before));
    }).not.toThrow();
  });

  test('but not a change among several issuers', () => {
    const others = { ...FORMER, ISSUERS: '[{"name":"two"}]' };
    expect(() => {
      checkShiftedResources(stage(others), deployed(several));
    }).not.toThrow();
  });
});

describe('a deployment is not refused', () => {
  const another = { ...FORMER, TABLE_NAME: 'layermint-restored' };

  test.each<[string, FinishedTemplate, DeployedResources | undefined]>([
    ['if nothing has changed', stage(FORMER), deployed(FORMER)],
    ['for another variable', stage({ ...FORMER, LOG_LEVEL: 'debug' }), deployed(FORMER)],
    ['if it moves all requests at once', stage(another, true), deployed(FORMER)],
    ['if it is the first', stage(another), undefined],
    ['if it makes the aliases', stage(another), { MintTokenLambdaFunction: withVariables(FORMER) }],
    ['if the former version did not use the resource', stage(another), deployed({ LOG_LEVEL: 'info' })],
  ])('%s', (_when, template, before) => {
    expect(() => {
      checkShiftedResources(template, before);
    }).not.toThrow();
  });
});
