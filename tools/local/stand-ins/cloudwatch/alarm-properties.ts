import * as z from 'zod';

const Dimensions = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .default([])
  .transform((list): Readonly<Record<string, string>> =>
    Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])),
  );

/** CloudFormation takes numbers as text too. */
const Amount = z.coerce.number();

/** A whole number of minutes. High-resolution alarms are not supported. */
const Period = z.coerce.number().int().positive().multipleOf(60);

const MetricStat = z.object({
  Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions }),
  Period,
  Stat: z.string(),
  Unit: z.string().optional(),
});

const MetricDataQuery = z.object({
  Id: z.string().regex(/^[a-z][A-Za-z0-9_]*$/),
  Expression: z.string().optional(),
  MetricStat: MetricStat.optional(),
  Period: Period.optional(),
  ReturnData: z.boolean().default(true),
});
export type MetricDataQuery = z.output<typeof MetricDataQuery>;

/**
 * The properties of an `AWS::CloudWatch::Alarm` without references. Anomaly detection, composite alarms and Metrics Insights are not
 * supported.
 */
export const AlarmProperties = z.object({
  AlarmName: z.string().default(''),
  AlarmDescription: z.string().default(''),
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions,
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
  Unit: z.string().optional(),
  Period: Period.optional(),
  Metrics: z.array(MetricDataQuery).default([]),
  EvaluationPeriods: z.coerce.number().int().positive(),
  DatapointsToAlarm: z.coerce.number().int().positive().optional(),
  Threshold: Amount,
  ComparisonOperator: z.enum([
    'GreaterThanThreshold',
    'GreaterThanOrEqualToThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ]),
  TreatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']).optional(),
  EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).default('evaluate'),
});

/** An alarm as CloudFormation writes it. */
export type WrittenAlarm = z.input<typeof AlarmProperties>;

/** An alarm, read. */
export type AlarmProperties = z.output<typeof AlarmProperties>;

/** An alarm that CloudWatch would refuse, or that this one cannot evaluate. */
export class AlarmError extends Error {
  override readonly name = 'AlarmError';
}

/**
 * Reads the properties of an alarm.
 *
 * @throws {AlarmError} that names the property
 */
export function readAlarm(properties: unknown): AlarmProperties {
  const { data, error } = AlarmProperties.safeParse(properties);
  if (data === undefined) throw new AlarmError(z.prettifyError(error), { cause: error });
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods } = data;
  if (DatapointsToAlarm > EvaluationPeriods)
    throw new AlarmError('DatapointsToAlarm must not be greater than EvaluationPeriods');
  return data;
}
