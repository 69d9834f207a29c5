import fc from 'fast-check';
import type * as z from 'zod/mini';
import { errors, noteCall, shown, type Calls, type Library } from './described-checks.ts';
import { lengths } from './described-checks.ts';
import { checked, values, type Description } from './described-values.ts';
import { mostly } from './hostile-values.ts';

type Members = Readonly<Record<string, Description>>;

const KEYS = ['a', 'b', 'constructor', 'toString', '0', 'longer name'];

const anyKey = fc.constantFrom(...KEYS, '__proto__', 'c');

/** An object as from JSON, which can have a member `__proto__` of its own. */
const fromEntries = (entries: readonly (readonly [string, unknown])[]): object => Object.fromEntries(entries);

const membersOf = (any: fc.Arbitrary<Description>, maxKeys: number): fc.Arbitrary<Members> =>
  fc.dictionary(fc.constantFrom(...KEYS), any, { maxKeys, noNullPrototype: true });

const shapeOf = (members: Members, library: Library, calls: Calls): Record<string, z.ZodMiniType> =>
  Object.fromEntries(Object.entries(members).map(([key, { make }]) => [key, make(library, calls)]));

/** Objects with all members or some, and with others. */
function objectsWith(members: Members): fc.Arbitrary<object> {
  const inputs = Object.fromEntries(Object.entries(members).map(([key, it]) => [key, it.inputs]));
  return fc
    .record({
      right: fc.oneof(fc.record(inputs), fc.record(inputs), fc.record(inputs, { requiredKeys: [] })),
      others: fc.array(fc.tuple(anyKey, fc.constantFrom(undefined, 1, 'a')), { maxLength: 2 }),
      isClean: fc.boolean(),
    })
    .map(({ right, others, isClean }) => fromEntries([...(isClean ? [] : others), ...Object.entries(right)]));
}

const objects = (any: fc.Arbitrary<Description>): fc.Arbitrary<Description> =>
  fc
    .record({
      members: membersOf(any, 4),
      kind: fc.constantFrom('object' as const, 'strictObject' as const),
      error: errors,
    })
    .map(({ members, kind, error }) => ({
      inputs: mostly(objectsWith(members)),
      make: (library, calls) => library[kind](shapeOf(members, library, calls), error(kind)),
    }));

/** Objects of which one is made of another. */
const derived = (any: fc.Arbitrary<Description>): fc.Arbitrary<Description> =>
  fc
    .record({ members: membersOf(any, 3), further: membersOf(any, 2), error: errors })
    .map(({ members, further, error }) => ({
      inputs: mostly(objectsWith({ ...members, ...further })),
      make: (library, calls) => {
        const first = library.strictObject(shapeOf(members, library, calls), error('derived'));
        const longer = library.extend(first, shapeOf(further, library, calls));
        const [dropped, ...kept] = Object.keys(longer.shape).reverse();
        if (dropped === undefined) return longer;
        const mask = { ...Object.fromEntries(kept.map((key) => [key, true as const])), [dropped]: false };
        return library.pick(longer, mask as never);
      },
    }));

const discriminated = (any: fc.Arbitrary<Description>): fc.Arbitrary<Description> =>
  fc
    .record({
      members: fc.tuple(membersOf(any, 2), membersOf(any, 2)),
      kind: fc.constantFrom('object' as const, 'strictObject' as const),
      error: errors,
    })
    .map(({ members: [one, two], kind, error }) => ({
      inputs: mostly(
        fc.oneof(
          objectsWith(one).map((input) => ({ ...input, kind: 'one' })),
          objectsWith(two).map((input) => ({ kind: 'two', ...input })),
        ),
      ),
      make: (library, calls) =>
        library.discriminatedUnion(
          'kind',
          [
            library[kind]({ ...shapeOf(one, library, calls), kind: library.literal('one') }),
            library[kind]({ kind: library.enum(['two', 'three']), ...shapeOf(two, library, calls) }),
          ],
          error('discriminated'),
        ),
    }));

const unions = (any: fc.Arbitrary<Description>): fc.Arbitrary<Description> =>
  fc
    .record({ choices: fc.array(any, { minLength: 2, maxLength: 3 }), error: errors })
    .map(({ choices, error }) => ({
      inputs: mostly(fc.oneof(...choices.map(({ inputs }) => inputs))),
      make: (library, calls) =>
        library.union(
          choices.map(({ make }) => make(library, calls)),
          error('union'),
        ),
    }));

const pipes = (any: fc.Arbitrary<Description>): fc.Arbitrary<Description> =>
  fc.tuple(any, any).map(([first, second]) => ({
    inputs: fc.oneof(first.inputs, second.inputs),
    make: (library, calls) => library.pipe(first.make(library, calls), second.make(library, calls)),
  }));

/** Makes a schema of another. */
type Wrap = (library: Library, inner: z.ZodMiniType, calls: Calls) => z.ZodMiniType;

const wrapped =
  (wrap: Wrap, inputsOf = orAbsent) =>
  (any: fc.Arbitrary<Description>): fc.Arbitrary<Description> =>
    any.map(({ make, inputs }) => ({
      inputs: mostly(inputsOf(inputs)),
      make: (library, calls) => wrap(library, make(library, calls), calls),
    }));

const orAbsent = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: inner }, { weight: 1, arbitrary: fc.constantFrom(undefined, null) });

const sets = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.array(inner, { maxLength: 3 }).map((elements) => new Set(elements));

const arrays = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.array(inner, { maxLength: 5 });

const records = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.array(fc.tuple(anyKey, inner), { maxLength: 3 }).map(fromEntries);

const transformed: Wrap = (library, inner, calls) =>
  library.pipe(
    inner,
    library.transform((value, context) => {
      noteCall(calls, 'transform', value);
      if (value === 'a') context.issues.push({ code: 'custom', message: 'not a', input: value });
      if (value === 'ab') context.issues.push({ code: 'custom', input: value });
      return value === null ? undefined : [shown(value)];
    }),
  );

const alone: Wrap = (library, _, calls) =>
  library.transform((value) => {
    noteCall(calls, 'alone', value);
    return value;
  });

const DEFAULTS: readonly unknown[] = ['d', 0, [1], new Set(['s']), { a: 1 }, null, undefined];

/** The lists of calls of schemas with members that can be absent. */
export const withAbsence = new WeakSet<Calls>();

const absentable =
  (wrap: Wrap): Wrap =>
  (library, inner, calls) => {
    withAbsence.add(calls);
    return wrap(library, inner, calls);
  };

/** Any schema. */
export const descriptions: fc.Arbitrary<Description> = fc.letrec<{ any: Description }>((tie) => {
  const any = tie('any');
  const withError = (make: (error: (name: string) => object) => Wrap, inputsOf: typeof orAbsent) =>
    errors.chain((error) => wrapped(make(error), inputsOf)(any));
  const withDefault = (make: (value: never) => Wrap) =>
    fc.constantFrom(...DEFAULTS).chain((value) => wrapped(make(value as never))(any));
  return {
    any: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      { weight: 3, arbitrary: values },
      { weight: 3, arbitrary: checked(objects(any)) },
      checked(derived(any)),
      checked(discriminated(any)),
      checked(unions(any)),
      checked(
        withError((error) => (library, inner) => library.array(inner, error('array')), arrays),
        lengths,
      ),
      checked(withError((error) => (library, inner) => library.set(inner, error('set')), sets)),
      checked(
        withError(
          (error) => (library, inner) => library.record(library.string(error('key')), inner, error('record')),
          records,
        ),
      ),
      pipes(any),
      checked(wrapped(transformed)(any)),
      wrapped(alone)(any),
      wrapped(absentable((library, inner) => library.optional(inner)))(any),
      wrapped(absentable((library, inner) => library.exactOptional(inner)))(any),
      checked(wrapped((library, inner) => library.nullable(inner))(any)),
      wrapped(absentable((library, inner) => library.nullish(inner)))(any),
      withDefault((value) => (library, inner) => library._default(inner, value)),
      withDefault((value) => (library, inner) => library.catch(inner, value)),
    ),
  };
}).any;
