import { afterAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { size } from '../support/jest/suites.ts';
import { oneEndOf } from '../support/revocation/model/model.ts';
import { SHARED } from '../support/revocation/model/shared-situations.ts';
import { VOUCHED_FROZEN } from '../support/revocation/model/vouched-situations.ts';
import { BOUNDED, FROZEN, LARGE, WHOLE } from '../support/revocation/model/situations.ts';

const EVERYDAY_RUNS = 40;

/** Returns the number of runs of a situation. revocation-model.long.test.ts explores all orders of those in WHOLE. */
const runsOf = (name: string): number => (name in WHOLE ? EVERYDAY_RUNS : size(EVERYDAY_RUNS, 1000));

// Many runs, on machines of any speed.
jest.setTimeout(600_000);

const lines: string[] = [];

afterAll(() => {
  process.stdout.write(`${lines.join('\n')}\n`);
});

describe('every accepted token is within the grants, and everyone with a grant gets one', () => {
  test.each(Object.entries({ ...WHOLE, ...BOUNDED, ...FROZEN, ...SHARED, ...VOUCHED_FROZEN, ...LARGE }))(
    'after %s, in random orders',
    async (name, situation) => {
      let ends = 0;
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat()), async (choices) => {
          await oneEndOf(situation, (of) => (choices.next().value ?? 0) % of);
          ends += 1;
        }),
        { numRuns: runsOf(name) },
      );
      lines.push(`${name}: ${ends} sequences at random`);
      expect(ends).toBe(runsOf(name));
    },
  );
});
