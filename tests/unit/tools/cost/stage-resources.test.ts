import { expect, test } from '@jest/globals';
import { accessLogBytes, minutesOf, stageResources } from '../../../../tools/cost/stage-resources.ts';

test.each([
  ['rate(1 minute)', 1],
  ['rate(5 minutes)', 5],
  ['rate(1 hour)', 60],
  ['rate(2 days)', 2880],
])('the schedule %s runs every %d minutes', (expression, minutes) => {
  expect(minutesOf(expression)).toBe(minutes);
});

test('a schedule that is not a rate is refused, not counted as free', () => {
  expect(() => minutesOf('cron(0 12 * * ? *)')).toThrow(/cron.*is not a rate/);
});

test('a line of the access log has usual values, and a hyphen for an empty one', () => {
  const line = '{"status":"201","error":"-"}\n';
  expect(accessLogBytes('{"status":"$context.status","error":"$context.authorizer.error"}')).toBe(
    line.length,
  );
});

test('the resources of a template are counted by their types', () => {
  const settings = { DetailedMetricsEnabled: true, ThrottlingRateLimit: '50', ThrottlingBurstLimit: 60 };
  const Resources = {
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { AccessLogSettings: { Format: '$context.status' }, DefaultRouteSettings: settings },
    },
    Route: { Type: 'AWS::ApiGatewayV2::Route' },
    Function: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 512 } },
    Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 hour)' } },
    OnEvent: { Type: 'AWS::Events::Rule', Properties: { EventPattern: {} } },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 7 } },
    Alarm: { Type: 'AWS::CloudWatch::Alarm' },
    OfExpression: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { Metrics: [{ Expression: '100 * errors / all' }, { MetricStat: {} }, { MetricStat: {} }] },
    },
    OfAlarms: { Type: 'AWS::CloudWatch::CompositeAlarm' },
    Secret: { Type: 'AWS::SecretsManager::Secret' },
  };
  expect(stageResources('prod', { Resources })).toEqual({
    name: 'prod',
    memoryMb: 512,
    routes: 1,
    detailedMetrics: true,
    throttleRatePerSecond: 50,
    throttleBurst: 60,
    secrets: 1,
    alarms: 4,
    dashboards: 0,
    logRetentionDays: 7,
    schedules: { Rule: 60 },
    accessLogBytes: 4,
  });
});
