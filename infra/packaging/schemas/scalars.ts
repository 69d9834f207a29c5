import type { RawIssue } from './issue.ts';
import { errorIn, unsupported, type Options } from './options.ts';
import { Check, Schema, type Definition, type Payload } from './schema.ts';

/** Accepts strings. */
export function string(options?: Options): Schema {
  return stringSchema(errorIn('string', options));
}

/** Makes a schema of strings, and of a format. */
export function stringSchema(error: Definition['error'], ...checks: readonly Check[]): Schema {
  return new Schema({
    kind: 'string',
    error,
    checks,
    read: (payload, inst) => {
      if (typeof payload.value !== 'string') refuseType(payload, inst, 'string');
    },
  });
}

/** Accepts URLs, and removes whitespace around them as well as tabs and line ends in them. */
export function url(options?: Options): Schema {
  const error = errorIn('url', options);
  return stringSchema(
    error,
    new Check(error, (payload, inst) => {
      const input = payload.value as string;
      const text = input.trim();
      if (URL.canParse(text)) payload.value = text.replace(/[\t\n\r]/g, '');
      else payload.issues.push({ code: 'invalid_format', format: 'url', input, inst, continue: true });
    }),
  );
}

/** Accepts numbers, except NaN and infinite ones. */
export function number(options?: Options): Schema {
  return new Schema({ kind: 'number', error: errorIn('number', options), read: readNumber });
}

/** Accepts integers that a number holds exactly. */
export function int(options?: Options): Schema {
  const error = errorIn('int', options);
  return new Schema({ kind: 'number', error, read: readNumber, checks: [new Check(error, checkInteger)] });
}

function readNumber(payload: Payload, inst: Schema): void {
  const { value } = payload;
  if (Number.isFinite(value)) return;
  refuseType(payload, inst, 'number', typeof value === 'number' ? { received: String(value) } : {});
}

function checkInteger({ value, issues }: Payload, inst: Check): void {
  const input = value as number;
  if (Number.isSafeInteger(input)) return;
  if (!Number.isInteger(input)) {
    const expected = { expected: 'int', format: 'safeint' };
    issues.push({ ...expected, code: 'invalid_type', continue: false, input, inst });
    return;
  }
  const bound =
    input > 0
      ? { code: 'too_big', maximum: Number.MAX_SAFE_INTEGER }
      : { code: 'too_small', minimum: Number.MIN_SAFE_INTEGER };
  const words = { note: 'Integers must be within the safe integer range.', origin: 'int', inclusive: true };
  issues.push({ ...bound, ...words, input, inst, continue: true });
}

/** Accepts true and false. */
export function boolean(options?: Options): Schema {
  return new Schema({
    kind: 'boolean',
    error: errorIn('boolean', options),
    read: (payload, inst) => {
      if (typeof payload.value !== 'boolean') refuseType(payload, inst, 'boolean');
    },
  });
}

/** Accepts every value. */
export function unknown(options?: Options): Schema {
  return new Schema({ kind: 'unknown', error: errorIn('unknown', options), read: () => undefined });
}

/** Accepts no value. */
export function never(options?: Options): Schema {
  return new Schema({
    kind: 'never',
    error: errorIn('never', options),
    read: (payload, inst) => {
      refuseType(payload, inst, 'never');
    },
  });
}

/** Accepts one value. */
export function literal(value: unknown, options?: Options): Schema {
  if (typeof value === 'object' && value !== null) throw unsupported('literal of a list');
  return oneOf([value], errorIn('literal', options));
}

/** Accepts the strings of a list. */
function enumOf(values: readonly string[], options?: Options): Schema {
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string'))
    throw unsupported('enum of anything but a list of strings');
  // The order of zod, which keeps them as the members of an object.
  return oneOf(
    Object.keys(Object.fromEntries(values.map((value) => [value, value]))),
    errorIn('enum', options),
  );
}
export { enumOf as enum };

function oneOf(values: readonly unknown[], error: Definition['error']): Schema {
  const accepted = new Set(values);
  return new Schema({
    kind: 'values',
    error,
    values,
    read: ({ value: input, issues }, inst) => {
      if (!accepted.has(input)) issues.push({ code: 'invalid_value', values, input, inst });
    },
  });
}

/** Adds the issue of a value of another type. */
export function refuseType(
  { value: input, issues }: Payload,
  inst: RawIssue['inst'] & object,
  expected: string,
  details: Readonly<Record<string, unknown>> = {},
): void {
  issues.push({ expected, code: 'invalid_type', input, inst, ...details });
}
