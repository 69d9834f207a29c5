import { expect, test } from '@jest/globals';
import { HOUR, MINUTE, toMilliseconds } from '../../../../../../lib/runtime/time.ts';
import { MetricStore, type StoredMetric } from '../../../../../../tools/local/stand-ins/cloudwatch/index.ts';
import { END, METRIC } from '../../../../../support/cloudwatch/metric-values.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

const minutes = (count: number): number => toMilliseconds(count * MINUTE);
const named = (name: string): typeof METRIC => ({ ...METRIC, name });
const names = (metrics: readonly StoredMetric[]): string[] => metrics.map(({ name }) => name);

test('A metric has the same values whatever the order of its dimensions', () => {
  const store = new MetricStore(new ManualClock(END));
  store.put({ ...METRIC, dimensions: { a: '1', b: '2' }, at: END, values: [1] });
  const range = { start: END, length: MINUTE };
  expect(store.values({ ...METRIC, dimensions: { b: '2', a: '1' } }, range)?.count).toBe(1);
  expect(store.values({ ...METRIC, dimensions: { a: '1' } }, range)).toBeUndefined();
});

test('A name cannot pose as another metric', () => {
  const store = new MetricStore(new ManualClock(END));
  store.put({ namespace: 'a","b', name: 'c', dimensions: {}, at: END, values: [1] });
  expect(
    store.values({ namespace: 'a', name: 'b","c', dimensions: {} }, { start: END, length: MINUTE }),
  ).toBeUndefined();
});

test('Old values are dropped, and so is a metric without any', () => {
  const clock = new ManualClock(END);
  const store = new MetricStore(clock, { kept: HOUR });
  store.put({ ...named('Old'), at: END, values: [1] });
  clock.advance(minutes(59));
  store.put({ ...named('New'), at: clock.now(), values: [1] });
  expect(names(store.metrics())).toEqual(['New', 'Old']);
  clock.advance(minutes(2));
  store.put({ ...named('New'), at: clock.now(), values: [1] });
  expect(names(store.metrics())).toEqual(['New']);
  expect(store.values(named('Old'), { start: END, length: MINUTE })).toBeUndefined();
});

test('Values that are too old or too far in the future are left out', () => {
  const store = new MetricStore(new ManualClock(END), { kept: HOUR });
  store.put({ ...METRIC, at: END - minutes(61), values: [1] });
  store.put({ ...METRIC, at: END + minutes(121), values: [1] });
  expect(store.metrics()).toEqual([]);
});

test('A flood of names takes no memory: later metrics are left out and counted, and known ones stay', () => {
  const clock = new ManualClock(END);
  const store = new MetricStore(clock, { metrics: 3, kept: HOUR });
  for (let index = 0; index < 1_000; index += 1)
    store.put({ ...named(`Metric-${index}`), at: END, values: [1] });
  store.put({ ...named('Metric-0'), at: END, values: [1] });
  expect(names(store.metrics())).toEqual(['Metric-0', 'Metric-1', 'Metric-2']);
  expect(store.leftOut).toBe(997);
  expect(store.values(named('Metric-0'), { start: END, length: MINUTE })?.count).toBe(2);
  // There is room again once the values of the flood are old.
  clock.advance(minutes(62));
  store.put({ ...named('Later'), at: clock.now(), values: [1] });
  expect(names(store.metrics())).toEqual(['Later']);
});

test('A flood of minutes takes no memory: the oldest minute is dropped', () => {
  const store = new MetricStore(new ManualClock(END), { minutes: 10 });
  for (let index = 100; index > 0; index -= 1)
    store.put({ ...METRIC, at: END - minutes(index), values: [1] });
  expect(store.values(METRIC, { start: END - minutes(100), length: 100 * MINUTE })?.count).toBe(10);
  expect(store.values(METRIC, { start: END - minutes(10), length: 10 * MINUTE })?.count).toBe(10);
});

test('A percentile of many different values is exact to 1 %, and so are those of tiny and huge ones', () => {
  const store = new MetricStore(new ManualClock(END));
  const values = Array.from({ length: 10_000 }, (_, index) => index);
  store.put({ ...METRIC, at: END, values });
  const found = store.values(METRIC, { start: END, length: MINUTE });
  expect(Math.abs((found?.statistic('p90') ?? 0) / 8_999 - 1)).toBeLessThan(0.01);
  store.put({ ...named('Far'), at: END, values: [-1e300, -5, 0, 1e-300, 5, 1e300] });
  const far = store.values(named('Far'), { start: END, length: MINUTE });
  expect(['p1', 'p30', 'p50', 'p60', 'p80', 'p100'].map((it) => far?.statistic(it))).toEqual([
    -1e300, -5, 0, 1e-300, 5, 1e300,
  ]);
});
