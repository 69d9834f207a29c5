import { shown } from '../reporting/axis-scale.ts';
import type { BarsPlot, Part, Report, Table } from '../reporting/report.ts';
import { percentile } from '../percentile.ts';
import { median } from '../slices.ts';
import type { Repetitions } from './measure.ts';
import type { Trial } from './trial.ts';

/** The measurements of a contender that the page shows. */
export type Result = Pick<
  Trial,
  'name' | 'files' | 'zipBytes' | 'starts' | 'residentBytes' | 'slices' | 'latencies'
>;

/**
 * Makes the tables and the plots.
 *
 * @param results - the first one is Layermint's, with which the others are compared
 * @param isOnOneCore - true if each process could use one core alone
 */
export function reportOf(results: readonly Result[], repetitions: Repetitions, isOnOneCore: boolean): Report {
  return {
    packages: ['jose', 'jsonwebtoken', 'express', 'zod', '@aws-sdk/client-dynamodb'],
    parts: [
      ...tokens(results, repetitions, isOnOneCore),
      ...starts(results, repetitions),
      ...sizes(results, repetitions),
    ],
  };
}

function tokens(
  results: readonly Result[],
  { slices, sliceTokens, connections }: Repetitions,
  isOnOneCore: boolean,
): Part[] {
  const perSecond = (result: Result): number => median(result.slices.map((it) => it.tokensPerSecond));
  const ofLayermint = ofFirst(results, perSecond);
  const cores = isOnOneCore
    ? 'Each process has one core.'
    : 'The processes may use every core: `taskset` is missing.';
  return [
    {
      ...tableOf(results, 'Tokens per second', {
        'tokens per second': (it) => shown(Math.round(perSecond(it))),
        'against Layermint': (it) => ratio(perSecond(it) / ofLayermint),
        'processor time of a token (µs)': (it) =>
          shown(Math.round(median(it.slices.map((slice) => slice.cpuMicros)))),
        'latency p50 (ms)': (it) => tenths(percentile(it.latencies, 50)),
        'p90 (ms)': (it) => tenths(percentile(it.latencies, 90)),
        'p99 (ms)': (it) => tenths(percentile(it.latencies, 99)),
      }),
    },
    paragraph(
      `Medians of ${slices} slices of ${sliceTokens} tokens each, in turns; ${connections} requests at a time over HTTP, from another process. ${cores} A token's processor time is that of its process, with all threads. Latency includes the wait for the other ${connections - 1} requests.`,
    ),
    barsOf(
      results,
      'tokens-per-second',
      'Tokens per second',
      'tokens per second',
      ['median of the slices'],
      (it) => [perSecond(it)],
    ),
  ];
}

function starts(results: readonly Result[], { starts: count }: Repetitions): Part[] {
  const at = (result: Result, percent: number): number =>
    percentile(
      result.starts.map((it) => it.milliseconds),
      percent,
    );
  const ofLayermint = ofFirst(results, (it) => at(it, 50));
  return [
    tableOf(results, 'Cold start', {
      'p50 (ms)': (it) => tenths(at(it, 50)),
      'p90 (ms)': (it) => tenths(at(it, 90)),
      'p99 (ms)': (it) => tenths(at(it, 99)),
      'against Layermint': (it) => ratio(at(it, 50) / ofLayermint),
      'processor time (ms)': (it) => tenths(median(it.starts.map((start) => start.cpuMilliseconds))),
    }),
    paragraph(
      `From the start of the process to the first token, ${count} times each, in turns. AWS is a server of this machine without TLS. It answers at once.`,
    ),
    barsOf(results, 'cold-start', 'Cold start to the first token', 'time (ms)', ['p50', 'p90', 'p99'], (it) =>
      [50, 90, 99].map((percent) => at(it, percent)),
    ),
  ];
}

function sizes(results: readonly Result[], { warmUp }: Repetitions): Part[] {
  return [
    tableOf(results, 'Memory and package', {
      [`memory after ${shown(warmUp)} tokens (MB)`]: (it) => tenths(it.residentBytes / 1e6),
      'zip (KB)': (it) => tenths(it.zipBytes / 1000),
      'files in it': (it) => shown(it.files),
    }),
    paragraph(
      'Memory is the resident memory of the whole process, with Node and the HTTP server. The zip holds the program and the packages that it needs.',
    ),
  ];
}

const paragraph = (text: string): Part => ({ kind: 'paragraph', text });

/** The columns of a table, each with the cell of a result. */
type Columns = Readonly<Record<string, (result: Result) => string>>;

function tableOf(results: readonly Result[], title: string, columns: Columns): Table {
  return {
    kind: 'table',
    title,
    columns: ['', ...Object.keys(columns)],
    rows: results.map((result) => [result.name, ...Object.values(columns).map((cell) => cell(result))]),
  };
}

function barsOf(
  results: readonly Result[],
  file: string,
  title: string,
  label: string,
  series: readonly string[],
  values: (result: Result) => readonly number[],
): BarsPlot {
  const bars = results.map((result) => ({ label: result.name, values: values(result) }));
  return { kind: 'bars', file, title, value: { label }, series, bars };
}

function ofFirst(results: readonly Result[], value: (result: Result) => number): number {
  const [first] = results;
  if (first === undefined) throw new RangeError('Nothing was measured');
  return value(first);
}

const ratio = (value: number): string => value.toFixed(2);

const tenths = (value: number): string =>
  value.toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
