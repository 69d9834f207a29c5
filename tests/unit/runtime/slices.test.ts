import { expect, test } from '@jest/globals';
import { slicesOf } from '../../../lib/runtime/slices.ts';

test.each([
  [0, []],
  [1, [[0]]],
  [3, [[0, 1, 2]]],
  [4, [[0, 1, 2], [3]]],
])('%i elements in slices of three', (length, slices) => {
  expect(slicesOf([...Array.from({ length }).keys()], 3)).toEqual(slices);
});
