import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { EQUIVALENT, explains } from '../../mutation/equivalent.ts';
import { mutantsOf } from '../../mutation/mutants-of.ts';

const SOURCE = 'const a = [true, false]; const b = (x: number) => [x > 0, true];';

/** Lists the offsets of the mutants that an explanation with this change is of. */
const explained = (code: string, becomes: string): number[] =>
  mutantsOf(SOURCE)
    .filter((mutant) => explains({ file: 'source.ts', code, becomes, why: 'a test' }, SOURCE, mutant))
    .map(({ start }) => start);

describe('an explanation', () => {
  test('is of the mutants that make just its change', () => {
    expect(explained('0', '1')).toEqual([SOURCE.indexOf('0')]);
    expect(explained('0', '2')).toEqual([]);
  });

  test('is of one place of several if it quotes the code around it', () => {
    expect(explained('true', 'false')).toEqual([SOURCE.indexOf('true'), SOURCE.lastIndexOf('true')]);
    expect(explained('> 0, true', '> 0, false')).toEqual([SOURCE.lastIndexOf('true')]);
  });

  test('is of no mutant that changes less or more than it quotes', () => {
    for (const part of ['tru', 'ue', 'r']) expect(explained(part, 'false')).toEqual([]);
    expect(explained('true, false', 'false, true')).toEqual([]);
  });
});

test('Each mutant that is explained as equivalent is one of its file, as the file is now', () => {
  const outdated = EQUIVALENT.filter((equivalent) => {
    const source = readFileSync(equivalent.file, 'utf8');
    return !mutantsOf(source).some((mutant) => explains(equivalent, source, mutant));
  });
  expect(outdated).toEqual([]);
});
