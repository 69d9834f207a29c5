import { expect, test } from '@jest/globals';
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import * as zod from 'zod/mini';
import { size } from '../../../support/jest/suites.ts';
import { outcomeOf, own } from '../../../support/schemas/both-schemas.ts';
import { fittingInputs } from '../../../support/schemas/fitting-inputs.ts';
import { hostileValues } from '../../../support/schemas/hostile-values.ts';
import { schemasOfService } from '../../../support/schemas/service-schemas.ts';
import { spoilt } from '../../../support/schemas/spoilt-inputs.ts';

const [ofZod, ofBundle] = [await schemasOfService(zod), await schemasOfService(own)];

test('The service makes as many schemas with either library', () => {
  expect(ofBundle).toHaveLength(ofZod.length);
  expect(ofZod.length).toBeGreaterThan(500);
});

test('The inputs of the comparison have one for each schema that it accepts', () => {
  const refused = ofZod.filter((schema) => {
    const inputs = fc.sample(fittingInputs(schema), { seed: 1, numRuns: 100 });
    return !inputs.some((input) => 'data' in outcomeOf(zod, () => schema, input).result);
  });

  // A member that must be absent.
  expect(refused.map(({ def }) => def.type)).toEqual(['never', 'optional']);
});

test('Each schema of the service accepts and refuses the same inputs in a bundle, with the same outputs and messages', () => {
  for (const [at, twin] of ofBundle.entries()) {
    const schema = ofZod[at] ?? twin;
    const fitting = fittingInputs(schema);
    fc.assert(
      fc.property(fc.oneof(fitting, spoilt(fitting), spoilt(spoilt(fitting)), hostileValues), (input) => {
        deepStrictEqual(
          outcomeOf(own, () => twin, input),
          outcomeOf(zod, () => schema, input),
        );
      }),
      { numRuns: size(20, 500) },
    );
  }
});
