import fc from 'fast-check';
import type * as z from 'zod/mini';
import {
  bounds,
  errors,
  functions,
  lengths,
  patterns,
  refinements,
  type Calls,
  type CheckMaker,
  type Library,
  type Options,
} from './described-checks.ts';
import { hostileValues, mostly } from './hostile-values.ts';

/** A schema in words, of which either library makes it, and inputs that it mostly accepts. */
export interface Description {
  readonly make: (library: Library, calls: Calls) => z.ZodMiniType;
  readonly inputs: fc.Arbitrary<unknown>;
}

/** Adds checks to a schema, in one call or in several. */
export const checked = (
  plain: fc.Arbitrary<Description>,
  ...kinds: readonly fc.Arbitrary<CheckMaker>[]
): fc.Arbitrary<Description> =>
  fc
    .record({
      plain,
      checks: fc.array(fc.oneof(...kinds, refinements, functions), { maxLength: 3 }),
      atOnce: fc.boolean(),
    })
    .map(({ plain: { make, inputs }, checks, atOnce }) => ({
      inputs,
      make: (library, calls) => {
        const made = make(library, calls) as z.ZodMiniType<never>;
        const all = checks.map((check) => check(library, calls));
        if (all.length > 0 && atOnce) return made.check(...all);
        return all.reduce((schema, check) => schema.check(check), made);
      },
    }));

const value = (
  name: string,
  make: (library: Library, options: Options) => z.ZodMiniType,
  inputs: fc.Arbitrary<unknown>,
): fc.Arbitrary<Description> =>
  errors.map((error) => ({ inputs: mostly(inputs), make: (library) => make(library, error(name)) }));

const TEXTS = ['', 'a', 'ab', 'abc', 'A', '😀', '😀😀', '\ud83d', 'a\ud800b'];

const texts = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ maxLength: 4, unit: 'binary' }));

const URLS = ['https://a.example/b', ' https://a.example\t/b\n', 'a', 'urn:a', 'http://[', 'https:a', ''];

const TIMES = [
  ...['2026-12-31T23:59:59Z', '2024-02-29T00:00:00.123Z', '2023-02-29T00:00:00Z', '0000-02-29T00:00:00Z'],
  ...['2026-12-31T23:59:59+01:30', '2026-12-31T23:59Z', '2026-12-31T24:00:00Z', '2026-13-01T00:00:00Z'],
  ...['2026-12-31t23:59:59z', '2026-12-31T23:59:59-00:00', '2026-12-31T23:59:59', '2026-12-31T23:59:59Z\n'],
];

const literals = fc
  .constantFrom('x', 1, true, null, undefined)
  .chain((it) => value('literal', (library, options) => library.literal(it, options), fc.constant(it)));

const datetimes = fc
  .record({ offset: fc.boolean(), abort: fc.boolean() })
  .chain((form) =>
    value(
      'datetime',
      (library, options) => library.iso.datetime({ ...form, ...options }),
      fc.constantFrom(...TIMES),
    ),
  );

/** Any schema that is made of no other. */
export const values: fc.Arbitrary<Description> = fc.oneof(
  checked(
    value('string', (library, options) => library.string(options), texts),
    lengths,
    patterns,
  ),
  checked(
    value('number', (library, options) => library.number(options), fc.constantFrom(0, 1, 2.5, -3, 7)),
    bounds,
  ),
  checked(
    value('int', (library, options) => library.int(options), fc.constantFrom(0, 1, -3, 2 ** 53, 2.5)),
    bounds,
  ),
  checked(value('boolean', (library, options) => library.boolean(options), fc.boolean())),
  checked(
    value(
      'enum',
      (library, options) => library.enum(['b', 'a', '10', '2', '__proto__'], options),
      fc.constantFrom('b', 'a', '10', '__proto__'),
    ),
  ),
  literals,
  checked(value('unknown', (library) => library.unknown(), hostileValues)),
  value('never', (library, options) => library.never(options), hostileValues),
  checked(
    value('url', (library, options) => library.url(options), fc.constantFrom(...URLS)),
    lengths,
  ),
  checked(datetimes, patterns),
);
