import type { Milliseconds, Seconds } from '../../../../lib/runtime/time.ts';
import { datapointsOf, type Datapoints } from './alarm-datapoints.ts';
import { readAlarm, type AlarmProperties, type WrittenAlarm } from './alarm-properties.ts';
import type { MetricData } from './metric-store.ts';

/** The state of an alarm. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** An alarm's state, with the values that led to it. */
export interface Evaluation {
  readonly state: AlarmState;
  /** The values that there are in the evaluation range, oldest first. */
  readonly values: readonly number[];
  readonly period: Seconds;
}

/**
 * Evaluates an alarm as CloudWatch does.
 *
 * @param alarm - the properties of an `AWS::CloudWatch::Alarm`, without references
 * @param now - the moment of the evaluation. The last whole minute before it is the last that counts
 * @param former - the state before, which is kept if missing values are ignored
 * @throws {AlarmError | ExpressionError | UnknownStatisticError} for an alarm that CloudWatch refuses, or that this one cannot evaluate
 */
export function evaluateAlarm(
  alarm: WrittenAlarm,
  data: MetricData,
  now: Milliseconds,
  former: AlarmState = 'INSUFFICIENT_DATA',
): AlarmState {
  return examineAlarm(readAlarm(alarm), data, now, former).state;
}

/** Evaluates an alarm like {@link evaluateAlarm}, and tells the values. */
export function examineAlarm(
  alarm: AlarmProperties,
  data: MetricData,
  now: Milliseconds,
  former: AlarmState,
): Evaluation {
  const datapoints = datapointsOf(alarm, data, now);
  const state = hasTooFewSamples(alarm, datapoints) ? former : stateOf(alarm, datapoints, former);
  const values = datapoints.points.filter((value) => value !== undefined);
  return { state, values, period: datapoints.period };
}

/**
 * Decides by the values of the evaluation range (CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"): real
 * values come first, the older ones too, and missing ones count only if there are fewer than `EvaluationPeriods`.
 */
function stateOf(alarm: AlarmProperties, { points }: Datapoints, former: AlarmState): AlarmState {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods } = alarm;
  const breaching = (value: number): boolean => isBreaching(value, alarm);
  const real = points.filter((value) => value !== undefined);
  const counted = real.slice(-periods);
  const found = counted.filter(breaching).length;
  const missing = periods - counted.length;
  if (missing === 0 || found >= needed) return found >= needed ? 'ALARM' : 'OK';
  switch (treatmentOf(alarm)) {
    case 'breaching':
      return found + missing >= needed ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return found < counted.length ? 'OK' : former;
    case 'missing':
      if (found < counted.length) return 'OK';
      return isOldEnough(points, needed) ? 'ALARM' : 'INSUFFICIENT_DATA';
  }
}

/**
 * Tells if the oldest of values that all breach is so old that the alarm does not wait for more ("Avoiding premature transitions to
 * alarm state").
 */
function isOldEnough(points: Datapoints['points'], needed: number): boolean {
  const oldest = points.findIndex((value) => value !== undefined);
  return oldest !== -1 && points.length - oldest >= needed;
}

/** Alarms on DynamoDB's own metrics ignore missing values unless they say otherwise. */
function treatmentOf({
  TreatMissingData,
  Namespace,
}: AlarmProperties): 'missing' | 'ignore' | 'breaching' | 'notBreaching' {
  return TreatMissingData ?? (Namespace === 'AWS/DynamoDB' ? 'ignore' : 'missing');
}

function isBreaching(value: number, { ComparisonOperator, Threshold }: AlarmProperties): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanThreshold':
      return value > Threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'LessThanThreshold':
      return value < Threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= Threshold;
  }
}

/** Tells if a percentile has too few values to mean anything ("Percentile-based CloudWatch alarms and low data samples"). */
function hasTooFewSamples(alarm: AlarmProperties, { samples }: Datapoints): boolean {
  const { ExtendedStatistic, EvaluateLowSampleCountPercentile } = alarm;
  if (EvaluateLowSampleCountPercentile !== 'ignore' || samples === undefined) return false;
  const percent = Number(ExtendedStatistic?.replace(/^p/, ''));
  return samples < 1_000 / (percent >= 50 ? 100 - percent : percent);
}
