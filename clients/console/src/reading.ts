/** Reads a part of a JSON answer. @throws ReadingError if it has another shape */
export type Read<T> = (value: unknown) => T;

/** An answer does not have the expected shape: it comes from another version of the service. */
export class ReadingError extends Error {
  override readonly name = 'ReadingError';

  constructor(expected: string) {
    super(`The answer is not ${expected}. Load the page again: the service may have another version now.`);
  }
}

const reading =
  <T>(expected: string, holds: (value: unknown) => value is T): Read<T> =>
  (value) => {
    if (holds(value)) return value;
    throw new ReadingError(expected);
  };

/** Reads a string. */
export const string = reading('a string', (value) => typeof value === 'string');
/** Reads a number. */
export const number = reading('a number', (value) => typeof value === 'number');
/** Reads a boolean. */
export const boolean = reading('true or false', (value) => typeof value === 'boolean');
/** Reads anything. */
export const anything: Read<unknown> = (value) => value;
/** Ignores the body. */
export const nothing: Read<undefined> = () => undefined;

/** Reads a string out of some. */
export const oneOf = <const T extends string>(...options: readonly T[]): Read<T> =>
  reading(`one of ${options.join(', ')}`, (value): value is T => options.some((it) => it === value));

/** Reads a list. */
export const list =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (value) => {
    if (Array.isArray(value)) return value.map((it) => read(it));
    throw new ReadingError('a list');
  };

/** Reads a member that may be missing or null. */
export const optional =
  <T>(read: Read<T>): Read<T | undefined> =>
  (value) =>
    value === undefined || value === null ? undefined : read(value);

/** Reads an object with these members. It drops all others, so that a newer service can add some. */
export const object =
  <Members extends Readonly<Record<string, Read<unknown>>>>(
    members: Members,
  ): Read<{ readonly [Name in keyof Members]: ReturnType<Members[Name]> }> =>
  (value) => {
    if (typeof value !== 'object' || value === null) throw new ReadingError('an object');
    const entries = Object.entries(members).map(([name, read]) => [name, read(Reflect.get(value, name))]);
    return Object.fromEntries(entries) as { [Name in keyof Members]: ReturnType<Members[Name]> };
  };

/** Reads an object of any members, such as the claims of a token. */
export const record: Read<Readonly<Record<string, unknown>>> = (value) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ReadingError('an object');
};
