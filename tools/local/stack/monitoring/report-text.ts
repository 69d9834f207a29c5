import { MINUTE, toMilliseconds, type Milliseconds } from '../../../../lib/runtime/time.ts';
import type { MetricStore } from '../../stand-ins/cloudwatch/index.ts';
import type { AlarmReport } from './local-alarms.ts';

/** A metric with its values, for people and programs. */
export interface MetricReport {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  /** The statistics of the last hour, the present minute included. */
  readonly lastHour: Statistics;
  /** The sums of the last minutes, oldest first. The last one is the present minute; null = no value. */
  readonly minutes: readonly (number | null)[];
}

/** Statistics of a metric. */
export interface Statistics {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly p99: number;
}

const HOUR_IN_MINUTES = 60;
const SHOWN_MINUTES = 5;

/** Reports all metrics with values in the last hour. */
export function metricReports(store: MetricStore, now: Milliseconds): MetricReport[] {
  const minute = toMilliseconds(MINUTE);
  const next = (Math.floor(now / minute) + 1) * minute;
  return store.metrics().flatMap(({ unit, ...metric }) => {
    const range = { start: next - HOUR_IN_MINUTES * minute, length: HOUR_IN_MINUTES * MINUTE };
    const hour = store.values(metric, range);
    if (hour === undefined) return [];
    const minutes = Array.from({ length: SHOWN_MINUTES }, (_, at) => {
      const start = next - (SHOWN_MINUTES - at) * minute;
      return store.values(metric, { start, length: MINUTE })?.statistic('Sum') ?? null;
    });
    const statistic = (name: string): number => hour.statistic(name) ?? 0;
    const lastHour = {
      count: hour.count,
      sum: statistic('Sum'),
      minimum: statistic('Minimum'),
      maximum: statistic('Maximum'),
      p99: statistic('p99'),
    };
    return [{ ...metric, unit, lastHour, minutes }];
  });
}

/** Writes the metrics as a table for a terminal. */
export function metricsText(reports: readonly MetricReport[], leftOut: number): string {
  const rows = reports.map(({ namespace, name, dimensions, unit, lastHour, minutes }) => [
    namespace,
    name,
    Object.entries(dimensions)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
    unit,
    ...minutes.map((value) => (value === null ? '-' : shown(value))),
    shown(lastHour.sum),
    shown(lastHour.maximum),
    shown(lastHour.p99),
  ]);
  const header = ['Namespace', 'Metric', 'Dimensions', 'Unit', '-4 min', '-3', '-2', '-1', 'now'];
  const table = tableOf([[...header, 'sum of 1 h', 'max', 'p99'], ...rows]);
  const note = leftOut === 0 ? '' : `${leftOut} values are missing: there were too many metrics.\n`;
  return `Sum of each minute, and of the last hour. "-" = no value.\n\n${table}${note}`;
}

/** Writes the alarms for a terminal: those in alarm first. */
export function alarmsText(reports: readonly AlarmReport[]): string {
  const order = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];
  const sorted = [...reports].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  const rows = sorted.map(({ state, name, value, threshold, rule, since, runbook }) => [
    state,
    name,
    value === undefined ? '-' : shown(value),
    threshold,
    rule,
    since,
    runbook,
  ]);
  const header = ['State', 'Alarm', 'Value', 'Threshold', 'Rule', 'Since', 'Runbook'];
  const raised = sorted.filter(({ state }) => state === 'ALARM');
  const reasons = raised.map(({ name, says }) => `${name}: ${says}\n`).join('');
  return `${tableOf([header, ...rows])}${reasons === '' ? '' : `\n${reasons}`}`;
}

const shown = (value: number): string => String(Math.round(value * 100) / 100);

/** Aligns the columns. Control characters are replaced: a name can come from a log line, and a terminal obeys them. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map((cell) => cell.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?')));
  const widths = safe[0]?.map((_, column) => Math.max(...safe.map((row) => row[column]?.length ?? 0))) ?? [];
  return safe
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
