/** The first fault of a JSON text. It tells a place and the kinds of token that fit there, and quotes nothing of the text. */
export type JsonFault =
  | { readonly kind: 'syntax'; readonly at: number; readonly expected: string }
  | { readonly kind: 'repeated-member'; readonly at: number; readonly path: readonly (string | number)[] };

// Each state of the scan is named by the tokens that fit next, in the words of the fault.
const VALUE = 'a value';
const ELEMENT_OR_END = 'a value or "]"';
const NAME = 'a member name in double quotes';
const NAME_OR_END = 'a member name in double quotes or "}"';
const COLON = '":"';
const AFTER_ELEMENT = '"," or "]"';
const AFTER_MEMBER = '"," or "}"';
const END = 'the end';

type Expected =
  | typeof VALUE
  | typeof ELEMENT_OR_END
  | typeof NAME
  | typeof NAME_OR_END
  | typeof COLON
  | typeof AFTER_ELEMENT
  | typeof AFTER_MEMBER
  | typeof END;

/** An object or array that is not closed yet: the names seen in it, and the member or element that the scan is in. */
type Container = { readonly names: Set<string>; at: string } | { readonly names?: never; at: number };

const WHITE_SPACE = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Without the closing quote, so that the match always succeeds and never backtracks, and its end is the place of a fault.
const STRING_CONTENT = /(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*/y;

/**
 * Finds the first place at which a text stops being JSON (RFC 8259), or names a member of an object a second time. `JSON.parse` takes
 * a text without such a fault. Its own errors are of no use to a caller: they quote the text and often lack the place.
 *
 * The work is in proportion to the text's length, and nesting costs no stack.
 *
 * @returns undefined if there is no fault. `at` is an offset in UTF-16 code units; at the text's length, the text ends too early.
 */
export function faultInJson(text: string): JsonFault | undefined {
  return new Scan(text).firstFault();
}

class Scan {
  readonly #text: string;
  readonly #open: Container[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  firstFault(): JsonFault | undefined {
    let expected: Expected = VALUE;
    for (;;) {
      this.#at = this.#endOf(WHITE_SPACE, this.#at);
      if (expected === END && this.#at === this.#text.length) return undefined;
      const next = this.#read(expected, this.#text.charAt(this.#at));
      if (typeof next === 'object') return next;
      expected = next;
    }
  }

  /** Reads what begins with this character, and tells what is expected after it. */
  #read(expected: Expected, first: string): Expected | JsonFault {
    switch (expected) {
      case VALUE:
        return this.#readValue(expected, first);
      case ELEMENT_OR_END:
        return first === ']' ? this.#close() : this.#readValue(expected, first);
      case NAME:
        return this.#readName(expected, first);
      case NAME_OR_END:
        return first === '}' ? this.#close() : this.#readName(expected, first);
      case COLON:
        return first === ':' ? this.#pass(VALUE) : this.#unlike(expected);
      case AFTER_ELEMENT:
        if (first === ',') return this.#nextElement();
        return first === ']' ? this.#close() : this.#unlike(expected);
      case AFTER_MEMBER:
        if (first === ',') return this.#pass(NAME);
        return first === '}' ? this.#close() : this.#unlike(expected);
      case END:
        return this.#unlike(expected);
    }
  }

  #readValue(expected: Expected, first: string): Expected | JsonFault {
    if (first === '{') {
      this.#open.push({ names: new Set(), at: '' });
      return this.#pass(NAME_OR_END);
    }
    if (first === '[') {
      this.#open.push({ at: 0 });
      return this.#pass(ELEMENT_OR_END);
    }
    if (first === '"') return this.#readString() ?? this.#afterValue();
    const end = this.#endOf(SCALAR, this.#at);
    if (end === this.#at) return this.#unlike(expected);
    this.#at = end;
    return this.#afterValue();
  }

  #readName(expected: Expected, first: string): Expected | JsonFault {
    if (first !== '"') return this.#unlike(expected);
    const at = this.#at;
    const fault = this.#readString();
    if (fault !== undefined) return fault;
    const object = this.#open.at(-1);
    if (object?.names !== undefined) {
      // An escape can spell the same name differently.
      object.at = String(JSON.parse(this.#text.slice(at, this.#at)));
      if (object.names.has(object.at))
        return { kind: 'repeated-member', at, path: this.#open.map((container) => container.at) };
      object.names.add(object.at);
    }
    return COLON;
  }

  #readString(): JsonFault | undefined {
    this.#at = this.#endOf(STRING_CONTENT, this.#at + 1);
    switch (this.#text.charAt(this.#at)) {
      case '"':
        this.#at += 1;
        return undefined;
      case '':
        return this.#unlike('the double quote that ends the string');
      case '\\':
        return this.#unlike(String.raw`one of the escapes \" \\ \/ \b \f \n \r \t \uXXXX`);
      default:
        return this.#unlike(String.raw`an escape such as \n in place of a control character`);
    }
  }

  #nextElement(): Expected {
    const array = this.#open.at(-1);
    if (typeof array?.at === 'number') array.at += 1;
    return this.#pass(VALUE);
  }

  #close(): Expected {
    this.#open.pop();
    this.#at += 1;
    return this.#afterValue();
  }

  #afterValue(): Expected {
    const container = this.#open.at(-1);
    if (container === undefined) return END;
    return container.names === undefined ? AFTER_ELEMENT : AFTER_MEMBER;
  }

  #pass(next: Expected): Expected {
    this.#at += 1;
    return next;
  }

  #unlike(expected: string): JsonFault {
    return { kind: 'syntax', at: this.#at, expected };
  }

  /** The offset at which a match that begins here ends; this offset itself if nothing matches. */
  #endOf(token: RegExp, from: number): number {
    token.lastIndex = from;
    return token.test(this.#text) ? token.lastIndex : from;
  }
}

const LINE_BREAK = /\r\n|\r|\n/;

/** Writes an offset as line and column, both from 1, a column being one character (code point). */
export function lineAndColumn(text: string, at: number): string {
  const lines = text.slice(0, at).split(LINE_BREAK);
  return `line ${lines.length}, column ${Array.from(lines.at(-1) ?? '').length + 1}`;
}
