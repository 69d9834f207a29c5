import * as fc from 'fast-check';
import * as z from 'zod';
import { documentJson } from './openapi.ts';

type Schema = Readonly<Record<string, unknown>>;

const Schema = z.record(z.string(), z.unknown());
const Components = z.object({ components: z.object({ schemas: z.record(z.string(), Schema) }) });
const { schemas } = Components.parse(documentJson).components;

const JUNK = fc.constantFrom<unknown>(null, 0, '', 'junk', false, [], {}, 1.5, ['junk']);

/** Texts that some rule distinguishes. */
const TEXTS = [
  ...['', 'a', 'contract-2026', 'a:b', 'user:bob', 'a=b', 'a*', '*', 'a/b', '.', '..', 'any', 'editors'],
  ...['a\tb', 'a\u0085', 'é', '😀', '\ud800', 'a\udc00', ' ', '(', '[a', '.*', 'https://a.example'],
];

const ROLES = ['viewer', 'viewer', 'owner', 'owner', 'editor', 'boss', 'Boss', 'role!', '', null, 7];

const TIMES = [
  ...['2099-12-31T23:59:59Z', '2099-01-01T00:00:00.5+01:00', '2020-01-01T00:00:00Z', '2099-02-29T00:00:00Z'],
  ...['2096-02-29T00:00:00Z', '2099-04-31T00:00:00Z', '2099-13-01T00:00:00Z', '2099-01-01T24:00:00Z'],
  ...['2099-01-01T00:00Z', '2099-01-01', '2099-01-01T00:00:00', '9999-12-31T23:59:59-01:00'],
  ...['2099-01-01T00:00:60Z', '2099-01-01T00:00:00+24:00', '2099-01-01 00:00:00Z'],
];

/** Makes JSON values near a component of the published document: most satisfy most of its rules. */
export const bodiesOf = (component: string): fc.Arbitrary<unknown> => near(schemas[component] ?? {});

function near(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 30, arbitrary: kindOf(schema) }, { weight: 1, arbitrary: JUNK });
}

function kindOf(schema: Schema): fc.Arbitrary<unknown> {
  const { $ref, anyOf, type } = schema;
  if (typeof $ref === 'string') return kindOf(schemas[$ref.split('/').at(-1) ?? ''] ?? {});
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map((one) => near(Schema.parse(one))));
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...z.array(z.unknown()).parse(schema['enum']));
  // An optional member can be null.
  if (Array.isArray(type))
    return fc.oneof(
      ...type.map((one: unknown) => (one === 'null' ? fc.constant(null) : kindOf({ ...schema, type: one }))),
    );
  if (type === 'object') return objects(schema);
  if (type === 'array') return arrays(schema);
  if (type === 'integer') return integers(schema);
  if (type === 'boolean') return fc.boolean();
  return texts(schema);
}

function objects({ properties, required }: Schema): fc.Arbitrary<unknown> {
  const needed = z.array(z.string()).default([]).parse(required);
  const members = Object.entries(z.record(z.string(), Schema).parse(properties)).map(([name, member]) => {
    // A random text would never be a role of the role file.
    const values = name === 'role' ? fc.constantFrom<unknown>(...ROLES) : near(member);
    const present = values.map((value) => [[name, value] as const]);
    return fc.oneof(
      { weight: needed.includes(name) ? 30 : 1, arbitrary: present },
      // Most members are optional, and one with a fault spoils the whole body.
      { weight: needed.includes(name) ? 1 : 5, arbitrary: fc.constant([]) },
    );
  });
  const extra = fc.oneof(
    { weight: 30, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constantFrom([['extra', 1]] as const, [['constructor', 1]] as const) },
  );
  return fc.tuple(...members, extra).map((entries) => Object.fromEntries(entries.flat()));
}

function arrays({ items, maxItems }: Schema): fc.Arbitrary<unknown> {
  const item = near(Schema.parse(items));
  const few = fc.array(item, { minLength: 1, maxLength: 3, size: 'max' });
  const most = typeof maxItems === 'number' ? maxItems : 3;
  const many = fc
    .tuple(item, fc.constantFrom(0, most, most + 1))
    .map(([value, length]) => Array.from({ length }, () => value));
  return fc.oneof({ weight: 10, arbitrary: few }, { weight: 1, arbitrary: many });
}

function integers({ minimum, maximum }: Schema): fc.Arbitrary<unknown> {
  const [least, most] = [Number(minimum), Number(maximum)];
  const edges = fc.constantFrom(least - 1, least, most, most + 1, least + 0.5, -1, 1e300);
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: least, max: most }) },
    { weight: 1, arbitrary: edges },
  );
}

function texts({ format, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constantFrom(...TIMES);
  const most = typeof maxLength === 'number' ? maxLength : 256;
  const long = [most / 2, most, most + 1].flatMap((length) =>
    ['a', 'é', '😀'].map((it) => it.repeat(length)),
  );
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('contract-2026', 'review', 'd') },
    { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
    { weight: 1, arbitrary: fc.constantFrom(...long) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
}
