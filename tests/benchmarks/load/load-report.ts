import type { LinesPlot, Part, Report, Series, Table } from '../reporting/report.ts';
import {
  isLeak,
  SETTLED,
  trendOf,
  type LoadRun,
  type MemorySample,
  type Percentiles,
  type Trend,
} from './samples.ts';
import { BATCH, KINDS, type Kind } from './traffic.ts';

/** An hour of traffic, and a shorter one in which each request keeps memory on purpose. */
export interface LoadData {
  readonly hour: LoadRun;
  readonly leaking: LoadRun;
  /** The bytes that each request keeps on purpose. */
  readonly leak: number;
}

const MEBIBYTE = 2 ** 20;

const NAMES: Readonly<Record<Kind | 'all', string>> = {
  all: 'all',
  mint: 'mint of one token',
  batch: `batch of ${BATCH} tokens`,
  refused: 'mint that is refused (403)',
  list: 'list, first page',
};

/** Makes the tables and plots. */
export function loadReport(data: LoadData): Report {
  return {
    packages: ['jose'],
    parts: [...memoryParts(data), ...latencyParts(data.hour), loopTable(data.hour)],
  };
}

const mebibytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(1);
const milliseconds = (value: number): string => value.toFixed(1);
const grown = ({ perRequest, error }: Trend): string => `${perRequest.toFixed(0)} ± ${error.toFixed(0)}`;

const settled = ({ memory }: LoadRun): readonly MemorySample[] => memory.filter(({ at }) => at >= SETTLED);

function memoryParts({ hour, leaking, leak }: LoadData): Part[] {
  const trend = trendOf(settled(hour), ({ heap }) => heap);
  const control = trendOf(settled(leaking), ({ heap }) => heap);
  const verdict = isLeak(trend)
    ? '**The process keeps memory of its requests.**'
    : 'The process keeps no memory of its requests.';
  const seen = isLeak(control) ? 'is seen' : '**is not seen: the measurement is worth nothing**';
  return [
    {
      kind: 'paragraph',
      text: `${verdict} From minute ${SETTLED / 60} on, its heap changes by ${grown(trend)} bytes a request (slope and standard error). A leak of ${leak} bytes a request, put in on purpose, ${seen}: ${grown(control)}.`,
    },
    {
      kind: 'table',
      title: 'Memory after a full garbage collection',
      columns: ['minute', 'requests', 'heap, MiB', 'outside the heap, MiB', 'resident, MiB'],
      rows: hour.memory
        .filter(({ at }) => at % 600 === 0)
        .map(({ at, requests, heap, external, rss }) => [
          String(at / 60),
          requests.toLocaleString('en'),
          mebibytes(heap),
          mebibytes(external),
          mebibytes(rss),
        ]),
    },
    memoryPlot(hour, leaking, leak),
  ];
}

function memoryPlot(hour: LoadRun, leaking: LoadRun, leak: number): LinesPlot {
  const line = (label: string, { memory }: LoadRun, valueOf: (sample: MemorySample) => number): Series => ({
    label,
    points: memory.map((sample): [number, number] => [sample.requests, valueOf(sample) / MEBIBYTE]),
  });
  return {
    kind: 'lines',
    file: 'memory',
    title: 'Heap of a process over an hour of traffic',
    x: { label: 'requests served' },
    y: { label: 'heap after a full garbage collection (MiB)' },
    series: [
      line('the service', hour, ({ heap }) => heap),
      line(`with a leak of ${leak} bytes a request`, leaking, ({ heap }) => heap),
    ],
  };
}

function latencyParts({ latency }: LoadRun): Part[] {
  const kinds = ['all', ...KINDS] as const;
  const cells = ({ p50, p99, p999, most }: Percentiles): string[] => [p50, p99, p999, most].map(milliseconds);
  return [
    {
      kind: 'table',
      title: 'Time of a request',
      columns: ['request', 'requests', 'p50, ms', 'p99, ms', 'p99.9, ms', 'longest, ms'],
      rows: kinds.map((kind) => [
        NAMES[kind],
        latency[kind].count.toLocaleString('en'),
        ...cells(latency[kind]),
      ]),
    },
    {
      kind: 'bars',
      file: 'latency',
      title: 'Time of a request in an hour of traffic',
      value: { label: 'time (ms)' },
      series: ['p50', 'p99', 'p99.9'],
      bars: KINDS.map((kind) => ({
        label: NAMES[kind],
        values: [latency[kind].p50, latency[kind].p99, latency[kind].p999],
      })),
    },
  ];
}

function loopTable({ loop }: LoadRun): Table {
  const row = (label: string, { p50, p99, p999, most }: Percentiles): string[] => [
    label,
    ...[p50, p99, p999, most].map(milliseconds),
  ];
  return {
    kind: 'table',
    title: 'From one tick of a timer of 1 ms to the next',
    columns: ['', 'p50, ms', 'p99, ms', 'p99.9, ms', 'longest, ms'],
    rows: [row('under load', loop.loaded), row('before it, idle', loop.idle)],
  };
}
