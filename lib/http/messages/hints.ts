import { nearest } from '../../runtime/nearest.ts';

/** The beginning of each hint at a word. */
export const PROBABLY = '; you probably mean ';

/** A longer word gets no hint: the search for a near one takes time that grows with its length. */
const LONGEST = 40;

/** The members that clients of other token services have under another name, by that name without case and separators. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['exp', 'ttlSeconds'],
  ['expiration', 'ttlSeconds'],
  ['expirationtime', 'ttlSeconds'],
  ['expiresin', 'ttlSeconds'],
  ['lifetime', 'ttlSeconds'],
  ['userid', 'onBehalfOf'],
  ['token', 'jwt'],
]);

/**
 * Names the word that a misspelt one most likely stands for.
 *
 * @returns the end of a fault's message, such as `; you probably mean "write"`; empty if no word is near
 */
export function hintOf(given: unknown, words: readonly string[]): string {
  if (typeof given !== 'string' || given.length > LONGEST) return '';
  const other = OTHER_NAMES.get(given.toLowerCase().replaceAll(/[^a-z]/g, ''));
  const word = nearest(given.trim(), words) ?? words.find((name) => name === other);
  return word === undefined ? '' : PROBABLY + JSON.stringify(word);
}

/** Names the member that an unknown one most likely stands for. @param message - quotes the names of the members */
export function memberHint(given: string, message: string): string {
  return hintOf(
    given,
    Array.from(message.matchAll(/"(\w+)"/g), ([, name = '']) => name),
  );
}

/** Tells of a number or a boolean that is written as a string, and of a body that is no object. Empty for other values. */
export function valueHint(issue: object, isRoot: boolean, value: unknown): string {
  if (isRoot && Array.isArray(value)) return '; it is an array';
  if (typeof value !== 'string') return '';
  if (isRoot) return '; it is a string: encode the object as JSON once, not twice';
  return wantsBare(issue) && /^(?:-?\d+|true|false)$/.test(value) ? '; write it without quotes' : '';
}

function wantsBare(issue: { readonly expected?: unknown; readonly values?: unknown }): boolean {
  return (
    issue.expected === 'number' ||
    issue.expected === 'boolean' ||
    (Array.isArray(issue.values) && issue.values.includes(true))
  );
}

/** Tells how a body that is not JSON came about. Empty if its beginning does not show that. */
export function syntaxHint(text: string): string {
  if (text.startsWith("'")) return '; the shell passed the single quotes on, as cmd.exe does';
  return /^[\w.%+-]{1,40}=/.test(text) ? '; it looks like form data' : '';
}

/** Tells the remedy for a body that is not sent as JSON. @param type - the header Content-Type; undefined if there is none */
export function typeHint(type: string | undefined): string {
  const fault =
    type === undefined || type === ''
      ? 'The header Content-Type is missing'
      : /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)
        ? 'The body was sent as form data'
        : 'The body is of another type';
  return `${fault}: send the header Content-Type: application/json, and JSON in UTF-8. With curl: -H 'Content-Type: application/json'.`;
}
