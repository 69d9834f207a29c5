import { describe, expect, test } from '@jest/globals';
import { mutated } from '../../mutation/mutant.ts';
import { mutantsOf } from '../../mutation/mutants-of.ts';

/** Lists the sources that a source becomes, as "kind: source". */
const become = (source: string): string[] =>
  mutantsOf(source).map((mutant) => `${mutant.kind}: ${mutated(source, mutant)}`);

/** Lists only those of one kind, without their kind. */
const becomeBy = (kind: string, source: string): string[] =>
  mutantsOf(source)
    .filter((mutant) => mutant.kind === kind)
    .map((mutant) => mutated(source, mutant));

describe('a mutant of an operator', () => {
  test.each([
    ['nullish', 'const x = a ?? b;', ['const x = (a);', 'const x = (b);']],
    ['drop-operand', 'const x = a && b;', ['const x = (a);', 'const x = (b);']],
    ['logic-swap', 'const x = a || b;', ['const x = ((a) && (b));']],
    ['compare', 'const x = a < b;', ['const x = a <= b;']],
    ['compare', 'const x = a === b;', ['const x = a !== b;']],
    ['arith', 'const x = a + b;', ['const x = a - b;']],
    ['arith', "const x = 'a' + b;", []],
    ['arith', "const x = (a ? 'b' : c) + d;", []],
    ['assign-op', 'x ??= a;', ['x = a;']],
    ['assign-op', 'x += a;', ['x -= a;']],
    ['negation', 'const x = !a;', ['const x = (a);']],
    ['await-remove', 'const x = await a;', ['const x = a;']],
  ])('%s: %s', (kind, source, expected) => {
    expect(becomeBy(kind, source)).toEqual(expected);
  });
});

describe('a mutant of a statement', () => {
  test.each([
    ['throw-remove', 'if (a) throw b;', ['if (a) ;']],
    ['stmt-remove', 'a(b, c);', [';']],
    ['stmt-remove', 'for (const a of b) { continue; }', [';', 'for (const a of b) { ; }']],
    ['cond-true', 'const x = a ? b : c;', ['const x = true ? b : c;']],
    ['cond-false', 'while (a) b;', ['while (false) b;']],
    ['cond-true', 'while (a) b;', []],
  ])('%s: %s', (kind, source, expected) => {
    expect(becomeBy(kind, source)).toEqual(expected);
  });

  test('leaves an "else if" together with its "else"', () => {
    expect(becomeBy('stmt-remove', 'if (a) {} else if (b) {}')).toEqual([';']);
  });
});

describe('a mutant of a call', () => {
  test.each([
    ['drop-call', 'const x = encode(a);', ['const x = (a);']],
    ['drop-call', 'const x = encode(a, b);', []],
    ['drop-call', 'const x = a.filter((it) => it);', ['const x = a;']],
    ['some-every', 'const x = a.some(b);', ['const x = a.every(b);']],
    ['text-place', 'const x = a.startsWith(b);', ['const x = a.includes(b);']],
    ['bound', 'const x = Math.max(a, b);', ['const x = Math.min(a, b);']],
  ])('%s: %s', (kind, source, expected) => {
    expect(becomeBy(kind, source)).toEqual(expected);
  });
});

describe('a mutant of a literal', () => {
  test.each([
    ['boolean', 'const x = true;', ['const x = false;']],
    [
      'number',
      'const x = [0, 1, 15];',
      ['const x = [1, 1, 15];', 'const x = [0, 0, 15];', 'const x = [0, 1, 16];'],
    ],
    ['string', "const x = 'etag';", ["const x = '';"]],
    ['string', "const x = '';", ["const x = 'mutated';"]],
    ['regex', 'const x = /^a$/i;', ['const x = /a$/i;', 'const x = /^a/i;', 'const x = /^a$/;']],
    ['regex', String.raw`const x = /a\$/;`, []],
    ['drop-element', 'const x = [a, ...b];', ['const x = [ ...b];', 'const x = [a, ];']],
    ['drop-element', 'const x = { a, b: c };', ['const x = {  b: c };', 'const x = { a,  };']],
  ])('%s: %s', (kind, source, expected) => {
    expect(becomeBy(kind, source)).toEqual(expected);
  });

  test('leaves prose, names of properties and modules, and raw text as they are', () => {
    expect(
      becomeBy('string', "import a from 'b'; const x = { 'y-z': item['w'], v: 'Some prose.' };"),
    ).toEqual([]);
    expect(becomeBy('string', 'const x = String.raw`a`;')).toEqual([]);
  });
});

describe('a mutant of a DynamoDB expression', () => {
  test('takes one term of a condition out', () => {
    expect(
      becomeBy('ddb-drop-condition', "const x = 'epoch = :epoch AND attribute_not_exists(etag)';"),
    ).toEqual([
      "const x = 'attribute_not_exists(neverThere) AND attribute_not_exists(etag)';",
      "const x = 'epoch = :epoch AND attribute_not_exists(neverThere)';",
    ]);
  });

  test('moves the bound of a comparison', () => {
    expect(becomeBy('ddb-term', "const x = 'takenUntil <= :now';")).toEqual([
      "const x = 'takenUntil < :now';",
    ]);
  });

  test('leaves the key of a query as it is, without which DynamoDB refuses it', () => {
    expect(become("const x = 'pk = :pk AND begins_with(sk, :begin)';")).toEqual([]);
  });

  test('takes one assignment of an update out, or overwrites a value that it would keep', () => {
    expect(become("const x = 'SET #ttl = :ttl, a = if_not_exists(a, :now) REMOVE b, c';")).toEqual([
      "ddb-drop-assignment: const x = 'SET neverThere = :ttl, a = if_not_exists(a, :now) REMOVE b, c';",
      "ddb-drop-assignment: const x = 'SET #ttl = :ttl, neverThere = if_not_exists(a, :now) REMOVE b, c';",
      "ddb-term: const x = 'SET #ttl = :ttl, a = :now REMOVE b, c';",
      "ddb-drop-clause: const x = 'SET #ttl = :ttl, a = if_not_exists(a, :now) REMOVE neverThere, c';",
      "ddb-drop-clause: const x = 'SET #ttl = :ttl, a = if_not_exists(a, :now) REMOVE b, neverThere';",
    ]);
  });

  test('knows an update that is put together', () => {
    const kinds = (source: string): string[] =>
      mutantsOf(source)
        .map(({ kind, code }) => `${kind} ${code}`)
        .filter((it) => it.startsWith('ddb'));
    expect(kinds("const x = 'SET a = :a' + (b ? ', c = :c' : '');")).toEqual([
      'ddb-drop-assignment a',
      'ddb-drop-assignment c',
    ]);
    expect(kinds('const x = `SET ${names.map((name) => `#${name} = :${name}`).join()}`;')).toEqual([
      'ddb-drop-assignment #${name}',
    ]);
    expect(kinds('const x = `${PROGRESS}, a = :a REMOVE ${DUE}, ${paths}`;')).toEqual([
      'ddb-drop-assignment a',
      'ddb-drop-clause ${DUE}',
    ]);
  });

  test('takes one name out of a list of attributes', () => {
    expect(become("const x = 'dueShard, dueAt';")).toEqual([
      "ddb-drop-clause: const x = 'neverThere, dueAt';",
      "ddb-drop-clause: const x = 'dueShard, neverThere';",
    ]);
  });

  test('leaves the values of placeholders, without which DynamoDB refuses the call', () => {
    expect(becomeBy('drop-element', "const x = { ':a': a, '#b': b };")).toEqual([]);
  });
});

test('Types, and imports and exports of modules, have no mutants', () => {
  expect(
    become(
      "import { a } from 'b'; export { c } from 'd'; type E = 'f' | 1; interface G { readonly h: true }",
    ),
  ).toEqual([]);
});

test('Two changes that end in the same source are one mutant', () => {
  const sources = become('if (a) b(); const x = a && (b ?? c);');
  expect(new Set(sources.map((source) => source.replace(/^.*?: /, ''))).size).toBe(sources.length);
});
