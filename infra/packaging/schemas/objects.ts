import { isObject } from './containers.ts';
import { moveIssues } from './issue.ts';
import { errorIn, unsupported, type Options } from './options.ts';
import { refuseType } from './scalars.ts';
import { Payload, Schema, type Definition } from './schema.ts';

type Shape = Readonly<Record<string, Schema | undefined>>;

/** Accepts objects with the members of a shape. Other members are left out. */
export function object(shape: Shape, options?: Options): Schema {
  return objectOf({ shape, strict: false, error: errorIn('object', options) });
}

/** Accepts objects with the members of a shape, and refuses others. */
export function strictObject(shape: Shape, options?: Options): Schema {
  return objectOf({ shape, strict: true, error: errorIn('strictObject', options) });
}

/** Makes the same schema with further members. */
export function extend({ definition, checks }: Schema, further: Shape): Schema {
  if (definition.shape === undefined || checks.length > 0) throw unsupported('extend of such a schema');
  return objectOf({ ...definition, shape: { ...definition.shape, ...further } });
}

/** Makes the same schema with a part of its members. */
export function pick({ definition, checks }: Schema, mask: Readonly<Record<string, boolean>>): Schema {
  const { shape } = definition;
  if (shape === undefined || checks.length > 0) throw unsupported('pick of such a schema');
  const picked = Object.keys(mask).filter((key) => mask[key]);
  return objectOf({ ...definition, shape: Object.fromEntries(picked.map((key) => [key, shape[key]])) });
}

/** The parts of an object's schema. */
interface Parts extends Pick<Definition, 'strict' | 'error'> {
  readonly shape: Shape;
}

/** A member of a shape. */
type Member = readonly [key: string, schema: Schema];

function memberOf([key, schema]: readonly [string, unknown]): Member {
  if (key === '__proto__' || !(schema instanceof Schema))
    throw unsupported(`such a member ${key} of an object`);
  return [key, schema];
}

function objectOf({ shape: given, strict, error }: Parts): Schema {
  const members = Object.entries(given).map(memberOf);
  const shape = Object.fromEntries(members);
  const known = strict ? new Set(Object.keys(shape)) : undefined;
  return new Schema({
    kind: 'object',
    error,
    shape,
    strict: strict === true,
    read: (payload, inst) => {
      const { value: input } = payload;
      if (!isObject(input)) {
        refuseType(payload, inst, 'object');
        return;
      }
      payload.value = outputOf(input, members, payload);
      if (known) refuseUnknown(input, known, payload, inst);
    },
  });
}

function outputOf(input: object, members: readonly Member[], { issues }: Payload): object {
  const output: Record<string, unknown> = {};
  let child = new Payload();
  for (const [key, schema] of members) {
    const { optin, optout } = schema;
    const isPresent = key in input;
    if (!isPresent && optin === 'optional' && optout) continue;
    child.value = (input as Record<string, unknown>)[key];
    schema.run(child);
    const failed = child.issues.length > 0;
    // A default that fails for an absent member counts as no default.
    if (failed && !isPresent && optin && optout) {
      child = new Payload();
      continue;
    }
    if (isPresent || (optin && (child.value !== undefined || (optin === 'defaulted' && !optout))))
      output[key] = child.value;
    if (failed) {
      moveIssues(child.issues, issues, key);
      child = new Payload();
    } else if (!isPresent && !optin) {
      issues.push({ code: 'invalid_type', expected: 'nonoptional', input: undefined, path: [key] });
    }
  }
  return output;
}

function refuseUnknown(input: object, known: ReadonlySet<string>, { issues }: Payload, inst: Schema): void {
  const keys: string[] = [];
  // As in zod, members of the prototype count too.
  for (const key in input) if (!known.has(key)) keys.push(key);
  if (keys.length > 0) issues.push({ code: 'unrecognized_keys', keys, input, inst, continue: true });
}
