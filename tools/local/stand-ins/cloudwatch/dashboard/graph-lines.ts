import { toMilliseconds, type Milliseconds, type Seconds } from '../../../../../lib/runtime/time.ts';
import type { MetricDataQuery } from '../alarm-properties.ts';
import { seriesNamed } from '../metric-queries.ts';
import type { Series } from '../math/series.ts';
import type { MetricData } from '../metric-store.ts';
import { DashboardError } from './errors.ts';
import type { GraphEntry, GraphProperties } from './schemas.ts';

/** A line of a graph with its values. */
export interface GraphLine {
  readonly label: string;
  readonly axis: 'left' | 'right';
  /** One for each period, oldest first. */
  readonly points: Series;
}

/** The values of a graph. */
export interface GraphData {
  readonly lines: readonly GraphLine[];
  readonly period: Seconds;
  /** The begin of the first period. */
  readonly start: Milliseconds;
  /** The end of the graph. The last period can end later. */
  readonly end: Milliseconds;
}

interface Entry {
  readonly query: MetricDataQuery;
  readonly label: string;
  readonly axis: 'left' | 'right';
}

/**
 * Reads the values of a graph. Periods are aligned to multiples of their length, and the present one is among them, as on CloudWatch.
 *
 * @param range - the seconds up to now that the graph shows
 * @throws {DashboardError | ExpressionError | UnknownStatisticError}
 */
export function graphData(
  properties: GraphProperties,
  data: MetricData,
  now: Milliseconds,
  range: Seconds,
): GraphData {
  const { period } = properties;
  const step = toMilliseconds(period);
  const until = (Math.floor(now / step) + 1) * step;
  const start = Math.floor((now - toMilliseconds(range)) / step) * step;
  const periods = { period, until, length: (until - start) / step };
  const entries = properties.metrics.map((entry, at) => entryOf(entry, at, properties));
  const queries = entries.map(({ query }) => query);
  const lines = entries
    .filter(({ query }) => query.ReturnData)
    .map(({ query, label, axis }) => ({
      label,
      axis,
      points: seriesNamed(query.Id, queries, periods, data),
    }));
  return { lines, period, start, end: now };
}

/** Reads an entry of `metrics` as a query. An entry without an id gets one that no expression can name. */
function entryOf(entry: GraphEntry, at: number, { period, stat }: GraphProperties): Entry {
  const parts: readonly string[] = entry.filter((part) => typeof part === 'string');
  const last = entry.at(-1);
  const settings = typeof last === 'object' ? last : {};
  const shared = {
    Id: settings.id ?? `entry ${at}`,
    Period: period,
    ReturnData: settings.visible ?? true,
  };
  const axis = settings.yAxis ?? 'left';
  if ('expression' in settings) {
    const { expression } = settings;
    return { query: { ...shared, Expression: expression }, label: settings.label ?? expression, axis };
  }
  const [Namespace, MetricName, ...flat] = parts;
  if (Namespace === undefined || MetricName === undefined)
    throw new DashboardError('A metric of a graph needs a namespace and a name');
  const Dimensions: Record<string, string> = {};
  for (let index = 0; index < flat.length; index += 2) Dimensions[flat[index] ?? ''] = flat[index + 1] ?? '';
  const Stat = 'stat' in settings ? (settings.stat ?? stat) : stat;
  const MetricStat = { Metric: { Namespace, MetricName, Dimensions }, Period: period, Stat };
  return { query: { ...shared, MetricStat }, label: settings.label ?? MetricName, axis };
}

/** The last and the greatest of some values. */
export interface Extremes {
  readonly last: number;
  readonly maximum: number;
}

/** Finds the last and the greatest value of a line; undefined if it has none. */
export function extremesOf({ points }: Pick<GraphLine, 'points'>): Extremes | undefined {
  const values = points.filter((value) => value !== undefined);
  const last = values.at(-1);
  return last === undefined ? undefined : { last, maximum: Math.max(...values) };
}
