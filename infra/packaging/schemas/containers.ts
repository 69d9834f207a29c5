import { finalIssue, moveIssues } from './issue.ts';
import { errorIn, unsupported, type Options } from './options.ts';
import { refuseType } from './scalars.ts';
import { Payload, Schema, type Check } from './schema.ts';

/** Accepts arrays. One that is too long is refused before its elements are read. */
export function array(element: Schema, options?: Options): Schema {
  return new Schema({
    kind: 'array',
    error: errorIn('array', options),
    read: (payload, inst) => {
      const { value: input } = payload;
      if (!Array.isArray(input)) {
        refuseType(payload, inst, 'array');
        return;
      }
      const tooLong = checkOfLength(inst.checks, input.length);
      if (tooLong) refuseLength(payload, inst, tooLong);
      else payload.value = elementsOf(input, element, payload);
    },
  });
}

/** Finds the check that an array breaks by its length, among the checks of length before all others. */
function checkOfLength(checks: readonly Check[], length: number): Check | undefined {
  for (const check of checks) {
    if (check.length === undefined) return undefined;
    if (length > check.length.maximum) return check;
  }
  return undefined;
}

function refuseLength(payload: Payload, inst: Schema, check: Check): void {
  check.run(payload, check);
  // Later checks would read the elements as they came.
  Object.assign(payload.issues.at(-1) ?? {}, { continue: false, schema: inst });
}

function elementsOf(input: readonly unknown[], element: Schema, { issues }: Payload): unknown[] {
  const output: unknown[] = [];
  let child = new Payload();
  for (let at = 0; at < input.length; at += 1) {
    child.value = input[at];
    element.run(child);
    output.push(child.value);
    if (child.issues.length > 0) {
      moveIssues(child.issues, issues, at);
      child = new Payload();
    }
  }
  return output;
}

/** Accepts sets. The issues of an element have no path of their own. */
export function set(element: Schema, options?: Options): Schema {
  return new Schema({
    kind: 'set',
    error: errorIn('set', options),
    read: (payload, inst) => {
      const { value: input, issues } = payload;
      if (!(input instanceof Set)) {
        refuseType(payload, inst, 'set');
        return;
      }
      const output = new Set();
      for (const value of input) {
        const child = new Payload(value);
        element.run(child);
        issues.push(...child.issues);
        output.add(child.value);
      }
      payload.value = output;
    },
  });
}

/** Accepts objects with any members, except one named `__proto__`, which is left out. */
export function record(key: Schema, value: Schema, options?: Options): Schema {
  if (!(key instanceof Schema) || key.definition.kind !== 'string' || key.checks.length > 0)
    throw unsupported('record with other keys than all strings');
  if (!(value instanceof Schema)) throw unsupported('record of anything but a schema');
  return new Schema({
    kind: 'record',
    error: errorIn('record', options),
    read: (payload, inst) => {
      const { value: input } = payload;
      if (isPlainObject(input)) payload.value = membersOf(input, key, value, payload, inst);
      else refuseType(payload, inst, 'record');
    },
  });
}

function membersOf(
  input: object,
  keySchema: Schema,
  valueSchema: Schema,
  { issues }: Payload,
  inst: Schema,
): object {
  const output: Record<PropertyKey, unknown> = {};
  for (const key of Reflect.ownKeys(input)) {
    if (key === '__proto__' || !Object.prototype.propertyIsEnumerable.call(input, key)) continue;
    const name = new Payload(key);
    keySchema.run(name);
    if (name.issues.length > 0) {
      const faults = name.issues.map(finalIssue);
      issues.push({ code: 'invalid_key', origin: 'record', issues: faults, input: key, path: [key], inst });
      continue;
    }
    const member = new Payload((input as Record<PropertyKey, unknown>)[key]);
    valueSchema.run(member);
    moveIssues(member.issues, issues, key);
    output[key] = member.value;
  }
  return output;
}

/** Tells whether a value is an object as JSON makes them: neither an array nor of a class. */
export function isPlainObject(value: unknown): value is object {
  if (!isObject(value)) return false;
  const { constructor } = value as { readonly constructor: unknown };
  if (typeof constructor !== 'function') return true;
  const prototype: unknown = constructor.prototype;
  return isObject(prototype) && Object.hasOwn(prototype, 'isPrototypeOf');
}

/** Tells whether a value is an object, and no array. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
