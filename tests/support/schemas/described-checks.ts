import fc from 'fast-check';
import type * as z from 'zod/mini';

/** The functions that make schemas: those of zod, or those of a bundle. */
export type Library = typeof z;

/** The calls of functions that a schema was given, in order. */
export type Calls = unknown[];

/** The options of a schema and of a check. */
export interface Options {
  error?: string | ((issue: z.core.$ZodRawIssue) => string | undefined);
}

/** Makes a check by a library. */
export type CheckMaker = (library: Library, calls: Calls) => z.core.$ZodCheck;

/** An option `error` that tells all that it sees, is silent, or is a string. @param name - of the schema or the check */
export const errors = fc.constantFrom<(name: string) => Options>(
  () => ({}),
  (name) => ({ error: `must be ${name}` }),
  (name) => ({ error: (issue) => `${name}: ${seenIn(issue)}` }),
  () => ({ error: ({ code }) => (code === 'unrecognized_keys' ? 'is unknown' : undefined) }),
);

function seenIn({ code, path, input, ...others }: z.core.$ZodRawIssue): string {
  const { keys, expected, values, maximum, minimum } = others as Readonly<Record<string, unknown>>;
  return JSON.stringify([code, path, keys, expected, values, maximum, minimum, typeof input]);
}

/** Notes a call, but none for an absent member: zod asks for that too, and drops the answer. */
export function noteCall(calls: Calls, name: string, value: unknown): void {
  if (value !== undefined) calls.push([name, shown(value)]);
}

/** Shows a value in a form that can be compared. */
export function shown(value: unknown): unknown {
  return typeof value === 'symbol' ? String(value) : value;
}

const abort = fc.constantFrom<{ abort?: boolean }>({}, { abort: true }, { abort: false });

const RULES: Readonly<Record<string, (value: unknown) => unknown>> = {
  present: (value) => value,
  text: (value) => typeof value === 'string',
  odd: (value) => String(typeof value === 'object' ? 1 : shown(value)).length % 2 === 1,
  even: (value) => String(typeof value === 'object' ? 1 : shown(value)).length % 2 === 0,
};

/** A rule that any value can be asked about, its place and its time. */
export const refinements: fc.Arbitrary<CheckMaker> = fc
  .record({
    rule: fc.constantFrom(...Object.entries(RULES)),
    error: errors,
    options: abort,
    path: fc.constantFrom<{ path?: PropertyKey[] }>({}, { path: ['at', 0] }),
    when: fc.constantFrom<{ when?: (payload: z.core.ParsePayload) => boolean }>(
      {},
      { when: () => true },
      { when: () => false },
      { when: ({ issues }) => issues.length < 2 },
    ),
  })
  .map(
    ({ rule: [name, holds], error, path, when, options }) =>
      (library, calls) =>
        library.refine<unknown>(
          (value) => {
            noteCall(calls, name, value);
            return holds(value);
          },
          { ...error(name), ...path, ...when, ...options },
        ),
  );

/** A function as a check, which adds issues of its own. */
export const functions: fc.Arbitrary<CheckMaker> = fc
  .constantFrom<() => object[]>(
    () => [],
    () => [{ message: 'no' }],
    () => [{}],
    () => [
      { message: 'a', path: ['b'], continue: true },
      { message: 'c', continue: false },
    ],
  )
  .map((found) => (_, calls) => {
    const check = (context: z.core.ParsePayload): void => {
      noteCall(calls, 'function', context.value);
      for (const issue of found()) context.issues.push({ code: 'custom', input: context.value, ...issue });
    };
    return check as unknown as z.core.$ZodCheck;
  });

/** Makes checks that have a bound. */
const bounded = (
  names: readonly ('minLength' | 'maxLength' | 'lte' | 'maximum' | 'minimum')[],
  bound: fc.Arbitrary<number>,
): fc.Arbitrary<CheckMaker> =>
  fc.record({ name: fc.constantFrom(...names), bound, options: abort, error: errors }).map(
    ({ name, bound: limit, options, error }) =>
      (library) =>
        library[name](limit, { ...error(name), ...options }),
  );

/** A bound of a length. */
export const lengths = bounded(['minLength', 'maxLength'], fc.nat({ max: 4 }));

/** A bound of numbers. */
export const bounds = bounded(['lte', 'maximum', 'minimum'], fc.integer({ min: -2, max: 3 }));

/** A pattern of strings. */
export const patterns: fc.Arbitrary<CheckMaker> = fc
  .record({ pattern: fc.constantFrom(/^[a-z]*$/, /a/g, /./u), options: abort, error: errors })
  .map(
    ({ pattern, options, error }) =>
      (library) =>
        library.regex(new RegExp(pattern), { ...error('pattern'), ...options }),
  );
