import { isUtf8 } from 'node:buffer';
import { faultInJson } from './json/json-syntax.ts';

/** The value of a secret, as Secrets Manager returns it. */
interface SecretValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/** Gives the text of a secret. A binary value that is not text in UTF-8 becomes base64, which the reader of keys decodes again. */
export function secretTextOf({ SecretString, SecretBinary = new Uint8Array() }: SecretValue): string {
  return SecretString ?? Buffer.from(SecretBinary).toString(isUtf8(SecretBinary) ? 'utf8' : 'base64');
}

/**
 * Reads a text as people store it: without the byte order mark and the NULs of UTF-16, also if a tool has decoded them as
 * Latin-1 or as UTF-8, and without white space at its ends.
 */
export function plainTextOf(value: string): string {
  return value
    .replaceAll('\0', '')
    .replace(/^[\uFEFF\uFFFD\u00EF\u00BB\u00BF\u00FE\u00FF]+/, '')
    .trim();
}

/** Removes one pair of quotes around a text. A text in double quotes that is a JSON string is decoded. */
export function unquoted(text: string): string {
  const quote = text.charAt(0);
  if (text.length < 2 || !`"'\``.includes(quote) || !text.endsWith(quote)) return text;
  const decoded = quote === '"' ? jsonIn(text) : undefined;
  return (typeof decoded === 'string' ? decoded : text.slice(1, -1)).trim();
}

/**
 * Parses JSON. A line break or a tab within a string, which JSON does not allow, counts as a blank.
 *
 * @returns undefined if it is not JSON. There is no error, because the parser's message quotes the text
 */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(withoutBreaks(text));
  } catch {
    return undefined;
  }
}

/** Tells whether JSON names a member of an object twice. Which one counts depends on the parser then (RFC 8259 section 4). */
export function repeatsMember(json: string): boolean {
  return faultInJson(withoutBreaks(json))?.kind === 'repeated-member';
}

const withoutBreaks = (text: string): string => text.replace(/[\r\n\t]/g, ' ');
