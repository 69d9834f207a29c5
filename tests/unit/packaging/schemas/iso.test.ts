import { expect, test } from '@jest/globals';
import * as zod from 'zod/mini';
import { own } from '../../../support/schemas/both-schemas.ts';

const two = (count: number): string => String(count).padStart(2, '0');

/** Every day that two digits for the month and two for the day can name. */
const DAYS = Array.from({ length: 10_000 }, (_, at) => `${two(Math.floor(at / 100))}-${two(at % 100)}`);

/** Lists the times that a library accepts. */
function accepted({ iso, safeParse }: typeof zod, times: readonly string[]): string[] {
  const schema = iso.datetime();
  return times.filter((time) => safeParse(schema, time).success);
}

test.each(['0000', '1900', '2000', '2023', '2024'])('The days of the year %s are those of zod', (year) => {
  const times = DAYS.map((day) => `${year}-${day}T00:00:00Z`);

  expect(accepted(own, times).length).toBeGreaterThanOrEqual(365);
  expect(accepted(own, times)).toEqual(accepted(zod, times));
});

test('The leap years are those of zod', () => {
  const times = Array.from(
    { length: 10_000 },
    (_, year) => `${String(year).padStart(4, '0')}-02-29T00:00:00Z`,
  );

  expect(accepted(own, times)).toEqual(accepted(zod, times));
});

test('The hours, minutes, seconds and offsets are those of zod', () => {
  const times = Array.from({ length: 100 }, (_, at) => two(at)).flatMap((part) => [
    ...[`${part}:00:00Z`, `00:${part}:00Z`, `00:00:${part}Z`, `00:00:00.${part}Z`],
    ...[`00:00:00+${part}:00`, `00:00:00-00:${part}`, `00:00:00+${part}`, `00:00:00,${part}Z`],
  ]);
  const all = times.map((time) => `2026-12-31T${time}`);
  const read = ({ iso, safeParse }: typeof zod) =>
    all.filter((time) => safeParse(iso.datetime({ offset: true }), time).success);

  expect(read(own).length).toBeGreaterThan(300);
  expect(read(own)).toEqual(read(zod));
});
