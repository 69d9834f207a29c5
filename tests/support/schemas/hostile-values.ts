import fc from 'fast-check';

/** Values that no schema expects, or that parsers get wrong. */
export const hostileValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[undefined, null, NaN, Infinity, -Infinity, -0, 0, 1.5, 2 ** 53, -(2 ** 53), 1e300, true, false, 7n],
    ...[
      '',
      '\ud800',
      '😀😀😀',
      '\u2028',
      'x'.repeat(300),
      '__proto__',
      'constructor',
      '1',
      'true',
      '{}',
      '[]',
    ],
  ),
  fc
    .constantFrom<() => unknown>(
      () => [] as unknown[],
      () => ({}),
      () => new Array<unknown>(3),
      () => new Date(0),
      () => new Map(),
      () => new Set(['a', 1]),
      () => Symbol.iterator,
      () => Object.create(null) as unknown,
      () => Object.create({ a: 'inherited', b: 1 }) as unknown,
      () => Object.assign(Object.create({ toString: 'a' }) as object, { a: 1 }),
      () => JSON.parse('{"__proto__": {"a": "x"}, "a": "y", "constructor": {"prototype": {}}}') as unknown,
      () => JSON.parse('{"__proto__": "x"}') as unknown,
      () => ({ constructor: 1, toString: 'a', a: 'b' }),
      () => ({ [Symbol.iterator]: 1, a: 'a' }),
      () => Object.defineProperty({ a: 'a' }, 'b', { value: 'hidden', enumerable: false }),
      () => new Error('an object of a class'),
      () => () => 'a function',
    )
    .map((make) => make()),
  fc.anything({ maxDepth: 2, withSparseArray: true, withSet: true, withNullPrototype: true }),
);

/** Chooses a right value, and now and then a hostile one. */
export const mostly = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: hostileValues });
