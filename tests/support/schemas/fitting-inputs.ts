import fc from 'fast-check';
import * as z from 'zod/mini';

/** Strings of which each format of the service has one. */
const STRINGS = [
  ...[
    '',
    'a',
    'b',
    'viewer',
    'editor',
    'read-document',
    'write',
    'doc-1',
    'user-1',
    '*',
    'any',
    'none',
    'on',
    'off',
  ],
  ...[
    'info',
    'prod',
    'table',
    '1.2.3',
    '60',
    '900',
    '3600',
    '86400',
    '7',
    '30',
    'sub',
    '/realm/roles',
    'a.b.c',
  ],
  ...[
    'https://de.example',
    'http://localhost:8080',
    'eu-central-1',
    'ES256',
    'RS256',
    '0'.repeat(64),
    'x'.repeat(32),
  ],
  ...[
    'arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-abc',
    'document_editor',
    'user:',
    '^https://a$',
  ],
  ...[
    '2026-12-31T23:59:59Z',
    '2027-01-31T12:00:00Z',
    '2026-12-31T23:59:59.5+01:00',
    '9999-12-31T23:59:59-12:00',
  ],
  ...[
    'x'.repeat(600),
    'é'.repeat(300),
    '\ud800',
    '😀'.repeat(140),
    'a\u0000b',
    '__proto__',
    '"a"',
    '{}',
    '[]',
    'null',
  ],
];

const NUMBERS = [0, 1, 60, 100, 201, 400, 900, 3600, 1_780_000_000, -1, 1.5, 2 ** 53];

type Inner = z.ZodMiniType;

/** The parts of a schema of zod, as far as one of its kind has them. */
interface Parts {
  readonly type: string;
  readonly shape: Readonly<Record<string, Inner>>;
  readonly element: Inner;
  readonly valueType: Inner;
  readonly innerType: Inner;
  readonly options: readonly Inner[];
  readonly in: Inner;
  readonly out: Inner;
  readonly values: readonly unknown[];
  readonly entries: Readonly<Record<string, unknown>>;
}

const partsOf = (schema: Inner): Parts => schema._zod.def as unknown as Parts;

/** Makes values that a schema of zod accepts, as far as its parts tell. */
export function fittingInputs(schema: Inner): fc.Arbitrary<unknown> {
  const parts = partsOf(schema);
  switch (parts.type) {
    case 'string':
      return accepted(schema, STRINGS);
    case 'number':
      return accepted(schema, NUMBERS);
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...Object.values(parts.entries));
    case 'literal':
      return fc.constantFrom(...parts.values);
    case 'array':
      return fc.array(fittingInputs(parts.element), { maxLength: 3 });
    case 'set':
      return fc.array(fittingInputs(parts.valueType), { maxLength: 3 }).map((elements) => new Set(elements));
    case 'record':
      return fc
        .array(fc.tuple(fc.constantFrom('a', 'b', 'user-1'), fittingInputs(parts.valueType)), {
          maxLength: 2,
        })
        .map((members) => Object.fromEntries(members));
    case 'object':
      return objects(parts.shape);
    case 'union':
      return fc.oneof(...parts.options.map(fittingInputs));
    case 'optional':
    case 'default':
    case 'catch':
      return fittingInputs(parts.innerType);
    case 'nullable':
      return fc.oneof({ weight: 3, arbitrary: fittingInputs(parts.innerType) }, fc.constant(null));
    case 'pipe':
      return pipes(parts);
    default:
      return fc.constantFrom(...STRINGS, ...NUMBERS);
  }
}

function accepted(schema: Inner, values: readonly unknown[]): fc.Arbitrary<unknown> {
  const fitting = values.filter((value) => z.safeParse(schema, value).success);
  return fc.constantFrom(...(fitting.length > 0 ? fitting : values));
}

function objects(shape: Parts['shape']): fc.Arbitrary<unknown> {
  const members = Object.entries(shape);
  const required = members.filter(([, member]) => member._zod.optin === undefined).map(([key]) => key);
  return fc.record(Object.fromEntries(members.map(([key, member]) => [key, fittingInputs(member)])), {
    requiredKeys: required,
  });
}

/** Inputs of a pipe: of its first part, or JSON of its second. */
function pipes({ in: first, out: second }: Parts): fc.Arbitrary<unknown> {
  if (partsOf(second).type === 'transform') return fittingInputs(first);
  const inputs = fittingInputs(second);
  return fc.oneof(
    { weight: 3, arbitrary: inputs.map((input) => JSON.stringify(input)) },
    { weight: 1, arbitrary: inputs },
  );
}
