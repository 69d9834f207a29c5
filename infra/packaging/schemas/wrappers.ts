import { isPlainObject } from './containers.ts';
import { unsupported } from './options.ts';
import { Payload, refusePromise, Schema } from './schema.ts';

/** The value of a transform that added an issue. */
export const NEVER = Object.freeze({ status: 'aborted' });

/** Accepts also undefined, and the absence of the member. */
export function optional(inner: Schema): Schema {
  const isDefaulted = inner.optin === 'defaulted';
  return new Schema({
    kind: 'optional',
    optin: isDefaulted ? 'defaulted' : 'optional',
    optout: 'optional',
    read: (payload) => {
      if (payload.value !== undefined) inner.run(payload);
      else if (isDefaulted) {
        const substitute = new Payload();
        inner.run(substitute);
        payload.value = substitute.issues.length > 0 ? undefined : substitute.value;
      }
    },
  });
}

/** Accepts also the absence of the member, but not undefined. */
export function exactOptional(inner: Schema): Schema {
  return new Schema({
    kind: 'exactOptional',
    optin: inner.optin === 'defaulted' ? 'defaulted' : 'optional',
    optout: 'optional',
    read: (payload) => {
      inner.run(payload);
    },
  });
}

/** Accepts also null. */
export function nullable(inner: Schema): Schema {
  return new Schema({
    kind: 'nullable',
    optin: inner.optin,
    optout: inner.optout,
    read: (payload) => {
      if (payload.value !== null) inner.run(payload);
    },
  });
}

/** Accepts also null, undefined and the absence of the member. */
export function nullish(inner: Schema): Schema {
  return optional(nullable(inner));
}

/** Gives undefined, and an absent member, a value. Each use has a copy of it. */
export function _default(inner: Schema, value: unknown): Schema {
  if (typeof value === 'function') throw unsupported('default that is computed');
  return new Schema({
    kind: 'default',
    optin: 'defaulted',
    read: (payload) => {
      if (payload.value !== undefined) inner.run(payload);
      if (payload.value === undefined) payload.value = copied(value);
    },
  });
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as unknown[])];
  if (value instanceof Set) return new Set(value);
  if (value instanceof Map) return new Map(value);
  return isPlainObject(value) ? { ...value } : value;
}

/** Puts a value in the place of one that the schema refuses. */
function catchOf(inner: Schema, value: unknown): Schema {
  if (typeof value === 'function') throw unsupported('catch that is computed');
  return new Schema({
    kind: 'catch',
    optin: inner.optin === 'defaulted' ? 'defaulted' : 'optional',
    optout: inner.optout,
    read: (payload) => {
      const attempt = new Payload(payload.value);
      inner.run(attempt);
      payload.value = attempt.issues.length > 0 ? value : attempt.value;
    },
  });
}
export { catchOf as catch };

/** Reads by one schema, and the output by another if the first found no fault. */
export function pipe(first: Schema, second: Schema): Schema {
  return new Schema({
    kind: 'pipe',
    optin: first.optin,
    optout: second.optout,
    read: (payload) => {
      first.run(payload);
      // An unknown member is a fault of the input, but the output is whole without it.
      payload.aborted = payload.issues.some(({ code }) => code !== 'unrecognized_keys');
      if (!payload.aborted) second.run(payload);
    },
  });
}

/** Makes another value of a value. It can add issues to `context.issues`. */
export function transform(make: (value: unknown, context: Payload) => unknown): Schema {
  return new Schema({
    kind: 'transform',
    optin: 'optional',
    read: (payload) => {
      payload.value = refusePromise(make(payload.value, payload));
    },
  });
}
