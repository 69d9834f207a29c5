import { describe, expect, jest, test } from '@jest/globals';
import {
  countPairs,
  playAll,
  playAllPairs,
  type Beside,
  type Lost,
} from '../../../support/rotation/check-beside.ts';
import { type Stop } from '../../../support/rotation/two-runs.ts';

// Thousands of schedules, each with real keys and signatures.
jest.setTimeout(3_600_000);

const CASES: readonly (readonly [Beside, Lost])[] = [
  ['rotation', 'nothing'],
  ['rotation', 'previous'],
  ['emergency', 'nothing'],
  ['emergency', 'previous'],
  ['emergency', 'all'],
  ['check', 'previous'],
  ['check', 'all'],
];
const STOPS: readonly Stop[] = ['stands still', 'killed', 'killed after', 'answer lost', 'late'];

describe.each(CASES)('beside a whole %s, with %s lost at Document Engine', (beside, lost) => {
  test.each([
    ...STOPS.map((stop) => ['check', stop] as const),
    ...STOPS.filter((stop) => stop !== 'late').map((stop) => ['beside', stop] as const),
  ])('the right keys are there and no others, whichever call of the %s is %s', async (first, stop) => {
    expect(await playAll({ lost, beside, first, stop })).toBeGreaterThan(7);
  });
});

test.each([
  ['rotation', 'previous'],
  ['emergency', 'previous'],
  ['check', 'previous'],
] as const)(
  'beside a %s with %s lost, the right keys are there and no others, whichever call of each of the two stands still',
  async (beside, lost) => {
    for (const first of ['check', 'beside'] as const) {
      const schedule = { lost, beside, first, stop: 'stands still' } as const;
      // Counted in another way: a run that is refused at once leaves few calls at which it can stop.
      const expected = await countPairs(schedule);
      expect(await playAllPairs(schedule)).toBe(expected);
      process.stdout.write(`a check beside a ${beside}, first the ${first}: ${expected} schedules\n`);
    }
  },
);
