import { MINUTE, toMilliseconds, type Milliseconds, type Seconds } from '../../../../lib/runtime/time.ts';
import { AlarmError, type AlarmProperties, type MetricDataQuery } from './alarm-properties.ts';
import type { Series } from './math/series.ts';
import { seriesNamed, seriesOf } from './metric-queries.ts';
import type { MetricData } from './metric-store.ts';

/** The values that an alarm compares with its threshold. */
export interface Datapoints {
  /** One for each period of the evaluation range, oldest first. */
  readonly points: Series;
  readonly period: Seconds;
  /** The end of the last period. */
  readonly until: Milliseconds;
  /** The number of measured values in the periods that count, if the alarm is on one metric. */
  readonly samples?: number;
}

/**
 * The number of periods beyond `EvaluationPeriods` that CloudWatch looks at for missing values. Its length is not documented; in the
 * example of the user guide ("Configuring how CloudWatch alarms treat missing data") it is two.
 */
export const PERIODS_FOR_MISSING = 2;

const MINUTE_LENGTH: Milliseconds = toMilliseconds(MINUTE);

/**
 * Reads or calculates an alarm's values. An alarm is evaluated once a minute, and its window ends with the last whole minute: windows
 * slide, and are not aligned to multiples of the period (user guide, "Alarm evaluation window").
 *
 * @throws {AlarmError | ExpressionError | UnknownStatisticError}
 */
export function datapointsOf(alarm: AlarmProperties, data: MetricData, now: Milliseconds): Datapoints {
  const until = Math.floor(now / MINUTE_LENGTH) * MINUTE_LENGTH;
  const length = alarm.EvaluationPeriods + PERIODS_FOR_MISSING;
  if (alarm.Metrics.length > 0) return calculated(alarm.Metrics, data, until, length);
  const { Namespace: namespace, MetricName: name, Dimensions: dimensions, Period: period, Unit } = alarm;
  const statistic = alarm.Statistic ?? alarm.ExtendedStatistic;
  if (namespace === undefined || name === undefined || period === undefined || statistic === undefined)
    throw new AlarmError('An alarm needs Metrics, or Namespace, MetricName, Period and a statistic');
  const metric = { namespace, name, dimensions };
  const { EvaluationPeriods } = alarm;
  const counted = {
    start: until - toMilliseconds(period * EvaluationPeriods),
    length: period * EvaluationPeriods,
  };
  return {
    points: seriesOf(metric, { statistic, unit: Unit }, { period, until, length }, data),
    period,
    until,
    samples: data.values(metric, counted, Unit)?.count ?? 0,
  };
}

/** Calculates the entry whose data is returned. */
function calculated(
  entries: readonly MetricDataQuery[],
  data: MetricData,
  until: Milliseconds,
  length: number,
): Datapoints {
  const returned = entries.filter(({ ReturnData }) => ReturnData);
  const [entry] = returned;
  if (entry === undefined || returned.length > 1)
    throw new AlarmError('Exactly one entry of Metrics must have ReturnData: true');
  const periods = new Set(entries.flatMap(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? []));
  const [period] = periods;
  if (period === undefined || periods.size > 1)
    throw new AlarmError('All entries of Metrics must have the same Period');

  return { points: seriesNamed(entry.Id, entries, { until, length, period }, data), period, until };
}
