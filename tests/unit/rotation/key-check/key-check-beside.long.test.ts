import { describe, expect, jest, test } from '@jest/globals';
import { play, playAll, type Beside, type Lost } from '../../../support/rotation/check-beside.ts';
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
  'the right keys are there and no others, whichever calls of a check and a %s both stand still, with %s lost',
  async (beside, lost) => {
    let schedules = 0;
    for (const first of ['check', 'beside'] as const) {
      for (let at = 0, calls = 1; at < calls; at += 1) {
        for (let until = 0, others = 1; until < others; until += 1) {
          const played = await play({ options: {}, lost, beside, first, at, stop: 'stands still', until });
          [calls, others] = [played.first.length, played.second.length];
          schedules += 1;
        }
      }
    }
    expect(schedules).toBeGreaterThan(100);
  },
);
