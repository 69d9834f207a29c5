import type { Clock } from '../../../../lib/runtime/clock.ts';
import {
  HOUR,
  MINUTE,
  toMilliseconds,
  type Milliseconds,
  type Seconds,
} from '../../../../lib/runtime/time.ts';
import { Distribution } from './distribution.ts';

/** The identity of a metric. Other dimensions, or more of them, are another metric. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Values of a metric at one moment. */
export interface MetricDatum extends MetricId {
  readonly at: Milliseconds;
  readonly values: readonly number[];
  /** A CloudWatch unit. `None` unless given. */
  readonly unit?: string | undefined;
}

/** A metric in a store. */
export interface StoredMetric extends MetricId {
  readonly unit: string;
}

/** A stretch of time, from its first millisecond to the one before its last. */
export interface TimeRange {
  readonly start: Milliseconds;
  readonly length: Seconds;
}

/** Answers questions about the values of metrics, as CloudWatch's GetMetricData does. */
export interface MetricData {
  /**
   * Collects the values of a metric in a stretch of whole minutes; undefined if there are none.
   *
   * @param unit - leaves out a metric of another unit
   */
  values(metric: MetricId, range: TimeRange, unit?: string): Distribution | undefined;
}

/** The limits of a store, so that a flood of values or of names cannot fill the memory of this machine. */
export interface StoreLimits {
  /** The number of metrics. Later ones are left out. */
  readonly metrics: number;
  /** The number of minutes with values, all metrics together. The oldest minute is dropped beyond it. */
  readonly minutes: number;
  /** The time for which values are kept. */
  readonly kept: Seconds;
}

/** An alarm looks back a day at most, and a little further for missing values. */
const LIMITS: StoreLimits = { metrics: 1_000, minutes: 100_000, kept: 26 * HOUR };

/** CloudWatch takes no values from further in the future (API reference, PutMetricData). */
const FUTURE: Seconds = 2 * HOUR;

const MINUTE_LENGTH: Milliseconds = toMilliseconds(MINUTE);

/** The values of metrics, by minute and in memory. */
export class MetricStore implements MetricData {
  readonly #clock: Clock;
  readonly #limits: StoreLimits;
  readonly #metrics = new Map<string, StoredMetric & { lastMinute: number }>();
  /** By minute since the Unix epoch, then by metric. */
  readonly #minutes = new Map<number, Map<string, Distribution>>();
  #count = 0;
  #leftOut = 0;

  constructor(clock: Clock, limits: Partial<StoreLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** The number of values that were left out because there were too many metrics. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Takes values. Those that are too old, or too far in the future, are left out, as CloudWatch does. */
  put({ namespace, name, dimensions, at, values, unit = 'None' }: MetricDatum): void {
    const now = this.#clock.now();
    const tooOld = at < now - toMilliseconds(this.#limits.kept);
    if (tooOld || at > now + toMilliseconds(FUTURE) || values.length === 0) return;
    const minute = Math.floor(at / MINUTE_LENGTH);
    this.#dropOld(Math.floor((now - toMilliseconds(this.#limits.kept)) / MINUTE_LENGTH));
    const key = keyOf({ namespace, name, dimensions });
    const known = this.#metrics.get(key);
    if (known === undefined && this.#metrics.size >= this.#limits.metrics) {
      this.#leftOut += values.length;
      return;
    }
    const lastMinute = Math.max(minute, known?.lastMinute ?? minute);
    this.#metrics.set(key, { namespace, name, dimensions, unit, lastMinute });
    const distribution = this.#distribution(minute, key);
    for (const value of values) distribution.add(value);
    while (this.#count > this.#limits.minutes) this.#drop(Math.min(...this.#minutes.keys()));
  }

  /** Lists the metrics that have values, in the order of their names. */
  metrics(): StoredMetric[] {
    return [...this.#metrics]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, { namespace, name, dimensions, unit }]) => ({ namespace, name, dimensions, unit }));
  }

  values(metric: MetricId, { start, length }: TimeRange, unit?: string): Distribution | undefined {
    const key = keyOf(metric);
    const known = this.#metrics.get(key);
    if (known === undefined || (unit !== undefined && unit !== known.unit)) return undefined;
    const first = Math.floor(start / MINUTE_LENGTH);
    const end = first + length / MINUTE;
    const parts: Distribution[] = [];
    for (let minute = first; minute < end; minute += 1) {
      const part = this.#minutes.get(minute)?.get(key);
      if (part !== undefined) parts.push(part);
    }
    return parts.length === 0 ? undefined : Distribution.of(parts);
  }

  #distribution(minute: number, key: string): Distribution {
    const metrics = this.#minutes.get(minute) ?? new Map<string, Distribution>();
    this.#minutes.set(minute, metrics);
    const present = metrics.get(key);
    if (present !== undefined) return present;
    const distribution = new Distribution();
    metrics.set(key, distribution);
    this.#count += 1;
    return distribution;
  }

  #dropOld(oldest: number): void {
    for (const minute of this.#minutes.keys()) if (minute < oldest) this.#drop(minute);
  }

  /** Drops a minute, and the metrics that have no values any more. */
  #drop(minute: number): void {
    const metrics = this.#minutes.get(minute);
    this.#minutes.delete(minute);
    this.#count -= metrics?.size ?? 0;
    for (const key of metrics?.keys() ?? [])
      if (this.#metrics.get(key)?.lastMinute === minute) this.#metrics.delete(key);
  }
}

/** Names a metric. JSON keeps the parts apart, and the order of the dimensions does not count. */
function keyOf({ namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}
