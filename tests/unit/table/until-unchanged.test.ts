import { describe, expect, test } from '@jest/globals';
import { CHANGED, StoreUnavailableError, untilUnchanged } from '../../../lib/table/index.ts';

describe('an attempt that reads, decides and writes', () => {
  test('is repeated as long as another writer came between read and write', async () => {
    const numbers: number[] = [];
    const outcome = await untilUnchanged('count', (number) => {
      numbers.push(number);
      return Promise.resolve(number < 3 ? CHANGED : 'written');
    });
    expect(outcome).toBe('written');
    expect(numbers).toEqual([0, 1, 2, 3]);
  });

  test('is not repeated when it returns undefined', async () => {
    let attempts = 0;
    const outcome = await untilUnchanged<string | undefined>('find nothing', () => {
      attempts += 1;
      return Promise.resolve(undefined);
    });
    expect(outcome).toBeUndefined();
    expect(attempts).toBe(1);
  });

  test.each([
    [5, undefined],
    [10, 10],
  ])('ends after %i attempts that another writer interrupted', async (most, given) => {
    let attempts = 0;
    const never = untilUnchanged(
      'change a grant',
      () => {
        attempts += 1;
        return Promise.resolve(CHANGED);
      },
      given,
    );
    await expect(never).rejects.toThrow(StoreUnavailableError);
    await expect(never).rejects.toThrow(
      'Other writers changed the item during every attempt to change a grant',
    );
    expect(attempts).toBe(most);
  });

  test('is not repeated when it fails', async () => {
    let attempts = 0;
    const failing = untilUnchanged('fail', () => {
      attempts += 1;
      return Promise.reject(new StoreUnavailableError('throttled'));
    });
    await expect(failing).rejects.toThrow('throttled');
    expect(attempts).toBe(1);
  });
});
