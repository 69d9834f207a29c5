import { describe, expect, test } from '@jest/globals';
import { createTime, deviceClock } from '../../../../clients/typescript/src/server-time.ts';
import { manualClock } from '../../../../clients/typescript/src/testing.ts';

describe('since', () => {
  test.each([
    ['counts the time asleep, in which the monotonic clock stands still', 60_000, 61_000],
    ['does not go back if the wall clock is set back', -3_600_000, 1000],
  ])('%s', async (_, jump, expected) => {
    const clock = manualClock();
    const time = createTime(clock);
    const from = time.mark();
    await clock.advance(1000);
    clock.jump(jump);
    expect(time.since(from)).toBe(expected);
  });
});

describe('after', () => {
  test('splits a wait that is longer than platforms take', async () => {
    const waits: number[] = [];
    const clock = manualClock();
    const recording = {
      ...clock,
      setTimeout(run: () => void, ms: number) {
        waits.push(ms);
        return clock.setTimeout(run, ms);
      },
    };
    let ran = 0;
    const days = 86_400_000;
    createTime(recording).after(50 * days, () => ran++);
    await clock.advance(50 * days - 1);
    expect(ran).toBe(0);
    await clock.advance(1);
    expect(ran).toBe(1);
    expect(waits).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 50 * days - 2 * (2 ** 31 - 1)]);
  });

  test('waits on if a timer fires early', async () => {
    const clock = manualClock();
    const early = { ...clock, setTimeout: (run: () => void, ms: number) => clock.setTimeout(run, ms / 2) };
    let ran = 0;
    createTime(early).after(1000, () => ran++);
    await clock.advance(999);
    expect(ran).toBe(0);
    await clock.advance(2);
    expect(ran).toBe(1);
  });

  test('does not run once it was cancelled, after a split too', async () => {
    const clock = manualClock();
    let ran = 0;
    const cancel = createTime(clock).after(2 ** 32, () => ran++);
    await clock.advance(2 ** 31);
    cancel();
    await clock.advance(2 ** 32);
    expect(ran).toBe(0);
  });
});

test('The clock of the device has the time, and timers that can be cancelled', async () => {
  expect(Math.abs(deviceClock.now() - Date.now())).toBeLessThan(1000);
  expect(deviceClock.monotonic()).toBeLessThanOrEqual(deviceClock.monotonic());
  const cancelled = deviceClock.setTimeout(() => {
    throw new Error('It was cancelled.');
  }, 0);
  cancelled();
  await new Promise<void>((resolve) => deviceClock.setTimeout(resolve, 1));
});
