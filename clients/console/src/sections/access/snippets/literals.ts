import type { MintBody } from '../mint-draft.ts';

/** Characters that are invisible, reorder the text around them, or end a line. Code holds them as an escape only. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** Writes a character by its code point: JavaScript, Dart and Swift. */
const byCodePoint = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** Writes a character by its UTF-16 code units: JSON and Kotlin. */
const byUnits = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');

const literal = (quote: string, special: RegExp, escape: (character: string) => string) => (text: string) =>
  quote + text.replace(special, '\\$&').replace(HIDDEN, escape) + quote;

/** Writes a string in JavaScript and TypeScript. */
export const inJavaScript = literal("'", /[\\']/g, byCodePoint);

/** Writes a string in Dart, in which `$` begins an interpolation. */
export const inDart = literal("'", /[\\'$]/g, byCodePoint);

/** Writes a string in Swift, in which `\(` begins an interpolation. */
export const inSwift = literal('"', /[\\"]/g, byCodePoint);

/** Writes a string in Kotlin, in which `$` begins a template. */
export const inKotlin = literal('"', /[\\"$]/g, byUnits);

/** Writes a value as JSON on one line. */
export const inJson = (value: unknown): string => JSON.stringify(value).replace(HIDDEN, byUnits);

/** Quotes a text for a POSIX shell, which leaves everything between single quotes alone. */
export const inShell = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Writes the members of a request as arguments or properties: `name: value`. @param text - writes a string */
export const membersIn = (request: Partial<MintBody>, text: (value: string) => string): readonly string[] =>
  Object.entries<NonNullable<MintBody[keyof MintBody]>>({ ...request }).map(([name, value]) => {
    if (typeof value === 'string') return `${name}: ${text(value)}`;
    return `${name}: ${typeof value === 'object' ? `[${value.map(text).join(', ')}]` : String(value)}`;
  });
