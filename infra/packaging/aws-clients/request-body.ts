import { InvariantError } from '../../../lib/runtime/errors.ts';

/**
 * Writes the input of an operation as JSON. The SDK writes times, bytes and numbers by the model of the operation; the clients of a
 * bundle have no model.
 *
 * @throws InvariantError if the input has a value that JSON has no form for, and would change: AWS takes null as absent, so a wrong
 *   limit would mean none
 */
export function bodyOf(input: object): string {
  return JSON.stringify(input, unchanged);
}

function unchanged(this: object, member: string, value: unknown): unknown {
  // A time, and a Buffer, already is another value here.
  const given: unknown = Reflect.get(this, member);
  const isGap = given === undefined && Array.isArray(this);
  if (isGap || given === null || given !== value || ArrayBuffer.isView(value) || !isInJson(value))
    throw new InvariantError(`The AWS clients of a bundle do not write the value of ${member}`);
  return value;
}

function isInJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return ['string', 'boolean', 'object', 'undefined'].includes(typeof value);
}
