/** A language whose strings are read here, because no compiler for it is at hand. */
export type Language = 'dart' | 'swift' | 'kotlin';

interface Rules {
  readonly quotes: string;
  /** The characters after a backslash, with their meaning. */
  readonly escapes: Readonly<Record<string, string>>;
  /** A backslash before any other character stands for that character. */
  readonly lenient: boolean;
  /** An escape by number: its digits are in the one group that matched. */
  readonly numbered: RegExp;
  /** The beginning of an interpolation. */
  readonly interpolation: RegExp;
}

const RULES: Readonly<Record<Language, Rules>> = {
  // The Dart language specification, "Strings".
  dart: {
    quotes: `'"`,
    escapes: { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' },
    lenient: true,
    numbered: /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2}))/iy,
    interpolation: /\$/y,
  },
  // The Swift Programming Language, "String Literals".
  swift: {
    quotes: '"',
    escapes: { '0': '\0', '\\': '\\', t: '\t', n: '\n', r: '\r', '"': '"', "'": "'" },
    lenient: false,
    numbered: /\\u\{([0-9a-f]{1,8})\}/iy,
    interpolation: /\\\(/y,
  },
  // Kotlin's grammar, "LineStrEscapedChar" and "LineStrRef".
  kotlin: {
    quotes: '"',
    escapes: { t: '\t', b: '\b', r: '\r', n: '\n', "'": "'", '"': '"', '\\': '\\', $: '$' },
    lenient: false,
    numbered: /\\u([0-9a-f]{4})/iy,
    interpolation: /\$[\p{L}_{`]/uy,
  },
};

/**
 * Reads the values of all strings of a code, in their order. Comments to the end of a line are passed over.
 *
 * @throws Error at an interpolation, an unknown escape, or a string without an end on its line
 */
export function stringLiterals(language: Language, code: string): string[] {
  const { quotes } = RULES[language];
  const found: string[] = [];
  for (let at = 0; at < code.length; at++) {
    if (code.startsWith('//', at)) at = ends(code, at);
    else if (quotes.includes(code.charAt(at))) {
      const [value, end] = literalAt(RULES[language], code, at);
      found.push(value);
      at = end;
    }
  }
  return found;
}

const ends = (code: string, at: number): number => {
  const end = code.indexOf('\n', at);
  return end < 0 ? code.length : end;
};

function literalAt(rules: Rules, code: string, start: number): [value: string, end: number] {
  let value = '';
  let at = start + 1;
  for (;;) {
    const character = code.charAt(at);
    if (character === code.charAt(start)) return [value, at];
    if (character === '' || /[\n\r]/.test(character)) throw new Error(`A string at ${start} does not end`);
    if (matched(rules.interpolation, code, at)) throw new Error(`An interpolation is at ${at}`);
    const [read, length] = character === '\\' ? escapeAt(rules, code, at) : [character, 1];
    value += read;
    at += length;
  }
}

function escapeAt({ escapes, lenient, numbered }: Rules, code: string, at: number): [string, number] {
  const number = matched(numbered, code, at);
  if (number) {
    const digits = number.slice(1).join('');
    return [String.fromCodePoint(Number.parseInt(digits, 16)), number[0].length];
  }
  const character = code.charAt(at + 1);
  const value = escapes[character] ?? (lenient ? character : undefined);
  if (value === undefined) throw new Error(`An escape at ${at} is unknown`);
  return [value, 2];
}

function matched(pattern: RegExp, code: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(code);
}
