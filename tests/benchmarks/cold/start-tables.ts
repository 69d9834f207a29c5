import type { PartOfStart } from '../lambda-runtime/cold-start.ts';
import { hasPercentile, percentile } from '../percentile.ts';
import type { BarsPlot, Table } from '../reporting/report.ts';
import type { Series } from './start-series.ts';

const PERCENTILES = [50, 90, 99];

/** The parts of a start, in the order of the columns. */
const PARTS = ['init', 'invocation', 'whole'] as const;

type PartName = (typeof PARTS)[number];

/** Lists the values of a part of the starts. There are none if the starts lack it, or the system does not tell them. */
function valuesOf({ starts }: Series, part: PartName, of: keyof PartOfStart): number[] {
  return starts.map((start) => start[part]?.[of]).filter((value) => value !== undefined);
}

/** Writes a percentile; nothing for one that too few starts have. */
function shown(values: readonly number[], percent: number, digits = 0): string {
  return values.length > 0 && hasPercentile(values, percent)
    ? percentile(values, percent).toFixed(digits)
    : '';
}

const medianOf = (series: Series, part: PartName, of: keyof PartOfStart): number | undefined => {
  const values = valuesOf(series, part, of);
  return values.length === 0 ? undefined : percentile(values, 50);
};

/** Makes the table of the elapsed times. Few starts have no 99th percentile. */
export function wallTable(series: readonly Series[]): Table {
  return {
    kind: 'table',
    title: 'Elapsed time of a start, in milliseconds',
    columns: [
      ...['function', 'starts'],
      ...['init p50', 'p90', 'p99'],
      ...['first p50', 'p90', 'p99'],
      ...['both p50', 'p90', 'p99'],
    ],
    rows: series.map((it) => [
      it.name,
      String(it.starts.length),
      ...PARTS.flatMap((part) => PERCENTILES.map((percent) => shown(valuesOf(it, part, 'wallMs'), percent))),
    ]),
  };
}

/** The two functions that every other is compared with. */
export interface Compared {
  readonly hello: Series;
  readonly limit: Series;
}

/** Makes the table of the processor times, and of the distance to hello world and to the limit. */
export function processorTable(series: readonly Series[], { hello, limit }: Compared): Table {
  const [least, possible] = [hello, limit].map((it) => medianOf(it, 'whole', 'cpuMs'));
  return {
    kind: 'table',
    title: 'Processor time of a start, in milliseconds',
    columns: ['function', 'init', 'first', 'both', 'p90', '× hello world', 'above the limit', 'peak MB'],
    rows: series.map((it) => {
      const isWhole = it.starts.every(({ invocation }) => invocation !== undefined);
      const both = isWhole ? medianOf(it, 'whole', 'cpuMs') : undefined;
      const compared = (compare: (ms: number, least: number, possible: number) => string): string =>
        both === undefined || least === undefined || possible === undefined
          ? ''
          : compare(both, least, possible);
      return [
        it.name,
        medianOf(it, 'init', 'cpuMs')?.toFixed(1) ?? '',
        medianOf(it, 'invocation', 'cpuMs')?.toFixed(1) ?? '',
        both?.toFixed(1) ?? '',
        isWhole ? shown(valuesOf(it, 'whole', 'cpuMs'), 90, 1) : '',
        compared((ms, base) => (ms / base).toFixed(2)),
        it === hello ? '' : compared((ms, _, base) => (ms - base).toFixed(1)),
        peakOf(it),
      ];
    }),
  };
}

/** Writes the median of the largest memory. */
function peakOf({ starts }: Series): string {
  const peaks = starts.flatMap(({ peakMb }) => (peakMb === undefined ? [] : [peakMb]));
  return peaks.length === 0 ? '' : percentile(peaks, 50).toFixed(0);
}

/** Draws the processor times of init and of the first invocation, one after the other. Nothing on a system that does not tell them. */
export function processorPlot(series: readonly Series[]): BarsPlot | undefined {
  const bars = series.flatMap((it) => {
    const [init, invocation] = [medianOf(it, 'init', 'cpuMs'), medianOf(it, 'invocation', 'cpuMs')];
    return init === undefined ? [] : [{ label: it.name, values: [init, invocation ?? 0] }];
  });
  if (bars.length === 0) return undefined;
  return {
    kind: 'bars',
    file: 'starts',
    title: 'Processor time of a start, by function',
    value: { label: 'processor time, median (ms)' },
    series: ['init', 'first invocation'],
    stacked: true,
    bars,
  };
}

/** Sorts series by the processor time of a start, the longest first. */
export function longestFirst(series: readonly Series[]): Series[] {
  const time = (it: Series): number => medianOf(it, 'whole', 'cpuMs') ?? medianOf(it, 'whole', 'wallMs') ?? 0;
  return series.toSorted((one, other) => time(other) - time(one));
}
