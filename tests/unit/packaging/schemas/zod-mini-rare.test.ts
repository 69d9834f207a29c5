import { expect, test } from '@jest/globals';
import { deepStrictEqual } from 'node:assert/strict';
import * as zod from 'zod/mini';
import type { Library } from '../../../support/schemas/described-checks.ts';
import { bothOutcomes, outcomeOf, own } from '../../../support/schemas/both-schemas.ts';

type Make = (library: Library) => zod.ZodMiniType;

/** Cases that random schemas seldom have, each with its inputs. */
const CASES: Readonly<Record<string, readonly [Make, ...unknown[]]>> = {
  'a default that the rest of its pipe refuses, if the member is optional': [
    (z) => z.object({ a: z.optional(z.pipe(z._default(z.string(), 'd'), z.number() as never)) }),
    ...[{}, { a: undefined }, { a: 'x' }],
  ],
  'a default that the rest of its pipe refuses, if the member is not optional': [
    (z) => z.object({ a: z.pipe(z._default(z.string(), 'd'), z.number() as never) }),
    ...[{}, { a: undefined }],
  ],
  'an optional default': [
    (z) =>
      z.object({
        a: z.optional(z._default(z.string(), 'd')),
        b: z.exactOptional(z._default(z.string(), 'd')),
      }),
    ...[{}, { a: undefined, b: undefined }, { a: 1, b: 1 }],
  ],
  'an optional default that is undefined': [
    (z) => z.object({ a: z.optional(z._default(z.optional(z.string()), undefined as never)) }),
    ...[{}, { a: undefined }],
  ],
  'a pipe that begins with an optional member': [
    (z) =>
      z.object({
        a: z.pipe(
          z.optional(z.string()),
          z.transform((value) => value ?? 'absent'),
        ),
      }),
    ...[{}, { a: undefined }, { a: 'a' }, { a: 1 }],
  ],
  'a pipe of two optional members': [
    (z) => z.object({ a: z.pipe(z.optional(z.string()), z.optional(z.string())) }),
    ...[{}, { a: undefined }, { a: 'a' }],
  ],
  'a pipe that would give an absent member a value': [
    (z) => z.object({ a: z.pipe(z.optional(z.string()), z.optional(z._default(z.string(), 'd')) as never) }),
    ...[{}, { a: undefined }, { a: 'a' }],
  ],
  'a default that an optional end of its pipe refuses': [
    (z) =>
      z.object({
        a: z.pipe(z._default(z.string(), 'd'), z.optional(z.number()) as never),
        b: z.string(),
      }),
    ...[{ b: 'b' }, { a: undefined, b: 'b' }, { a: 'a', b: 'b' }, {}],
  ],
  'a pipe that ends with an optional member': [
    (z) => z.object({ a: z.pipe(z.string(), z.optional(z.string()) as never) }),
    ...[{}, { a: undefined }, { a: 'a' }],
  ],
  'unknown members before a union': [
    (z) =>
      z.pipe(z.strictObject({ a: z.string() }), z.union([z.object({ a: z.string() }), z.string()]) as never),
    ...[{ a: 'a' }, { a: 'a', b: 1 }, { a: 1, b: 1 }],
  ],
  'unknown members before a check': [
    (z) => z.strictObject({ a: z.string() }).check(z.refine(({ a }) => a === 'a')),
    ...[{ a: 'b', c: 1 }, { a: 'a', c: 1 }, { c: 1 }],
  ],
  'a message that is empty': [
    (z) =>
      z.string({ error: 'of the schema' }).check((context) => {
        context.issues.push({ code: 'custom', message: '', input: context.value });
      }),
    'a',
  ],
  'an error function that returns an object': [
    (z) =>
      z
        .string({ error: () => ({ message: 'in an object' }) })
        .check(z.refine(() => false, { error: () => null })),
    ...[1, 'a'],
  ],
  'a check that replaces the value': [
    (z) =>
      z.string().check((context) => {
        context.value = context.value.trim();
      }, z.maxLength(1)),
    ...[' a ', ' ab '],
  ],
  'a list that is too long, and whose elements are wrong': [
    (z) =>
      z.array(z.string()).check(
        z.minLength(1),
        z.maxLength(2),
        z.refine(() => false, { when: () => true }),
      ),
    ...[[1, 2, 3], [1, 2], []],
  ],
  'a list whose length is checked after another rule': [
    (z) =>
      z.array(z.string()).check(
        z.refine(() => true),
        z.maxLength(2),
      ),
    ...[
      [1, 2, 3],
      ['a', 'b', 'c'],
    ],
  ],
  'a length of something else than a string or a list': [
    (z) => z.unknown().check(z.minLength(3), z.maxLength(4)),
    ...[{ length: 1 }, { length: 5 }, {}, null, () => 1],
  ],
  'surrogate pairs at the bounds of a length': [
    (z) => z.string().check(z.minLength(2), z.maxLength(3)),
    ...['😀', '😀😀', '😀😀😀', '😀😀😀😀', '\ud83d', '\ude00\ud83d', '\ud83d\ud83d\ude00\ude00'],
  ],
  'a literal that is not a number': [(z) => z.literal(NaN), NaN, 0, 'NaN'],
  'an error in a function of ours': [
    (z) => z.string().check(z.refine(() => JSON.parse('{') as boolean)),
    ...['a', 1],
  ],
};

test.each(Object.entries(CASES))('%s', (_, [make, ...inputs]) => {
  const outcomes = inputs.map((input) => bothOutcomes(make, input));

  expect(outcomes).not.toHaveLength(0);
  for (const outcome of outcomes) deepStrictEqual(outcome.own, outcome.zod);
});

test.each([['zod', zod] as const, ['a bundle', own] as const])(
  'A default of %s is another object for each reading, so that a change of one is not in the next',
  (_, { _default, array, parse, record, set, string }) => {
    for (const schema of [
      _default(array(string()), ['a']),
      _default(set(string()), new Set(['a'])),
      _default(record(string(), string()), { a: 'a' }),
    ]) {
      expect(parse(schema, undefined)).not.toBe(parse(schema, undefined));
      expect(parse(schema, undefined)).toEqual(parse(schema, undefined));
    }
  },
);

test.each([['zod', zod] as const, ['a bundle', own] as const])(
  'A pattern of %s with the flag g finds a match in the same string again',
  (_, library) => {
    const schema = library.string().check(library.regex(/a/g));

    expect(['a', 'a', 'a'].map((text) => library.safeParse(schema, text).success)).toEqual([
      true,
      true,
      true,
    ]);
  },
);

test('The messages of a bundle are made when they are read, from the whole path', () => {
  const paths: unknown[] = [];
  const schema = own.object({
    a: own.array(
      own.string({
        error: ({ path }) => {
          paths.push(path);
          return 'wrong';
        },
      }),
    ),
  });
  const result = own.safeParse(schema, { a: ['b', 1] });

  expect(paths).toEqual([]);
  expect([result.error?.issues, result.error?.issues]).toMatchObject([
    [{ message: 'wrong' }],
    [{ message: 'wrong' }],
  ]);
  expect(paths).toEqual([['a', 1]]);
});

test('parse throws the issues as an error of the name that zod gives it', () => {
  const errorOf = ({ parse, string }: Library): unknown => {
    try {
      return parse(string({ error: 'wrong' }), 1);
    } catch (error) {
      return error;
    }
  };

  expect(errorOf(own)).toBeInstanceOf(Error);
  expect((errorOf(own) as Error).stack).toContain('errorOf');
  expect(errorOf(own)).toMatchObject({ name: '$ZodError', issues: [{ message: 'wrong', path: [] }] });
  expect(errorOf(zod)).toMatchObject({ name: '$ZodError', issues: [{ message: 'wrong', path: [] }] });
  expect(outcomeOf(own, ({ string }) => string(), 'a').result).toEqual({ data: 'a' });
});
