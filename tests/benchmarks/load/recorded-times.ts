import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Milliseconds } from '../../../lib/runtime/time.ts';
import { percentile } from '../percentile.ts';
import { median } from '../slices.ts';
import type { Percentiles } from './samples.ts';
import { KINDS, type Kind } from './traffic.ts';

/** The times of requests. Their memory is taken at once, so that it does not look like a leak of the measured code. */
export class RecordedTimes {
  readonly #times: Float64Array;
  readonly #kinds: Uint8Array;
  #count = 0;

  /** @param most - the most requests that can be recorded */
  constructor(most: number) {
    this.#times = new Float64Array(most);
    this.#kinds = new Uint8Array(most);
  }

  /** The number of requests so far. */
  get count(): number {
    return this.#count;
  }

  /** Records a request. @throws RangeError if there is no room */
  record(kind: Kind, time: Milliseconds): void {
    if (this.#count === this.#times.length) throw new RangeError('There are more requests than expected');
    this.#times[this.#count] = time;
    this.#kinds[this.#count] = KINDS.indexOf(kind);
    this.#count += 1;
  }

  /** Computes percentiles of all requests, and of each kind. */
  percentiles(): Record<Kind | 'all', Percentiles> {
    const all = [...this.#times.subarray(0, this.#count)];
    const of = (kind: Kind): Percentiles =>
      percentilesOf(all.filter((_, at) => this.#kinds[at] === KINDS.indexOf(kind)));
    return {
      all: percentilesOf(all),
      mint: of('mint'),
      batch: of('batch'),
      refused: of('refused'),
      list: of('list'),
    };
  }
}

function percentilesOf(times: readonly number[]): Percentiles {
  const most = times.reduce((longest, time) => Math.max(longest, time), 0);
  return {
    count: times.length,
    p50: median(times),
    p99: percentile(times, 99),
    p999: percentile(times, 99.9),
    most,
  };
}

const TICK: Milliseconds = 1;
const NANOSECONDS = 1e6;

/**
 * The time from one tick of a timer to the next, in windows: the pauses of the measurement itself lie between them. Each window has
 * percentiles of its own, as Node.js cannot join them.
 */
export class LoopTicks {
  readonly #monitor = monitorEventLoopDelay({ resolution: TICK });
  readonly #windows: Percentiles[] = [];

  /** Begins a window. */
  watch(): void {
    // Otherwise the first tick would be as long as the pause.
    this.#monitor.reset();
    this.#monitor.enable();
  }

  /** Ends a window. */
  rest(): void {
    this.#monitor.disable();
    const { count, max } = this.#monitor;
    if (count === 0) return;
    const at = (percentile: number): Milliseconds => this.#monitor.percentile(percentile) / NANOSECONDS;
    this.#windows.push({ count, p50: at(50), p99: at(99), p999: at(99.9), most: max / NANOSECONDS });
    this.#monitor.reset();
  }

  /** Computes the medians of the windows' percentiles, and the longest time of all. */
  percentiles(): Percentiles {
    const all = this.#windows;
    const typical = (of: (window: Percentiles) => number): number => median(all.map(of));
    return {
      count: all.reduce((sum, { count }) => sum + count, 0),
      p50: typical(({ p50 }) => p50),
      p99: typical(({ p99 }) => p99),
      p999: typical(({ p999 }) => p999),
      most: Math.max(...all.map(({ most }) => most)),
    };
  }
}
