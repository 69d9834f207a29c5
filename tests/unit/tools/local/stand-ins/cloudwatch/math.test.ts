import { expect, test } from '@jest/globals';
import {
  AlarmError,
  evaluateAlarm,
  examineAlarm,
  ExpressionError,
  readAlarm,
  type WrittenAlarm,
} from '../../../../../../tools/local/stand-ins/cloudwatch/index.ts';
import { END, storeOf } from '../../../../../support/cloudwatch/metric-values.ts';

const metric = (Id: string, MetricName: string, Period = 60) => ({
  Id,
  ReturnData: false,
  MetricStat: {
    Metric: { Namespace: 'Test', MetricName, Dimensions: [{ Name: 'Stage', Value: 'test' }] },
    Period,
    Stat: 'Sum',
  },
});

/** An alarm on an expression of the metrics m1, m2 and m3. */
const alarmOn = (Expression: string, part: Partial<WrittenAlarm> = {}): WrittenAlarm => ({
  Metrics: [
    metric('m1', 'm1'),
    metric('m2', 'm2'),
    metric('m3', 'm3'),
    { Id: 'e', Expression, ReturnData: true },
  ],
  EvaluationPeriods: 3,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  ...part,
});

/** Calculates an expression over five minutes. Missing values are left out, so an expression shows which there are. */
const calculate = (expression: string, values: Record<string, string>): readonly number[] =>
  examineAlarm(readAlarm(alarmOn(expression)), storeOf(values), END, 'OK').values;

test.each<[string, Record<string, string>, number[]]>([
  // Operators: a missing value is 0 beside another, a division by 0 is dropped.
  ['m1 + m2', { m1: '1 2 - - 5', m2: '- 10 10 - 10' }, [1, 12, 10, 15]],
  ['100 * m1 / m2', { m1: '1 0 - 2 -', m2: '2 4 5 0 -' }, [50, 0, 0]],
  ['2 + 3 * m1', { m1: '1' }, [5]],
  ['(2 + 3) * m1', { m1: '1' }, [5]],
  ['10 - m1 - 2', { m1: '3' }, [5]],
  ['-m1 + 5', { m1: '3' }, [2]],
  ['m1 ^ 2', { m1: '3' }, [9]],
  // The user guide's example of comparisons.
  ['m1 < m2', { m1: '30 20 0 0', m2: '20 - 20 -' }, [0, 0, 1, 0]],
  ['m1 >= 30', { m1: '30 20 0 0' }, [1, 0, 0, 0]],
  ['m1 > 15 AND m2 > 15', { m1: '30 20 0 0', m2: '20 - 20 -' }, [1, 0, 0, 0]],
  ['m1 == 1 || m1 != 2 && m1 <= 0', { m1: '1 2 3 0' }, [1, 0, 0, 1]],
  ['m1 == 3 OR m1 == 2', { m1: '1 2 3' }, [0, 1, 1]],
  // FILL
  ['FILL(m1, 0)', { m1: '- 2 - - 5' }, [0, 2, 0, 0, 5]],
  ['FILL(m1, 7)', {}, [7, 7, 7, 7, 7]],
  ['FILL(m1, REPEAT)', { m1: '- 2 - - 5' }, [2, 2, 2, 5]],
  ['FILL(m1, m2)', { m1: '- 2 - -', m2: '8 8 8 -' }, [8, 2, 8]],
  ['SUM(FILL([m1, m2], 1))', { m1: '- 2', m2: '4 -' }, [2, 2, 2, 5, 3]],
  // Reductions of several time series to one, and of one to a number
  ['SUM(METRICS())', { m1: '1 - -', m2: '2 2 -', m3: '3 - -' }, [6, 2]],
  ['SUM(METRICS("1"))', { m1: '1 1', m2: '2 2' }, [1, 1]],
  ['MAX([m1, m2])', { m1: '1 5', m2: '2 2' }, [2, 5]],
  ['MIN([m1, m2, m3])', { m1: '1 5', m2: '2 2', m3: '9 9' }, [1, 2]],
  ['AVG([m1, m2])', { m1: '1 5', m2: '3 -' }, [2, 2.5]],
  ['m1 / MAX(m1)', { m1: '1 2 4' }, [0.25, 0.5, 1]],
  ['SUM([m1, m2]) / m3', { m1: '2', m2: '4', m3: '3' }, [2]],
  // The user guide's examples of IF
  ['IF(m1, m2, m3)', { m1: '1 1 0 0 -', m2: '30 - 0 0 30', m3: '0 0 20 - 20' }, [30, 0, 20]],
  ['IF(m1, 5, m3)', { m1: '1 1 0 0 -', m3: '0 0 20 - 20' }, [5, 5, 20]],
  ['IF(m1, m2, 5)', { m1: '1 1 0 0 -', m2: '30 - 0 0 30' }, [30, 0, 5, 5]],
  ['IF(m1 < 400, m1)', { m1: '100 500 200' }, [100, 200]],
  ['IF(m2 >= 10, 100 * m1 / m2, 0)', { m1: '1 5', m2: '1 10' }, [0, 50]],
  ['IF(1, m1, m2)', { m1: '1', m2: '2' }, [1]],
  ['IF(0, m1)', { m1: '1' }, []],
  // The others
  ['ABS(m1 - 5)', { m1: '3 8' }, [2, 3]],
  ['m1 / PERIOD(m1)', { m1: '120' }, [2]],
  ['TIME_SERIES(MAX(m1))', { m1: '1 4 2' }, [4, 4, 4, 4, 4]],
])('%s of %j is %j', (expression, values, expected) => {
  expect(calculate(expression, values)).toEqual(expected);
});

test('An expression can use other expressions', () => {
  const { Metrics = [], ...rest } = alarmOn('FILL(rate, 0)', { Threshold: 49 });
  const rate = { Id: 'rate', Expression: 'IF(m2 > 1, 100 * m1 / m2)', ReturnData: false };
  const values = storeOf({ m1: '1 1 1 1 1', m2: '2 2 2 2 2' });
  expect(evaluateAlarm({ ...rest, Metrics: [...Metrics, rate] }, values, END)).toBe('ALARM');
});

test('A filled metric that has never had a value is a value of its own', () => {
  expect(evaluateAlarm(alarmOn('FILL(m1, 0)'), storeOf({}), END)).toBe('OK');
  expect(evaluateAlarm(alarmOn('m1'), storeOf({}), END)).toBe('INSUFFICIENT_DATA');
});

test.each([
  [
    'two expressions that return data',
    {
      Metrics: [
        { Id: 'a', Expression: 'a1' },
        { Id: 'b', Expression: 'b1' },
      ],
    },
  ],
  ['no entry that returns data', { Metrics: [metric('m1', 'm1')] }],
  [
    'different periods',
    { Metrics: [metric('m1', 'm1'), metric('m2', 'm2', 300), { Id: 'e', Expression: 'm1 + m2' }] },
  ],
])('An alarm with %s is refused', (_, part) => {
  expect(() => evaluateAlarm(alarmOn('m1', part), storeOf({}), END)).toThrow(AlarmError);
});

test.each([
  ['m1 +', 'not complete'],
  ['m1 m2', 'm2'],
  ['(m1', 'its end'],
  ['m1 $ 2', '$ 2'],
  ['m9', '"m9"'],
  ['e', 'refers to itself'],
  ['ANOMALY_DETECTION_BAND(m1)', 'ANOMALY_DETECTION_BAND'],
  ['constructor(m1)', 'constructor'],
  ['MAX(m1)', 'one time series'],
  ['METRICS()', 'one time series'],
  ['MAX(5)', 'take time series'],
  ['FILL(m1, LINEAR)', 'REPEAT'],
  ['FILL(m1)', 'FILL takes'],
  ['m1 + REPEAT', 'REPEAT'],
  ['IF(METRICS(), m1)', 'array'],
  ['METRICS() + METRICS()', 'two arrays'],
  ['IF(m1)', 'IF needs'],
  ['SUM()', 'SUM needs'],
  ['[1, m1]', 'not numbers'],
  ['m1 + 1 / 0', 'divides'],
])('The expression %s is refused', (expression, reason) => {
  expect(() => calculate(expression, { m1: '1 2 3' })).toThrow(ExpressionError);
  expect(() => calculate(expression, { m1: '1 2 3' })).toThrow(reason);
});
