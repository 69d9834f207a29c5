import { describe, expect, test } from '@jest/globals';
import { authorizerByFunction } from '../../../infra/packaging/template/api/authorizer-by-function.ts';
import type { FinishedTemplate } from '../../../infra/packaging/template/finished-template.ts';

const PERMISSION = { Type: 'AWS::Lambda::Permission', Properties: {} };

const template = (type: string, permission = true): FinishedTemplate => ({
  Resources: {
    HttpApiAuthorizerCaller: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: { Name: 'caller', AuthorizerType: type },
    },
    ...(permission && { CallerLambdaAuthorizerPermissionHttpApi: PERMISSION }),
    Guarded: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { RouteKey: 'POST /v1/tokens', AuthorizerId: { Ref: 'HttpApiAuthorizerCaller' } },
    },
    Open: { Type: 'AWS::ApiGatewayV2::Route', Properties: { RouteKey: 'GET /health' } },
  },
});

describe('an authorizer that is a function', () => {
  test('is another resource than a JWT authorizer, so that a switch creates it before the routes use it', () => {
    const changed = template('REQUEST');
    authorizerByFunction(changed);
    expect(changed.Resources).toEqual({
      HttpApiAuthorizerCallerByFunction: {
        Type: 'AWS::ApiGatewayV2::Authorizer',
        DependsOn: 'CallerLambdaAuthorizerPermissionHttpApi',
        Properties: { Name: 'callerByFunction', AuthorizerType: 'REQUEST' },
      },
      CallerLambdaAuthorizerPermissionHttpApi: PERMISSION,
      Guarded: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          RouteKey: 'POST /v1/tokens',
          AuthorizerId: { Ref: 'HttpApiAuthorizerCallerByFunction' },
        },
      },
      Open: { Type: 'AWS::ApiGatewayV2::Route', Properties: { RouteKey: 'GET /health' } },
    });
  });

  test('needs the permission of API Gateway', () => {
    expect(() => {
      authorizerByFunction(template('REQUEST', false));
    }).toThrow(/no permission/);
  });
});

test('a JWT authorizer keeps its logical id, which deployed stages have', () => {
  const unchanged = template('JWT', false);
  authorizerByFunction(unchanged);
  expect(unchanged).toEqual(template('JWT', false));
});
