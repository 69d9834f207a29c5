/**
 * Reads a member of a parsed JSON value. Only the value's own members count, never those that every object inherits, such as
 * `constructor`.
 *
 * @returns undefined if the value has no such member, or is no object
 */
export function ownMember(value: unknown, name: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<PropertyKey, unknown>>)[name];
}
