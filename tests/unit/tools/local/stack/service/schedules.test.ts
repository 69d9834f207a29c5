import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { schedulesOf, startSchedules } from '../../../../../../tools/local/stack/service/schedules.ts';
import { ServiceConfig } from '../../../../../../tools/local/stack/service/service-config.ts';
import { createLogger } from '../../../../../../lib/runtime/log.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** Makes a service with these schedules of the function `sweep`. */
const scheduled = (...rate: readonly string[]): ServiceConfig =>
  ServiceConfig.parse({
    provider: {},
    functions: {
      sweepRevocations: { handler: 'functions/sweep-revocations.handler', events: [{ schedule: { rate } }] },
    },
  });

const log = createLogger('error', () => undefined);

test.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(1 hour)', 3_600_000],
  ['rate(2 days)', 172_800_000],
])('%s is known', (rate, every) => {
  expect(schedulesOf(scheduled(rate))).toEqual([{ functionName: 'sweepRevocations', every }]);
});

test('every rate of a function counts', () => {
  expect(schedulesOf(scheduled('rate(1 minute)', 'rate(1 day)'))).toHaveLength(2);
});

test.each(['cron(0 10 * * ? *)', 'rate(1 fortnight)', 'rate(one minute)', 'rate(5 minutes) '])(
  '%s is refused by name, and not left out in silence',
  (rate) => {
    expect(() => schedulesOf(scheduled(rate))).toThrow(new RegExp(`no schedule "${RegExp.escape(rate)}"`));
  },
);

test('a function runs soon after the start, then once per interval, with an empty event, until closed', async () => {
  const invoke = jest.fn((_name: string, _event: unknown) => Promise.resolve());
  const running = startSchedules([{ functionName: 'sweepRevocations', every: 60_000 }], invoke, log);

  jest.advanceTimersByTime(4_999);
  expect(invoke).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(invoke.mock.calls).toEqual([['sweepRevocations', {}]]);
  jest.advanceTimersByTime(54_999);
  expect(invoke).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(60_001);
  expect(invoke.mock.calls).toEqual([
    ['sweepRevocations', {}],
    ['sweepRevocations', {}],
    ['sweepRevocations', {}],
  ]);

  await running.close();
  jest.advanceTimersByTime(600_000);
  expect(invoke).toHaveBeenCalledTimes(3);
});

test('a stack that stops at once runs nothing afterwards', async () => {
  const invoke = jest.fn((_name: string, _event: unknown) => Promise.resolve());
  await startSchedules([{ functionName: 'checkKeys', every: 3_600_000 }], invoke, log).close();
  jest.advanceTimersByTime(7_200_000);
  expect(invoke).not.toHaveBeenCalled();
});

test('a run that fails is logged by the function’s name, and the next one comes', async () => {
  const lines: string[] = [];
  const invoke = jest.fn(() => Promise.reject(new Error('a token, say')));
  const running = startSchedules(
    [{ functionName: 'sweepRevocations', every: 1000 }],
    invoke,
    createLogger('error', (line) => lines.push(line)),
  );

  await jest.advanceTimersByTimeAsync(2000);
  await running.close();

  expect(invoke).toHaveBeenCalledTimes(2);
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'ERROR',
    message: 'A scheduled function failed',
    function: 'sweepRevocations',
  });
  expect(lines.join('')).not.toContain('a token, say');
});
