import { MINUTE, toMilliseconds, type Milliseconds, type Seconds } from '../../../../lib/runtime/time.ts';
import { AlarmError, type AlarmProperties, type MetricDataQuery } from './alarm-properties.ts';
import { calculate } from './math/calculation.ts';
import { parseExpression } from './math/expression.ts';
import { ExpressionError, seriesValue, type MathValue, type Series } from './math/series.ts';
import type { MetricData, MetricId } from './metric-store.ts';

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
    points: seriesOf(metric, { statistic, period, until, length, unit: Unit }, data),
    period,
    until,
    samples: data.values(metric, counted, Unit)?.count ?? 0,
  };
}

interface SeriesQuery {
  readonly statistic: string;
  readonly period: Seconds;
  readonly until: Milliseconds;
  readonly length: number;
  readonly unit: string | undefined;
}

function seriesOf(
  metric: MetricId,
  { statistic, period, until, length, unit }: SeriesQuery,
  data: MetricData,
): Series {
  return Array.from({ length }, (_, at) => {
    const start = until - toMilliseconds(period * (length - at));
    return data.values(metric, { start, length: period }, unit)?.statistic(statistic);
  });
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

  const points = ({ MetricStat }: MetricDataQuery): Series => {
    if (MetricStat === undefined) return [];
    const { Metric, Stat: statistic, Unit: unit } = MetricStat;
    const { Namespace: namespace, MetricName: name, Dimensions: dimensions } = Metric;
    return seriesOf({ namespace, name, dimensions }, { statistic, period, until, length, unit }, data);
  };
  const metrics = () =>
    entries.filter(({ MetricStat }) => MetricStat !== undefined).map((it) => [it.Id, points(it)] as const);
  const valueOf = (id: string, within: readonly string[]): MathValue => {
    const found = entries.find(({ Id }) => Id === id);
    if (found === undefined) throw new ExpressionError(`No entry of Metrics has the Id "${id}"`);
    if (within.includes(id)) throw new ExpressionError(`The expression "${id}" refers to itself`);
    if (found.Expression === undefined) return seriesValue(points(found));
    const inner = [...within, id];
    const scope = { valueOf: (other: string) => valueOf(other, inner), metrics, period, length };
    return calculate(parseExpression(found.Expression), scope);
  };
  const value = valueOf(entry.Id, []);
  if (value.kind !== 'series')
    throw new ExpressionError(`The expression "${entry.Expression ?? ''}" must result in one time series`);
  return { points: value.points, period, until };
}
