import { describe, expect, test } from '@jest/globals';
import { MINUTE, toMilliseconds } from '../../../../../../lib/runtime/time.ts';
import {
  AlarmError,
  evaluateAlarm,
  UnknownStatisticError,
  type WrittenAlarm,
} from '../../../../../../tools/local/stand-ins/cloudwatch/index.ts';
import { ALARM, END, METRIC, storeOf } from '../../../../../support/cloudwatch/metric-values.ts';

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** `0` = does not breach, `X` = breaches, `-` = missing; `keep` = the former state. */
const evaluate = (points: string, alarm: Partial<WrittenAlarm>, former: 'OK' | 'ALARM' = 'OK') =>
  evaluateAlarm({ ...ALARM, ...alarm }, storeOf({ Errors: points.replaceAll('X', '4') }), END, former);

// The tables of the CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data".
describe.each([
  { needed: 3, points: '0 - X - X', states: ['OK', 'OK', 'OK', 'OK'] },
  { needed: 3, points: '0 - - - -', states: ['OK', 'OK', 'OK', 'OK'] },
  { needed: 3, points: '- - - - -', states: ['INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'] },
  { needed: 3, points: '0 X X - X', states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
  { needed: 3, points: '- - X - -', states: ['ALARM', 'keep', 'ALARM', 'OK'] },
  { needed: 3, points: '- - - - X', states: ['INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'] },
  { needed: 3, points: '- - - X -', states: ['INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'] },
  { needed: 2, points: '0 - X - X', states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
  { needed: 2, points: '0 0 X 0 X', states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
  { needed: 2, points: '0 - X - -', states: ['OK', 'OK', 'ALARM', 'OK'] },
  { needed: 2, points: '- - - - 0', states: ['OK', 'OK', 'ALARM', 'OK'] },
  { needed: 2, points: '- - - X -', states: ['ALARM', 'keep', 'ALARM', 'OK'] },
])('The values $points, of which $needed in 3 must breach', ({ needed, points, states }) => {
  test.each(TREATMENTS.map((treatment, at) => ({ treatment, state: states[at] })))(
    'lead to $state if missing ones are $treatment',
    ({ treatment, state }) => {
      for (const former of ['OK', 'ALARM'] as const) {
        const found = evaluate(points, { DatapointsToAlarm: needed, TreatMissingData: treatment }, former);
        expect(found).toBe(state === 'keep' ? former : state);
      }
    },
  );
});

test('Missing values are treated as missing unless the alarm says otherwise', () => {
  expect(evaluate('- - - - -', {})).toBe('INSUFFICIENT_DATA');
});

test("An alarm on DynamoDB's own metrics keeps its state without values", () => {
  const alarm = { ...ALARM, Namespace: 'AWS/DynamoDB' };
  expect(evaluateAlarm(alarm, storeOf({}), END, 'ALARM')).toBe('ALARM');
  expect(evaluateAlarm({ ...alarm, TreatMissingData: 'notBreaching' }, storeOf({}), END, 'ALARM')).toBe('OK');
});

test.each([
  ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
  ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
  ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
  ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
] as const)('%s compares 2, 3 and 4 with the threshold 3', (ComparisonOperator, states) => {
  const found = ['2', '3', '4'].map((value) => evaluate(value, { ComparisonOperator, EvaluationPeriods: 1 }));
  expect(found).toEqual(states);
});

test('The minute that has not ended does not count', () => {
  const store = storeOf({ Errors: '0' });
  store.put({ ...METRIC, at: END + 1, values: [100] });
  const alarm = { ...ALARM, EvaluationPeriods: 1 };
  expect(evaluateAlarm(alarm, store, END + 59_999)).toBe('OK');
  expect(evaluateAlarm(alarm, store, END + toMilliseconds(MINUTE))).toBe('ALARM');
});

test('The window of a long period slides by the minute', () => {
  const alarm = { ...ALARM, Period: 300, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' } as const;
  const store = storeOf({ Errors: '2 - - - 2' });
  expect(evaluateAlarm(alarm, store, END)).toBe('ALARM');
  // A minute later the first of the two values lies in the period before.
  expect(evaluateAlarm(alarm, store, END + toMilliseconds(MINUTE))).toBe('OK');
});

test.each([
  ['Sum', 9, 'OK'],
  ['Sum', 8.9, 'ALARM'],
  ['Average', 3, 'OK'],
  ['Average', 2.9, 'ALARM'],
  ['Minimum', 0.9, 'ALARM'],
  ['Maximum', 6, 'OK'],
  ['SampleCount', 2.9, 'ALARM'],
  ['SampleCount', 3, 'OK'],
])('The %s of 1, 2 and 6 is compared with %d', (Statistic, Threshold, state) => {
  const store = storeOf({});
  store.put({ ...METRIC, at: END - 1, values: [1, 2] });
  store.put({ ...METRIC, at: END - 2, values: [6] });
  expect(evaluateAlarm({ ...ALARM, Statistic, Threshold, EvaluationPeriods: 1 }, store, END)).toBe(state);
});

test('A percentile is the value that so many percent do not exceed', () => {
  const store = storeOf({});
  store.put({ ...METRIC, at: END - 1, values: [...Array<number>(98).fill(10), 500, 900] });
  const alarm = (ExtendedStatistic: string, Threshold: number): WrittenAlarm => {
    const { Statistic: _, ...rest } = ALARM;
    return { ...rest, ExtendedStatistic, Threshold, EvaluationPeriods: 1 };
  };
  expect(evaluateAlarm(alarm('p98', 10), store, END)).toBe('OK');
  expect(evaluateAlarm(alarm('p99', 499), store, END)).toBe('ALARM');
  expect(evaluateAlarm(alarm('p99', 500), store, END)).toBe('OK');
  expect(evaluateAlarm(alarm('p99.9', 899), store, END)).toBe('ALARM');
});

test('A percentile of too few values keeps the state if the alarm asks for that', () => {
  const { Statistic: _, ...rest } = ALARM;
  const alarm = { ...rest, ExtendedStatistic: 'p90', EvaluationPeriods: 1 } as const;
  const store = storeOf({});
  store.put({ ...METRIC, at: END - 1, values: Array<number>(99).fill(4) });
  expect(evaluateAlarm(alarm, store, END, 'OK')).toBe('ALARM');
  const careful = { ...alarm, EvaluateLowSampleCountPercentile: 'ignore' } as const;
  expect(evaluateAlarm(careful, store, END, 'OK')).toBe('OK');
  store.put({ ...METRIC, at: END - 1, values: [4] });
  expect(evaluateAlarm(careful, store, END, 'OK')).toBe('ALARM');
});

test('Values of other dimensions, fewer dimensions or another unit are of another metric', () => {
  const store = storeOf({ Errors: '4 4 4' });
  expect(evaluateAlarm({ ...ALARM, Dimensions: [] }, store, END)).toBe('INSUFFICIENT_DATA');
  expect(evaluateAlarm({ ...ALARM, Dimensions: [{ Name: 'Stage', Value: 'prod' }] }, store, END)).toBe(
    'INSUFFICIENT_DATA',
  );
  expect(evaluateAlarm({ ...ALARM, Unit: 'Seconds' }, store, END)).toBe('INSUFFICIENT_DATA');
  expect(evaluateAlarm({ ...ALARM, Unit: 'None' }, store, END)).toBe('ALARM');
});

test.each<[string, Partial<WrittenAlarm>]>([
  ['a period that is not a number of minutes', { Period: 90 }],
  ['more datapoints than periods', { DatapointsToAlarm: 4 }],
  ['neither a metric nor an expression', { MetricName: undefined }],
  ['no period', { Period: undefined }],
])('An alarm with %s is refused', (_, part) => {
  expect(() => evaluateAlarm({ ...ALARM, ...part }, storeOf({ Errors: '1' }), END)).toThrow(AlarmError);
});

test('A statistic that this CloudWatch does not know is refused by its name', () => {
  expect(() => evaluateAlarm({ ...ALARM, Statistic: 'tm99' }, storeOf({ Errors: '1' }), END)).toThrow(
    new UnknownStatisticError('This CloudWatch does not know the statistic "tm99"'),
  );
});
