import { expect, test } from '@jest/globals';
import { createPrivateKey } from 'node:crypto';
import { assertSound } from '../../../../lib/signing-keys/soundness/unsound.ts';
import { CURVES, ecPem } from '../../../support/signing-keys/ec-numbers.ts';

test.each(['ES256', 'ES512'] as const)('The private number of a key for %s may be 2 … n−2', (algorithm) => {
  const { order } = CURVES[algorithm];
  const check = (scalar: bigint) => () => {
    assertSound(createPrivateKey(ecPem(algorithm, { scalar })));
  };

  for (const sound of [2n, 3n, order / 2n, order - 2n]) expect(check(sound)).not.toThrow();
  for (const unsound of [0n, 1n, order - 1n, order, order + 1n])
    expect(check(unsound)).toThrow(/between 2 and n−2/);
});
