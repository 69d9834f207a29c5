import { describe, expect, test } from '@jest/globals';
import { ARRIVAL, loadOf, wavesOf } from '../../../../tools/model/loads.ts';
import { use } from './model-settings.ts';

test('A steady load has the rate of a usual day at its peak, in warm processes', () => {
  expect(loadOf('steady', 100, use)).toMatchObject({ peak: 100, mint: 'renewal', isCold: false });
});

test('The users of a usual day are its rate times the mean time between two tokens of a client', () => {
  expect(loadOf('steady', 100, use).users).toBe(75_000);
});

test("After an outage everybody is back within the client's longest pause, with a token that has expired", () => {
  expect(loadOf('outage', 100, use)).toMatchObject({
    within: 50,
    peak: 1500,
    mint: 'afterAbsence',
    isCold: true,
  });
});

test("At nine o'clock everybody opens a document for the first time", () => {
  expect(loadOf('nine-o-clock', 100, use)).toMatchObject({
    within: ARRIVAL,
    peak: 75_000 / ARRIVAL,
    mint: 'first',
    isCold: true,
  });
});

describe('the waves after a herd', () => {
  const waves = wavesOf(loadOf('outage', 100, use), use);

  test('begin with the herd itself', () => {
    expect(waves[0]).toBeCloseTo(1500, 6);
  });

  test('are spread over the times at which clients ask again', () => {
    // 75,000 users over the seconds 550 to 950.
    expect(waves[1]).toBeCloseTo(75_000 / 401, 6);
  });

  test('become lower from wave to wave, and stay above the rate of a usual day for a while', () => {
    for (const [at, peak] of waves.entries()) if (at > 0) expect(peak).toBeLessThan(waves[at - 1] ?? 0);
    expect(waves.at(-1)).toBeGreaterThan(100);
  });

  test('of people who arrive over a longer time begin lower', () => {
    const slower = wavesOf(loadOf('nine-o-clock', 100, use), use);
    expect(slower[0]).toBeCloseTo(250, 6);
    expect(slower[1]).toBeCloseTo(75_000 / 401, 6);
    expect(slower[2]).toBeLessThan(waves[2] ?? 0);
  });
});
