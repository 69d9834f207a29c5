import { MINUTE, toMilliseconds, type Milliseconds } from '../../../lib/runtime/time.ts';
import {
  MetricStore,
  type MetricId,
  type WrittenAlarm,
} from '../../../tools/local/stand-ins/cloudwatch/index.ts';
import { ManualClock, NOON } from '../runtime/clock.ts';

/** The end of the values in {@link storeOf}. */
export const END: Milliseconds = toMilliseconds(NOON);

/** The metric that tests use if the metric does not matter. */
export const METRIC: MetricId = { namespace: 'Test', name: 'Errors', dimensions: { Stage: 'test' } };

/** An alarm on {@link METRIC}: its sum in each minute is above 3, three times in a row. */
export const ALARM = {
  Namespace: 'Test',
  MetricName: 'Errors',
  Dimensions: [{ Name: 'Stage', Value: 'test' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 3,
  ComparisonOperator: 'GreaterThanThreshold',
} satisfies WrittenAlarm;

/** Makes a store with a value of each metric in each of the minutes before {@link END}; a missing one is `-`. */
export function storeOf(values: Readonly<Record<string, string>>): MetricStore {
  const store = new MetricStore(new ManualClock(END));
  for (const [name, list] of Object.entries(values)) {
    const points = list.split(' ');
    for (const [index, value] of points.entries()) {
      const at = END - toMilliseconds(MINUTE) * (points.length - index);
      if (value !== '-') store.put({ ...METRIC, name, at, values: [Number(value)] });
    }
  }
  return store;
}
