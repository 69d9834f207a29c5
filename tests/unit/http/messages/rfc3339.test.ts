import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rfc3339 } from '../../../../lib/http/messages/rfc3339.ts';

const asNodeWritesIt = (moment: number): string =>
  new Date(moment * 1000).toISOString().replace('.000Z', 'Z');

/** The first and the last second of the years that have four digits. */
const [FIRST, LAST] = [-62_167_219_200, 253_402_300_799];

describe('rfc3339', () => {
  test('writes every second of four-digit years, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: FIRST, max: LAST })), (moments) => {
        expect(moments.map(rfc3339)).toEqual(moments.map(asNodeWritesIt));
      }),
    );
  });

  test.each([
    ['the last second of a day and the first of the next', 1_769_903_999, '2026-01-31T23:59:59Z'],
    ['the first second of a day', 1_769_904_000, '2026-02-01T00:00:00Z'],
    ['a second after the one that was written last', 1_769_904_001, '2026-02-01T00:00:01Z'],
    ['a day that was written before the last one', 1_769_860_800, '2026-01-31T12:00:00Z'],
    ['a leap day', 1_835_438_400, '2028-02-29T12:00:00Z'],
    ['the second before the epoch', -1, '1969-12-31T23:59:59Z'],
  ])('writes %s', (_, moment, text) => {
    expect(rfc3339(moment)).toBe(text);
  });

  test('refuses a moment that is no time', () => {
    expect(() => rfc3339(NaN)).toThrow(RangeError);
    expect(() => rfc3339(Infinity)).toThrow(RangeError);
  });
});
