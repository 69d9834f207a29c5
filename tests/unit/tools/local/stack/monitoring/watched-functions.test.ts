import { beforeEach, expect, test } from '@jest/globals';
import { MINUTE } from '../../../../../../lib/runtime/time.ts';
import { AwsMetrics } from '../../../../../../tools/local/stack/monitoring/aws-metrics.ts';
import {
  watchFunctions,
  type WatchedFunctions,
} from '../../../../../../tools/local/stack/monitoring/watched-functions.ts';
import { FailureQueue } from '../../../../../../tools/local/stack/monitoring/failure-queue.ts';
import { MetricStore } from '../../../../../../tools/local/stand-ins/cloudwatch/index.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

let clock: ManualClock;
let store: MetricStore;
let functions: WatchedFunctions;
let calls: string[];
let failing: boolean;

beforeEach(() => {
  clock = new ManualClock();
  store = new MetricStore(clock);
  calls = [];
  failing = false;
  functions = watchFunctions(
    {
      invoke: (name) => {
        calls.push(name);
        return failing ? Promise.reject(new Error('a fault')) : Promise.resolve('done');
      },
      restart: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    new AwsMetrics(store, clock),
    (name) => (name === 'sweepRevocations' ? 0 : undefined),
    new FailureQueue(clock),
  );
});

const sum = (name: string, functionName: string): number | undefined =>
  store
    .values(
      { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName } },
      { start: clock.now(), length: MINUTE },
    )
    ?.statistic('Sum');

test('A crashing function is not called, and counts as an error; the others run', async () => {
  const end = functions.inject('crashing', ['mintToken']);
  await expect(functions.invoke('mintToken', {})).rejects.toThrow('exited');
  await expect(functions.invoke('getKeys', {})).resolves.toBe('done');
  expect([calls, sum('Errors', 'mintToken'), sum('Errors', 'getKeys')]).toEqual([['getKeys'], 1, 0]);
  end();
  await expect(functions.invoke('mintToken', {})).resolves.toBe('done');
});

test('A throttled function is not called, and counts as throttled alone', async () => {
  const end = functions.inject('throttled');
  await expect(functions.invoke('mintToken', {})).rejects.toThrow('Rate Exceeded');
  expect([calls, sum('Throttles', 'mintToken'), sum('Invocations', 'mintToken')]).toEqual([[], 1, undefined]);
  end();
  await functions.invoke('mintToken', {});
  expect(sum('Invocations', 'mintToken')).toBe(1);
});

test('A function without its schedule can still be called', async () => {
  functions.inject('unscheduled', ['checkKeys']);
  await functions.invokeBySchedule('checkKeys', {});
  expect(calls).toEqual([]);
  await functions.invoke('checkKeys', {});
  expect(calls).toEqual(['checkKeys']);
});

test('Lambda repeats a failed event twice, unless the function says otherwise, and then the failure queue has it', async () => {
  failing = true;
  await expect(functions.invokeBySchedule('checkKeys', {})).rejects.toThrow('a fault');
  expect([calls.length, functions.failures.list().length]).toEqual([3, 1]);
  await expect(functions.invokeBySchedule('sweepRevocations', {})).rejects.toThrow('a fault');
  expect([calls.length, functions.failures.list().length]).toEqual([4, 2]);
  expect(functions.failures.list()[1]).toMatchObject({
    functionName: 'sweepRevocations',
    requestPayload: {},
  });
});

test('Nobody finds an event of a request in the failure queue', async () => {
  failing = true;
  await expect(functions.invoke('mintToken', {})).rejects.toThrow('a fault');
  expect([calls.length, functions.failures.list().length]).toEqual([1, 0]);
});
