import { deepStrictEqual } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { size } from '../../../support/jest/suites.ts';
import { bothOutcomes } from '../../../support/schemas/both-schemas.ts';
import { descriptions, withAbsence } from '../../../support/schemas/described-schemas.ts';

/** Tells whether some calls are others of which some are left out. */
function isPart(some: readonly unknown[], all: readonly unknown[]): boolean {
  let found = 0;
  for (const call of all) if (found < some.length && isDeepStrictEqual(call, some[found])) found += 1;
  return found === some.length;
}

test('Any schema of a bundle has the same output, issues and calls as that of zod', () => {
  let accepted = 0;
  const runs = size(4000, 40_000);
  fc.assert(
    fc.property(
      descriptions.chain(({ make, inputs }) => fc.record({ make: fc.constant(make), input: inputs })),
      ({ make, input }) => {
        const { zod, own } = bothOutcomes(make, input);

        deepStrictEqual(own.result, zod.result);
        // For an absent member, zod calls functions too, and drops their answers.
        if (withAbsence.has(own.calls)) expect(isPart(own.calls, zod.calls)).toBe(true);
        else deepStrictEqual(own.calls, zod.calls);
        if ('data' in zod.result) accepted += 1;
      },
    ),
    { numRuns: runs },
  );
  // Inputs that are all refused would show nothing of outputs.
  expect(accepted).toBeGreaterThan(runs / 10);
});
