import { expect, test } from '@jest/globals';
import type { Candidate } from '../../mutation/mutant.ts';
import { sampleOf } from '../../mutation/sample.ts';

function candidates(module: string, kind: string, count: number, firstLine = 1): Candidate[] {
  return Array.from({ length: count }, (_, index) => ({
    module,
    kind,
    file: `lib/${module}.ts`,
    line: firstLine + index,
    lineText: `line ${index}`,
    start: 10 * (firstLine + index),
    end: 10 * (firstLine + index) + 1,
    code: 'a',
    becomes: 'b',
  }));
}

const ALL = [
  ...candidates('large', 'string', 100),
  ...candidates('large', 'ddb-term', 2),
  ...candidates('small', 'string', 3),
];

test('A small module, and a rare kind of mutant, is chosen as often as others', () => {
  const chosen = sampleOf(ALL, 6, 1).map(({ module, kind }) => `${module} ${kind}`);
  expect(chosen.sort()).toEqual([
    'large ddb-term',
    'large string',
    'large string',
    'small string',
    'small string',
    'small string',
  ]);
});

test('A seed chooses the same mutants each time, in any order of the files, and another seed others', () => {
  expect(sampleOf(ALL.toReversed(), 20, 1)).toEqual(sampleOf(ALL, 20, 1));
  expect(sampleOf(ALL, 20, 2)).not.toEqual(sampleOf(ALL, 20, 1));
});

test('Lines that are added above change nothing about the choice', () => {
  const moved = [...candidates('large', 'string', 100, 7)];
  const texts = (chosen: readonly Candidate[]): string[] => chosen.map(({ lineText }) => lineText);
  expect(texts(sampleOf(moved, 20, 1))).toEqual(texts(sampleOf(candidates('large', 'string', 100), 20, 1)));
});

test('A larger sample contains the smaller one, and ends with everything', () => {
  expect(sampleOf(ALL, 40, 1).slice(0, 20)).toEqual(sampleOf(ALL, 20, 1));
  expect(sampleOf(ALL, Infinity, 1)).toHaveLength(ALL.length);
  expect(sampleOf([], 5, 1)).toEqual([]);
});
