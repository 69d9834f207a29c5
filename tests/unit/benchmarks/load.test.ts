import { describe, expect, test } from '@jest/globals';
import { loadReport } from '../../benchmarks/load/load-report.ts';
import { RecordedTimes } from '../../benchmarks/load/recorded-times.ts';
import { runLoad } from '../../benchmarks/load/run-load.ts';
import { isLeak, trendOf, type LoadRun, type MemorySample } from '../../benchmarks/load/samples.ts';
import { clients, KINDS, TTL } from '../../benchmarks/load/traffic.ts';

/** Makes samples of a heap, 100 requests apart. */
const samples = (heaps: readonly number[]): MemorySample[] =>
  heaps.map((heap, index) => ({ at: 900 + index * 120, requests: index * 100, heap, external: 0, rss: 0 }));

const heapTrend = (heaps: readonly number[]) => trendOf(samples(heaps), ({ heap }) => heap);

describe('the trend of memory', () => {
  test('is the growth with each request, without an error on a straight line', () => {
    expect(heapTrend([1000, 21_000, 41_000, 61_000])).toEqual({ perRequest: 200, error: 0 });
  });

  test('of values that go up and down has an error as large as itself', () => {
    const { perRequest, error } = heapTrend([1000, 3000, 1000, 3000, 1000]);
    expect(perRequest).toBe(0);
    expect(error).toBeGreaterThan(1);
  });

  test('needs three samples', () => {
    expect(() => heapTrend([1, 2])).toThrow('A trend needs three samples, not 2.');
  });
});

describe('a leak', () => {
  test('is growth of an object with every request', () => {
    expect(isLeak(heapTrend([0, 20_000, 40_500, 60_000, 80_000]))).toBe(true);
  });

  test('is not a heap that goes up and down, nor the late compilation of code, nor a heap that shrinks', () => {
    expect(isLeak(heapTrend([0, 90_000, 10_000, 80_000, 20_000]))).toBe(false);
    expect(isLeak(heapTrend([0, 3000, 6000, 9000, 12_000]))).toBe(false);
    expect(isLeak(heapTrend([80_000, 60_000, 40_000, 20_000, 0]))).toBe(false);
  });
});

test('the times of requests are kept by kind', () => {
  const times = new RecordedTimes(4);
  for (const kind of KINDS) times.record(kind, KINDS.indexOf(kind) + 1);
  expect(times.percentiles()).toMatchObject({
    all: { count: 4, p50: 2, most: 4 },
    mint: { count: 1, p50: 1, p999: 1 },
    list: { count: 1, most: 4 },
  });
  expect(() => {
    times.record('mint', 1);
  }).toThrow('There are more requests than expected');
});

test('of ten clients, seven mint, and each other kind is one', () => {
  const kinds = clients(100).map(({ kind }) => kind);
  expect(KINDS.map((kind) => kinds.filter((it) => it === kind).length)).toEqual([70, 10, 10, 10]);
});

describe('a process under load', () => {
  const SHORT = { clients: 30, seconds: 1800 };

  test('serves every kind of request, lets clients come back, and fetches the key again when it is no longer fresh', async () => {
    const { latency, secretCalls, memory, loop } = await runLoad({ ...SHORT, leak: 0 });
    for (const kind of KINDS) expect(latency[kind].count).toBeGreaterThan(0);
    // At least twice each in half an hour, and at most as often as `refreshAt` allows.
    expect(latency.all.count).toBeGreaterThanOrEqual(2 * SHORT.clients);
    expect(latency.all.count).toBeLessThanOrEqual(SHORT.clients * Math.ceil(SHORT.seconds / (0.7 * TTL)));
    expect(secretCalls).toBeGreaterThanOrEqual(5);
    expect(memory.map(({ at }) => at)).toEqual(Array.from({ length: 16 }, (_, index) => index * 120));
    expect(loop.loaded.count).toBeGreaterThan(0);
  });

  test('that keeps memory of each request shows it', async () => {
    const leak = 800_000;
    const { memory } = await runLoad({ ...SHORT, leak });
    const trend = trendOf(memory.slice(1), ({ heap }) => heap);
    expect(isLeak(trend)).toBe(true);
    expect(trend.perRequest / leak).toBeCloseTo(1, 1);
  });
});

describe('the report', () => {
  const times = { count: 1, p50: 1, p99: 2, p999: 3, most: 4 };
  const run = (growth: number): LoadRun => ({
    memory: samples([0, 1, 2, 3, 4].map((step) => 1e6 + step * 100 * growth)),
    latency: { all: times, mint: times, batch: times, refused: times, list: times },
    loop: { loaded: times, idle: times },
    secretCalls: 12,
  });
  const sentence = (growth: number, leaking: number): string => {
    const [first] = loadReport({ hour: run(growth), leaking: run(leaking), leak: 1000 }).parts;
    return first?.kind === 'paragraph' ? first.text : '';
  };

  test('says that the process keeps no memory of its requests', () => {
    expect(sentence(5, 1000)).toMatch(
      /^The process keeps no memory .* changes by 5 ± 0 bytes .* is seen: 1000 ± 0\.$/,
    );
  });

  test('says loudly that it does', () => {
    expect(sentence(300, 1000)).toMatch(/^\*\*The process keeps memory of its requests\.\*\*/);
  });

  test('says loudly that the measurement would see no leak', () => {
    expect(sentence(5, 5)).toContain('**is not seen: the measurement is worth nothing**');
  });
});
