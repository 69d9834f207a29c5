import { expect, jest, test } from '@jest/globals';
import { playAll, type Beside } from '../../../support/rotation/check-beside.ts';
import { type Stop } from '../../../support/rotation/two-runs.ts';

// Each schedule has real keys and signatures. The file with .long in its name plays all of them.
jest.setTimeout(300_000);

test.each([
  ['rotation', 'stands still', 6],
  ['emergency', 'stands still', 4],
  ['emergency', 'killed after', 5],
  ['check', 'answer lost', 5],
] as const satisfies readonly (readonly [Beside, Stop, number])[])(
  'beside a whole %s, the right keys are there and no others, when a call of the check is "%s"',
  async (beside, stop, every) => {
    expect(await playAll({ lost: 'previous', beside, first: 'check', stop }, every)).toBeGreaterThan(15);
  },
);

test.each(['previous', 'all'] as const)(
  'a leaked key that a delayed request of the check brings back after an emergency is ended by the next check, with %s lost',
  async (lost) => {
    const calls = await playAll({ lost, beside: 'emergency', first: 'check', stop: 'late' });
    expect(calls).toBeGreaterThan(15);
  },
);
