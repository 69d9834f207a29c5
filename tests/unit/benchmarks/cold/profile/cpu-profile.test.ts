import { expect, test } from '@jest/globals';
import { CpuProfile, samplesOf } from '../../../../benchmarks/cold/profile/cpu-profile.ts';

const node = (id: number, functionName: string, children?: number[]): object => ({
  id,
  callFrame: { functionName, scriptId: '1', url: '', lineNumber: -1, columnNumber: -1 },
  ...(children && { children }),
});

test('Samples have the time of the monotonic clock, and the stack with the innermost function first', () => {
  const profile = CpuProfile.parse({
    nodes: [node(1, '(root)', [2, 4]), node(2, 'outer', [3]), node(3, 'inner'), node(4, '(idle)')],
    startTime: 1000,
    endTime: 1400,
    samples: [3, 2, 4],
    timeDeltas: [100, 150, 25],
  });
  const shown = samplesOf(profile).map(({ at, stack }) => [
    at,
    ...stack.map(({ functionName }) => functionName),
  ]);
  expect(shown).toEqual([
    [1100, 'inner', 'outer', '(root)'],
    [1250, 'outer', '(root)'],
    [1275, '(idle)', '(root)'],
  ]);
});

test('Something else than a profile is refused', () => {
  expect(() => CpuProfile.parse({ nodes: [] })).toThrow();
});
