import { describe, expect, test } from '@jest/globals';
import {
  Deadline,
  DeadlineOverError,
  outsideDeadline,
  withinDeadline,
} from '../../../lib/runtime/deadline.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { impatient, ManualClock } from '../../support/runtime/clock.ts';

describe('a deadline', () => {
  test('is over from its moment on', () => {
    const clock = new ManualClock(1000);
    const deadline = Deadline.after(clock, 500);
    expect(deadline.at).toBe(1500);
    clock.advance(499);
    expect(deadline.isOver()).toBe(false);
    clock.advance(1);
    expect(deadline.isOver()).toBe(true);
  });

  test('that never comes is never over', () => {
    const clock = new ManualClock();
    const deadline = Deadline.after(clock, Infinity);
    clock.advance(Number.MAX_SAFE_INTEGER / 2);
    expect(deadline.isOver()).toBe(false);
  });

  test('is the current one of its work alone, also beside that of another request', async () => {
    const clock = new ManualClock();
    const [one, other] = [Deadline.after(clock, 500), Deadline.after(clock, 900)];
    const look = async (): Promise<unknown[]> => {
      const before = Deadline.current();
      await Promise.resolve();
      return [before, Deadline.current()];
    };
    expect(await Promise.all([one.run(look), other.run(look)])).toEqual([
      [one, one],
      [other, other],
    ]);
    expect(Deadline.current()).toBeUndefined();
  });

  test('does not apply to work of the process', async () => {
    const deadline = Deadline.after(new ManualClock(), 500);
    const seen = await deadline.run(() => outsideDeadline(() => Deadline.current()));
    expect(seen).toBeUndefined();
  });

  test('aborts a call that is under way when it comes', async () => {
    const clock = new ManualClock();
    const ended = Deadline.after(clock, 500).run(() =>
      withinDeadline(
        (signal) =>
          new Promise((_, reject) => {
            signal?.addEventListener('abort', () => {
              reject(new Error('aborted'));
            });
          }),
      ),
    );
    clock.advance(500);
    await expect(ended).rejects.toThrow(DeadlineOverError);
  });

  test('aborts a hanging call although the timer fires a millisecond early', async () => {
    const clock = new ManualClock();
    let isFirst = true;
    const hasty = {
      now: () => clock.now(),
      sleep: (milliseconds: number): Promise<void> => {
        const early = isFirst ? 1 : 0;
        isFirst = false;
        return clock.sleep(milliseconds - early);
      },
    };
    const { promise: aborted, resolve } = Promise.withResolvers<string>();
    const ended = Deadline.after(hasty, 500).run(() => {
      Deadline.current()?.signal.addEventListener('abort', () => {
        resolve('aborted');
      });
      return aborted;
    });
    clock.advance(499);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    clock.advance(1);
    expect(await Promise.race([ended, new Promise((later) => setImmediate(later, 'hangs'))])).toBe('aborted');
  });

  test('ends with its work, so that a part that is left makes no call', async () => {
    const deadline = Deadline.after(new ManualClock(), 500);
    const { promise: later, resolve } = Promise.withResolvers<undefined>();
    let left: Promise<string> | undefined;
    await deadline.run(() => {
      left = later.then(() => withinDeadline(() => Promise.resolve('sent')));
    });
    resolve(undefined);
    await expect(left).rejects.toThrow(DeadlineOverError);
  });

  test('does not end early on a clock whose pauses are short', async () => {
    const deadline = Deadline.after(impatient(new ManualClock()), 500);
    const over = await deadline.run(async () => {
      await Promise.resolve();
      return deadline.isOver();
    });
    expect(over).toBe(false);
  });

  test("leaves no timer of the machine's clock behind", async () => {
    const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    await Deadline.after(systemClock, 60_000).run(() => 'done');
    const after = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    expect(after).toBe(before);
  });
});

describe('a call under a deadline', () => {
  test('is not made after a thaw', async () => {
    const clock = new ManualClock();
    let calls = 0;
    const call = (): Promise<void> => {
      calls += 1;
      return Promise.resolve();
    };
    const ended = Deadline.after(clock, 500).run(async () => {
      await withinDeadline(call);
      clock.set(clock.now() + 300_000);
      await withinDeadline(call);
    });
    await expect(ended).rejects.toThrow(DeadlineOverError);
    expect(calls).toBe(1);
  });

  test('has no result if the process was frozen during it', async () => {
    const clock = new ManualClock();
    const ended = Deadline.after(clock, 500).run(() =>
      withinDeadline(() => {
        clock.set(clock.now() + 300_000);
        return Promise.resolve('an answer from before');
      }),
    );
    await expect(ended).rejects.toThrow(DeadlineOverError);
  });

  test('fails with its own error before the deadline, and without a deadline is only made', async () => {
    const clock = new ManualClock();
    const failing = (): Promise<never> => Promise.reject(new TypeError('its own'));
    await expect(Deadline.after(clock, 500).run(() => withinDeadline(failing))).rejects.toThrow(TypeError);
    expect(await withinDeadline((signal) => Promise.resolve(signal))).toBeUndefined();
  });
});
