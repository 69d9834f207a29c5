import { beforeEach, expect, test } from '@jest/globals';
import { FailureQueue } from '../../../../../../tools/local/stack/monitoring/failure-queue.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

let failures: FailureQueue;

beforeEach(() => {
  failures = new FailureQueue(new ManualClock());
  failures.add('sweepRevocations', { number: 1 });
  failures.add('recordAudit', { number: 2 });
  failures.add('sweepRevocations', { number: 3 });
});

const left = (): unknown[] => failures.list().map(({ requestPayload }) => requestPayload);

test('Messages are called again with their events, oldest first, and those that succeed are deleted', async () => {
  const calls: unknown[] = [];
  const done = await failures.redrive((...call) => Promise.resolve(calls.push(call)));
  expect(calls).toEqual([
    ['sweepRevocations', { number: 1 }],
    ['recordAudit', { number: 2 }],
    ['sweepRevocations', { number: 3 }],
  ]);
  expect([done, left()]).toEqual([3, []]);
});

test('A function that fails again keeps its messages, and is called once', async () => {
  const calls: string[] = [];
  const done = await failures.redrive((name) => {
    calls.push(name);
    return name === 'recordAudit' ? Promise.resolve() : Promise.reject(new Error('still broken'));
  });
  expect(calls).toEqual(['sweepRevocations', 'recordAudit']);
  expect([done, left()]).toEqual([1, [{ number: 1 }, { number: 3 }]]);
});

test('A message that arrives during the calls stays', async () => {
  await failures.redrive(() => {
    if (failures.list().length === 3) failures.add('checkKeys', { number: 4 });
    return Promise.resolve();
  });
  expect(left()).toEqual([{ number: 4 }]);
});

test('A purge deletes all messages, and says how many', () => {
  expect([failures.purge(), left(), failures.purge()]).toEqual([3, [], 0]);
});

test('The queue keeps its newest 5,000 messages', () => {
  for (let number = 4; number <= 5_003; number += 1) failures.add('recordAudit', { number });
  expect([failures.list().length, left()[0]]).toEqual([5_000, { number: 4 }]);
});
