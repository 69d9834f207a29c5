import { expect, test } from '@jest/globals';
import { Deadline } from '../../../lib/runtime/deadline.ts';
import { ManualClock } from '../../support/runtime/clock.ts';

test('a deadline is over from its moment on', () => {
  const clock = new ManualClock(1000);
  const deadline = Deadline.after(clock, 500);
  expect(deadline.at).toBe(1500);
  clock.advance(499);
  expect(deadline.isOver()).toBe(false);
  clock.advance(1);
  expect(deadline.isOver()).toBe(true);
});

test('one that never comes is never over', () => {
  const clock = new ManualClock();
  const deadline = Deadline.after(clock, Infinity);
  clock.advance(Number.MAX_SAFE_INTEGER / 2);
  expect(deadline.isOver()).toBe(false);
});
