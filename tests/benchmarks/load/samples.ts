import type { Milliseconds, Seconds } from '../../../lib/runtime/time.ts';
import type { Kind } from './traffic.ts';

/** The memory of the process after a full garbage collection, in bytes. */
export interface MemorySample {
  /** The time of the clock, from the beginning. */
  readonly at: Seconds;
  /** The requests that were served until then. */
  readonly requests: number;
  readonly heap: number;
  readonly external: number;
  readonly rss: number;
}

/** The time in which all clients have come, and the caches are filled. It is the time of a sample. */
export const SETTLED: Seconds = 840;

/** Times, as percentiles. */
export interface Percentiles {
  readonly count: number;
  readonly p50: Milliseconds;
  readonly p99: Milliseconds;
  readonly p999: Milliseconds;
  readonly most: Milliseconds;
}

/** The result of one run of the measured process. */
export interface LoadRun {
  readonly memory: readonly MemorySample[];
  /** The time of a request, by its kind. */
  readonly latency: Readonly<Record<Kind | 'all', Percentiles>>;
  /** The time from one tick of a timer of a millisecond to the next: under load, and before it. */
  readonly loop: { readonly loaded: Percentiles; readonly idle: Percentiles };
  /** The calls of Secrets Manager: the key was fetched again as its cache expired. */
  readonly secretCalls: number;
}

/** The growth of a value with each request. */
export interface Trend {
  readonly perRequest: number;
  /** The standard error. A growth that is smaller than three of it is none that was seen. */
  readonly error: number;
}

/**
 * Fits a line through memory and requests (least squares).
 *
 * @param samples - those after the first part of the run, in which caches fill
 * @throws RangeError for fewer than three samples
 */
export function trendOf(samples: readonly MemorySample[], valueOf: (sample: MemorySample) => number): Trend {
  const count = samples.length;
  if (count < 3) throw new RangeError(`A trend needs three samples, not ${count}.`);
  const mean = (of: (sample: MemorySample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / count;
  const [x, y] = [mean(({ requests }) => requests), mean(valueOf)];
  const spread = samples.reduce((sum, { requests }) => sum + (requests - x) ** 2, 0);
  const perRequest =
    samples.reduce((sum, sample) => sum + (sample.requests - x) * (valueOf(sample) - y), 0) / spread;
  const rest = samples.reduce(
    (sum, sample) => sum + (valueOf(sample) - y - perRequest * (sample.requests - x)) ** 2,
    0,
  );
  return { perRequest, error: Math.sqrt(rest / (count - 2) / spread) };
}

/**
 * The smallest growth that counts, in bytes a request. Code that V8 compiles late moves the heap by up to half a megabyte in an hour.
 * A request that leaves an object with one text behind keeps more than this.
 */
const NEGLIGIBLE = 100;

/** Tells if a process keeps memory of its requests: the growth is more than chance, and more than negligible. */
export function isLeak({ perRequest, error }: Trend): boolean {
  return perRequest > NEGLIGIBLE && perRequest > 3 * error;
}
