import { isDeepStrictEqual } from 'node:util';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Tells if a value has the listed members, at any depth. `null` means that a member is absent. Arrays are compared in full. */
export function has(actual: unknown, listed: unknown): boolean {
  if (listed === null) return actual === undefined || actual === null;
  if (!isObject(listed)) return isDeepStrictEqual(actual, listed);
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(listed).every(([name, value]) => has(Reflect.get(actual, name), value));
}

/** Shows a value in a message, with the members that an error keeps for itself. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Error) return `${value.message} ${JSON.stringify(Object.assign({}, value))}`;
  return JSON.stringify(value);
}
