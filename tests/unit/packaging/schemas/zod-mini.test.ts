import { deepStrictEqual } from 'node:assert/strict';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { size } from '../../../support/jest/suites.ts';
import { bothOutcomes } from '../../../support/schemas/both-schemas.ts';
import { descriptions } from '../../../support/schemas/described-schemas.ts';

test('Any schema of a bundle has the same output, issues and calls as that of zod', () => {
  let accepted = 0;
  const runs = size(3000, 30_000);
  fc.assert(
    fc.property(
      descriptions.chain(({ make, inputs }) => fc.record({ make: fc.constant(make), input: inputs })),
      ({ make, input }) => {
        const { zod, own } = bothOutcomes(make, input);

        deepStrictEqual(own, zod);
        if ('data' in (zod.result as object)) accepted += 1;
      },
    ),
    { numRuns: runs },
  );
  // Inputs that are all refused would show nothing of outputs.
  expect(accepted).toBeGreaterThan(runs / 10);
});
