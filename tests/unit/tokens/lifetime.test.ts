import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { refreshAtOf } from '../../../lib/tokens/lifetime.ts';
import { NOON } from '../../support/runtime/clock.ts';

/** The highest value that `Math.random` returns. */
const ALMOST_ONE = 1 - 2 ** -53;

const random = fc.oneof(fc.constantFrom(0, ALMOST_ONE), fc.double({ min: 0, max: ALMOST_ONE, noNaN: true }));

test('Clients that got their tokens at once do not come back at once: from 70 to 85 % of the life, each whole second', () => {
  const seconds = Array.from({ length: 1000 }, (_, at) => refreshAtOf(NOON, NOON + 100, () => at / 1000));
  expect(new Set(seconds)).toEqual(new Set(Array.from({ length: 16 }, (_, at) => NOON + 70 + at)));
  expect(refreshAtOf(NOON, NOON + 3600, () => ALMOST_ONE)).toBe(NOON + 3060);
});

test('The time to refresh is a whole second of the life, never after 85 % of it, and never before 70 % of more than six seconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 * 86_400 }), random, (life, value) => {
      const refreshAt = refreshAtOf(NOON, NOON + life, () => value) - NOON;
      expect(Number.isInteger(refreshAt)).toBe(true);
      expect(refreshAt * 100).toBeGreaterThanOrEqual(life > 6 ? life * 70 : 0);
      expect(refreshAt * 100).toBeLessThanOrEqual(life * 85);
    }),
  );
});

test.each([1, 2, 3, 4, 5, 6])('The time to refresh is before the end of a life of %i seconds', (life) => {
  for (const value of [0, 0.5, ALMOST_ONE]) {
    const refreshAt = refreshAtOf(NOON, NOON + life, () => value);
    expect(refreshAt).toBeGreaterThanOrEqual(NOON);
    expect(refreshAt).toBeLessThan(NOON + life);
  }
});
