import * as z from 'zod';
import type { Measured } from './measured.ts';

const Resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });

const Template = z.object({ Resources: z.record(z.string(), Resource) });

const Stage = z.object({
  AccessLogSettings: z.object({ Format: z.string() }),
  DefaultRouteSettings: z.object({
    DetailedMetricsEnabled: z.boolean().default(false),
    ThrottlingRateLimit: z.coerce.number(),
    ThrottlingBurstLimit: z.coerce.number(),
  }),
});

const Function = z.object({ MemorySize: z.number() });
const Rule = z.object({ ScheduleExpression: z.string() });
const Alarm = z.object({ Metrics: z.array(z.record(z.string(), z.unknown())).default([]) });
const LogGroup = z.object({ RetentionInDays: z.number() });

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** Usual values of the variables of an access log. Any other is `-`, as API Gateway writes for an empty one. */
const ACCESS_LOG_VALUES: Readonly<Record<string, string>> = {
  requestId: 'JKJaXmPLvHcESHA=',
  extendedRequestId: 'JKJaXmPLvHcESHA=',
  routeKey: 'POST /v1/tokens',
  httpMethod: 'POST',
  path: '/v1/tokens',
  protocol: 'HTTP/1.1',
  status: '201',
  responseLatency: '18',
  responseLength: '1500',
  integrationLatency: '16',
  integrationStatus: '200',
  requestTime: '26/Nov/2026:12:00:00 +0000',
  requestTimeEpoch: '1795694400000',
};

/** Computes the length of a line of an access log with usual values, in bytes, its line break included. */
export function accessLogBytes(format: string): number {
  const filled = format.replaceAll(
    /\$context\.([A-Za-z.]+)/g,
    (_, name: string) => ACCESS_LOG_VALUES[name] ?? '-',
  );
  return Buffer.byteLength(filled) + 1;
}

/**
 * Reads the minutes between two runs of a schedule.
 *
 * @throws RangeError for an expression that is not a rate
 */
export function minutesOf(expression: string): number {
  const [, value, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = MINUTES[unit];
  if (value === undefined || minutes === undefined)
    throw new RangeError(`The costs of the schedule ${expression} cannot be computed: it is not a rate.`);
  return Number(value) * minutes;
}

/** Counts the metrics of an alarm: the one that it names, or those in its expression. */
function metricsIn(alarm: unknown): number {
  return Math.max(1, Alarm.parse(alarm).Metrics.filter((metric) => 'MetricStat' in metric).length);
}

/**
 * Reads the parts of a packaged stage that cost something or limit something.
 *
 * @param content - the CloudFormation template, as JSON
 * @throws ZodError for a template without an API with an access log
 */
export function stageResources(name: string, content: unknown): Measured['stage'] {
  const { Resources } = Template.parse(content);
  const ofType = (type: string): [string, unknown][] =>
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => [id, Properties]);
  const first = (type: string): unknown => ofType(type)[0]?.[1];
  const { AccessLogSettings, DefaultRouteSettings } = Stage.parse(first('AWS::ApiGatewayV2::Stage'));
  const schedules = ofType('AWS::Events::Rule').flatMap(([id, properties]): [string, number][] => {
    const { data } = Rule.safeParse(properties);
    return data ? [[id, minutesOf(data.ScheduleExpression)]] : [];
  });
  const alarms = ofType('AWS::CloudWatch::Alarm');
  return {
    name,
    memoryMb: Function.parse(first('AWS::Lambda::Function')).MemorySize,
    routes: ofType('AWS::ApiGatewayV2::Route').length,
    detailedMetrics: DefaultRouteSettings.DetailedMetricsEnabled,
    throttleRatePerSecond: DefaultRouteSettings.ThrottlingRateLimit,
    throttleBurst: DefaultRouteSettings.ThrottlingBurstLimit,
    secrets: ofType('AWS::SecretsManager::Secret').length,
    alarms:
      alarms.reduce((sum, [, properties]) => sum + metricsIn(properties), 0) +
      ofType('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    logRetentionDays: LogGroup.parse(first('AWS::Logs::LogGroup')).RetentionInDays,
    schedules: Object.fromEntries(schedules),
    accessLogBytes: accessLogBytes(AccessLogSettings.Format),
  };
}
