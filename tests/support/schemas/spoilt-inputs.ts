import fc from 'fast-check';
import { hostileValues } from './hostile-values.ts';

type Change = (value: unknown) => unknown;

const NAMES = ['__proto__', 'constructor', 'toString', 'role', 'layer', 'user_id', 'unknown'];

/** Adds a member. One that is named `__proto__` is of the object's own, as in JSON. */
const withMember =
  (name: string, member: unknown): Change =>
  (value) =>
    isObject(value) ? Object.fromEntries([...Object.entries(value), [name, member]]) : member;

const withoutMember =
  (at: number): Change =>
  (value) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).filter((_, index, { length }) => index !== at % length))
      : undefined;

const inherited: Change = (value) => (isObject(value) ? (Object.create(value) as unknown) : value);

const repeated: Change = (value) =>
  Array.isArray(value) ? [...(value as unknown[]), ...(value as unknown[])] : [value, value];

const huge: Change = (value) =>
  Array.isArray(value)
    ? Array.from({ length: 600 }, () => (value as unknown[])[0])
    : toJson(value).repeat(600);

/** Values that a client could take for each other. */
const retyped: readonly Change[] = [
  (value) => toJson(value),
  (value) => (typeof value === 'string' ? Number(value) : toJson(value)),
  (value) => [value],
  () => null,
  () => undefined,
];

const changes: fc.Arbitrary<Change> = fc.oneof(
  hostileValues.map((value) => () => value),
  fc.tuple(fc.constantFrom(...NAMES), hostileValues).map(([name, member]) => withMember(name, member)),
  fc.nat({ max: 30 }).map(withoutMember),
  fc.constantFrom<Change>(inherited, repeated, huge, ...retyped),
);

/**
 * Spoils one place of each input: it drops, adds, retypes or repeats a value, or puts a hostile one there. The place can be within
 * JSON in a string.
 */
export const spoilt = (inputs: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(inputs, fc.array(fc.nat({ max: 30 }), { maxLength: 4 }), changes)
    .map(([input, path, change]) => changedAt(input, path, change));

function changedAt(value: unknown, [at, ...rest]: readonly number[], change: Change): unknown {
  if (at === undefined) return change(value);
  const chosen = (member: unknown, index: number, { length }: readonly unknown[]): unknown =>
    index === at % length ? changedAt(member, rest, change) : member;
  if (Array.isArray(value)) return value.map(chosen);
  if (isObject(value)) {
    const keys = Object.keys(value);
    const members = Object.values(value).map(chosen);
    return Object.fromEntries(keys.map((key, index) => [key, members[index]]));
  }
  const inner = typeof value === 'string' ? fromJson(value) : undefined;
  return inner === undefined ? change(value) : toJson(changedAt(inner, rest, change));
}

/** Reads a list or an object in JSON. */
function fromJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function toJson(value: unknown): string {
  const replaced = (_: string, member: unknown): unknown =>
    typeof member === 'bigint' ? String(member) : member;
  const text: unknown = JSON.stringify(value, replaced);
  // A function and a symbol have no JSON.
  return typeof text === 'string' ? text : '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Set);
}
