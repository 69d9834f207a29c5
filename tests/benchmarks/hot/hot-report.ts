import type { Report, Table } from '../reporting/report.ts';
import { percentile } from '../percentile.ts';
import type { HotRepetitions } from './measure.ts';
import type { MintProfile, Shares } from './mint-profile.ts';
import { ratioOfMedians, type WorkTimes } from './warm-work.ts';

/** All that was measured. */
export interface HotResults {
  readonly single: Readonly<Record<'jose' | 'mint' | 'bare' | 'bundled', WorkTimes>>;
  /** A call of `batch` mints for all documents, a call of `mint` for one. */
  readonly batch: Readonly<Record<'batch' | 'mint', WorkTimes>>;
  readonly profile: MintProfile;
  /** The tokens of a batch. */
  readonly documents: number;
}

const MOST_MODULES = 15;
const MOST_FUNCTIONS = 20;

const PERCENTILES = [50, 90, 99] as const;

/** Writes the results. */
export function reportOf(results: HotResults, { rounds, calls, batches, profiled }: HotRepetitions): Report {
  const { single, batch, profile, documents } = results;
  const microseconds = percentile(single.mint.mainThread, 50);
  const perToken = (values: readonly number[]): number[] => values.map((value) => value / documents);
  const bars = [
    { label: 'jose alone', values: percentilesOf(single.jose.times) },
    { label: 'a whole mint', values: percentilesOf(single.mint.times) },
    { label: `a token of a batch of ${documents}`, values: percentilesOf(perToken(batch.batch.times)) },
  ];
  return {
    packages: ['jose', '@middy/core'],
    parts: [
      {
        kind: 'table',
        title: 'A mint beside jose alone, and a batch beside single mints',
        columns: ['ratio', 'by time, p50', 'by processor time', 'budget'],
        rows: ratios(results),
      },
      {
        kind: 'paragraph',
        text: `A whole mint is the handler, bundled as deployed, from API Gateway's event to its answer, with the log line, the record of the audit log and two grants to join. DynamoDB answers in the process, and the key is held. "jose alone" signs the same claims with \`SignJWT\` of the package and an imported ES256 key. Single pieces of work: ${rounds} slices of ${calls} calls in turns; batches: ${batches}, in turns with ${documents} single mints. The processor time counts all threads.`,
      },
      {
        kind: 'table',
        title: 'Times',
        columns: ['work', 'p50 µs', 'p90 µs', 'p99 µs', 'processor time µs', 'of it the main thread µs'],
        rows: [
          row('a bare signature, made in the main thread', single.bare),
          row('jose alone', single.jose),
          row('the jose of the bundle, with its signature', single.bundled),
          row('a whole mint', single.mint),
          row(`a batch of ${documents}`, batch.batch),
          row(`a single mint for one of the ${documents} documents`, batch.mint),
        ],
      },
      {
        kind: 'bars',
        file: 'times',
        title: 'The time of a token',
        value: { label: 'time (µs)' },
        series: ['p50', 'p90', 'p99'],
        bars,
      },
      {
        kind: 'paragraph',
        text: `Where the time of the main thread goes, of ${profiled} mints under V8's profiler (${profile.samples} samples, without waiting). Native code and Node.js's own count for their caller. The microseconds are the share of ${microseconds.toFixed(0)} µs.`,
      },
      shareTable('By part of the work', 'part', profile.parts, microseconds),
      shareTable('By module', 'module', profile.modules.slice(0, MOST_MODULES).map(asCode), microseconds),
      shareTable(
        'By function',
        'function',
        profile.functions.slice(0, MOST_FUNCTIONS).map(asCode),
        microseconds,
      ),
    ],
  };
}

/** Writes the rows of the table of ratios. Times and processor times are medians. */
function ratios({ single, batch, documents }: HotResults): string[][] {
  const { jose, mint } = single;
  const all = (values: readonly number[]): number[] => values.map((value) => value * documents);
  const write = (name: string, times: number, processor: number, budget: string): string[] => [
    name,
    times.toFixed(2),
    processor.toFixed(2),
    budget,
  ];
  return [
    write(
      'a whole mint to jose alone',
      ratioOfMedians(mint.times, jose.times),
      ratioOfMedians(mint.processor, jose.processor),
      '≤ 1.50',
    ),
    write(
      `a batch of ${documents} to ${documents} single mints`,
      ratioOfMedians(batch.batch.times, all(batch.mint.times)),
      ratioOfMedians(batch.batch.processor, all(batch.mint.processor)),
      '≤ 0.30',
    ),
  ];
}

function row(name: string, { times, processor, mainThread }: WorkTimes): string[] {
  const medians = [processor, mainThread].map((values) => percentile(values, 50));
  return [name, ...[...percentilesOf(times), ...medians].map((value) => value.toFixed(0))];
}

function percentilesOf(times: readonly number[]): number[] {
  return PERCENTILES.map((percent) => percentile(times, percent));
}

const asCode = ([name, share]: Shares[number]): Shares[number] => [`\`${name}\``, share];

function shareTable(title: string, column: string, shares: Shares, microseconds: number): Table {
  return {
    kind: 'table',
    title,
    columns: [column, 'share', 'µs'],
    rows: shares.map(([name, share]) => [
      name,
      `${(share * 100).toFixed(1)} %`,
      (share * microseconds).toFixed(1),
    ]),
  };
}
