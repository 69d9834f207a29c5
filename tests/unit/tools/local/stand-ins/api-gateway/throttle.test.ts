import { beforeEach, expect, test } from '@jest/globals';
import { Throttle } from '../../../../../../tools/local/stand-ins/api-gateway/throttle.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

let clock: ManualClock;
let throttle: Throttle;

beforeEach(() => {
  clock = new ManualClock();
  throttle = new Throttle(clock);
});

const admitted = (requests: number, route = 'GET /health'): number =>
  Array.from({ length: requests }, () => throttle.admits(route)).filter(Boolean).length;

test('Without a limit every request is admitted', () => {
  expect(admitted(100)).toBe(100);
});

test('A route gets its burst at once, and then its rate', () => {
  throttle.limit({ rate: 2, burst: 5 });
  expect(admitted(20)).toBe(5);
  clock.advance(1_000);
  expect(admitted(20)).toBe(2);
  clock.advance(3_600_000);
  expect(admitted(20)).toBe(5);
});

test('Each route has a bucket of its own', () => {
  throttle.limit({ rate: 1, burst: 1 });
  expect([admitted(2), admitted(2, 'POST /v1/tokens')]).toEqual([1, 1]);
});

test('The end of a former limit leaves a later one', () => {
  const former = throttle.limit({ rate: 1, burst: 1 });
  const later = throttle.limit({ rate: 1, burst: 2 });
  former();
  expect(admitted(9)).toBe(2);
  later();
  expect(admitted(9)).toBe(9);
});
