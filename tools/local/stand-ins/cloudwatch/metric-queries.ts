import { toMilliseconds, type Milliseconds, type Seconds } from '../../../../lib/runtime/time.ts';
import type { MetricDataQuery } from './alarm-properties.ts';
import { calculate } from './math/calculation.ts';
import { parseExpression } from './math/expression.ts';
import { ExpressionError, seriesValue, type MathValue, type Series } from './math/series.ts';
import type { MetricData, MetricId } from './metric-store.ts';

/** The periods that a query reads. */
export interface Periods {
  readonly period: Seconds;
  /** The end of the last period. */
  readonly until: Milliseconds;
  /** The number of periods. */
  readonly length: number;
}

/** The statistic that a query reads. */
export interface Reading {
  readonly statistic: string;
  /** Leaves out a metric of another unit. */
  readonly unit?: string | undefined;
}

/**
 * Reads a metric, one value for each period.
 *
 * @throws {UnknownStatisticError}
 */
export function seriesOf(
  metric: MetricId,
  { statistic, unit }: Reading,
  { period, until, length }: Periods,
  data: MetricData,
): Series {
  return Array.from({ length }, (_, at) => {
    const start = until - toMilliseconds(period * (length - at));
    return data.values(metric, { start, length: period }, unit)?.statistic(statistic);
  });
}

/**
 * Reads or calculates one of several queries, as CloudWatch's GetMetricData does. Alarms and graphs are both read by it.
 *
 * @param id - the query's `Id`
 * @throws {ExpressionError} for an expression that CloudWatch would refuse, and for one that is not a single time series
 * @throws {UnknownStatisticError}
 */
export function seriesNamed(
  id: string,
  queries: readonly MetricDataQuery[],
  periods: Periods,
  data: MetricData,
): Series {
  const points = ({ MetricStat }: MetricDataQuery): Series => {
    if (MetricStat === undefined) return [];
    const { Metric, Stat: statistic, Unit: unit } = MetricStat;
    const { Namespace: namespace, MetricName: name, Dimensions: dimensions } = Metric;
    return seriesOf({ namespace, name, dimensions }, { statistic, unit }, periods, data);
  };
  const metrics = () =>
    queries.filter(({ MetricStat }) => MetricStat !== undefined).map((it) => [it.Id, points(it)] as const);
  const valueOf = (name: string, within: readonly string[]): MathValue => {
    const found = queries.find(({ Id }) => Id === name);
    if (found === undefined) throw new ExpressionError(`No entry of Metrics has the Id "${name}"`);
    if (within.includes(name)) throw new ExpressionError(`The expression "${name}" refers to itself`);
    if (found.Expression === undefined) return seriesValue(points(found));
    const inner = [...within, name];
    const { period, length } = periods;
    const scope = { valueOf: (other: string) => valueOf(other, inner), metrics, period, length };
    return calculate(parseExpression(found.Expression), scope);
  };
  const value = valueOf(id, []);
  if (value.kind !== 'series') {
    const expression = queries.find(({ Id }) => Id === id)?.Expression ?? '';
    throw new ExpressionError(`The expression "${expression}" must result in one time series`);
  }
  return value.points;
}
