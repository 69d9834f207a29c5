import { expect, test } from '@jest/globals';
import { ALARMS } from '../../../../../../infra/stack/alarms/index.ts';
import { MINUTE, toMilliseconds } from '../../../../../../lib/runtime/time.ts';
import { alarmsOf, LocalAlarms } from '../../../../../../tools/local/stack/monitoring/local-alarms.ts';
import { MetricStore, readAlarm } from '../../../../../../tools/local/stand-ins/cloudwatch/index.ts';
import { ALARM, METRIC } from '../../../../../support/cloudwatch/metric-values.ts';
import { WHOLE_SERVICE as config } from '../../../../../support/cloudwatch/whole-service.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

const minutes = (count: number): number => toMilliseconds(count * MINUTE);

test('Every alarm of the service can be evaluated on this machine', () => {
  const clock = new ManualClock();
  const alarms = alarmsOf(config, 'table');
  expect([...alarms.keys()]).toEqual(Object.keys(ALARMS));
  const reports = new LocalAlarms(alarms, new MetricStore(clock), clock).evaluate();
  expect(reports.map(({ runbook }) => runbook)).toEqual(
    Object.keys(ALARMS).map((name) => `docs/runbooks/${name}.md`),
  );
});

test('A stack without a function has no alarm on it', () => {
  const { checkKeys: _, ...functions } = config.functions;
  expect([...alarmsOf({ ...config, functions }, 'table').keys()]).not.toContain('keys-lost');
});

test('An alarm tells since when it has its state, and its last value', () => {
  const clock = new ManualClock();
  const store = new MetricStore(clock);
  const alarm = readAlarm({ ...ALARM, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
  const alarms = new LocalAlarms(new Map([['mint-errors', alarm]]), store, clock);
  const state = (): unknown => {
    const [report] = alarms.evaluate();
    return [report?.state, report?.since.slice(11, 16), report?.value];
  };
  expect(state()).toEqual(['INSUFFICIENT_DATA', '12:00', undefined]);
  clock.advance(minutes(2));
  expect(state()).toEqual(['OK', '12:02', undefined]);
  store.put({ ...METRIC, at: clock.now(), values: [7] });
  clock.advance(minutes(1));
  expect(state()).toEqual(['ALARM', '12:03', 7]);
  store.put({ ...METRIC, at: clock.now(), values: [8] });
  clock.advance(minutes(1));
  expect(state()).toEqual(['ALARM', '12:03', 8]);
  // Three minutes of silence: the values are out of the evaluation range.
  clock.advance(minutes(3));
  expect(state()).toEqual(['OK', '12:07', undefined]);
});

test('No alarm on silence goes off in the first minute of a stack', () => {
  const clock = new ManualClock();
  clock.advance(1);
  const silence = readAlarm({ ...ALARM, TreatMissingData: 'breaching' });
  const alarms = new LocalAlarms(new Map([['sweeper-silent', silence]]), new MetricStore(clock), clock);
  const state = (): unknown => alarms.evaluate()[0]?.state;
  clock.advance(minutes(1));
  expect(state()).toBe('INSUFFICIENT_DATA');
  clock.advance(minutes(1));
  expect(state()).toBe('ALARM');
});
