import { describe, expect, test } from '@jest/globals';
import { routeThrottles } from '../../../infra/packaging/template/api/route-throttles.ts';
import { type FinishedTemplate } from '../../../infra/packaging/template/finished-template.ts';

const template = (RouteSettings: unknown, DependsOn?: string): FinishedTemplate => ({
  Resources: {
    HttpApiStage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      ...(DependsOn !== undefined && { DependsOn }),
      Properties: {
        DefaultRouteSettings: {
          DetailedMetricsEnabled: true,
          ThrottlingRateLimit: 200,
          ThrottlingBurstLimit: 400,
        },
        RouteSettings,
      },
    },
    HttpApiRoutePostV1Tokens: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { RouteKey: 'POST /v1/tokens' },
    },
    HttpApiRouteDefault: { Type: 'AWS::ApiGatewayV2::Route', Properties: { RouteKey: '$default' } },
  },
});

const stageOf = ({ Resources }: FinishedTemplate) => Resources['HttpApiStage'];

const BOTH = { 'POST /v1/tokens': { rate: 1000, burst: 2000 }, $default: { rate: 10, burst: 20 } };

describe('throttles of single routes', () => {
  test('are written as API Gateway has them, and keep the metrics of each route', () => {
    const changed = template(BOTH);
    routeThrottles(changed);
    expect(stageOf(changed)?.Properties?.['RouteSettings']).toEqual({
      'POST /v1/tokens': {
        DetailedMetricsEnabled: true,
        ThrottlingRateLimit: 1000,
        ThrottlingBurstLimit: 2000,
      },
      $default: { DetailedMetricsEnabled: true, ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
    });
  });

  test('come after their routes, without which the deployment fails', () => {
    const changed = template(BOTH, 'HttpApiLogGroup');
    routeThrottles(changed);
    expect(stageOf(changed)?.DependsOn).toEqual([
      'HttpApiLogGroup',
      'HttpApiRoutePostV1Tokens',
      'HttpApiRouteDefault',
    ]);
  });

  test('for a route that the stack lacks are an error', () => {
    expect(() => {
      routeThrottles(template({ 'GET /x': { rate: 1, burst: 1 } }));
    }).toThrow('The template has no route GET /x');
  });

  test('change nothing in a stage without them', () => {
    const without = template({ Ref: 'AWS::NoValue' });
    const before = JSON.stringify(without);
    routeThrottles(without);
    expect(JSON.stringify(without)).toBe(before);
  });
});
