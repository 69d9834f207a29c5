import { fromJson } from '../../../cli/from-json.ts';
import { wrongPattern } from './errors.ts';
import type { MatchesLine } from './filter-pattern.ts';

type Holds = (value: unknown) => boolean;

const SELECTOR = /\$((?:\.[A-Za-z_][\w-]*|\[\d+\])+)/y;
const OPERATOR = /(?:!=|<=|>=|=|<|>)/y;
const NUMBER = /-?\d+(?:\.\d+)?(?![\w.])/y;
const TEXT = /"((?:[^"\\]|\\.)*)"/y;
const WORD = /[^\s"(){}&|=<>!]+/y;

/**
 * Reads a pattern for lines of JSON, such as `{ $.specversion = "1.0" && $.data.reason != "not-granted" }`: comparisons with
 * texts (`*` stands for any characters), words and numbers, `IS NULL`, `IS TRUE`, `IS FALSE`, `EXISTS`, `NOT EXISTS`, `&&`, `||` and
 * parentheses.
 *
 * @throws {CloudWatchLogsError} for anything else. It names the position.
 */
export function parseJsonPattern(pattern: string): MatchesLine {
  const holds = new JsonPattern(pattern).read();
  return (line) => {
    // A line can only be JSON if it begins with a brace: most lines are told apart without parsing them.
    if (!line.trimStart().startsWith('{')) return false;
    const value = fromJson(line);
    return value !== undefined && holds(value);
  };
}

/** Reads a pattern from left to right. */
class JsonPattern {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Holds {
    this.#expect('{');
    const holds = this.#alternatives();
    this.#expect('}');
    if (this.#at < this.#text.length) throw wrongPattern(this.#text, this.#at, 'the end');
    return holds;
  }

  #alternatives(): Holds {
    const parts = [this.#conjunction()];
    while (this.#take('||')) parts.push(this.#conjunction());
    return (value) => parts.some((holds) => holds(value));
  }

  #conjunction(): Holds {
    const parts = [this.#condition()];
    while (this.#take('&&')) parts.push(this.#condition());
    return (value) => parts.every((holds) => holds(value));
  }

  #condition(): Holds {
    if (this.#take('(')) {
      const holds = this.#alternatives();
      this.#expect(')');
      return holds;
    }
    const [, path = ''] = this.#match(SELECTOR) ?? this.#fail('a selector such as $.data.reason');
    const select = selectorOf(path);
    const word = this.#match(/(?:IS\s+(?:NULL|TRUE|FALSE)|NOT\s+EXISTS|EXISTS)\b/y)?.[0];
    if (word !== undefined) return stateOf(word.split(/\s+/).join(' '), select);
    const [operator] = this.#match(OPERATOR) ?? this.#fail('=, !=, <, <=, >, >=, IS or EXISTS');
    return this.#comparison(operator, select);
  }

  #comparison(operator: string, select: (value: unknown) => unknown): Holds {
    const number = this.#match(NUMBER);
    if (number !== undefined) {
      const limit = Number(number[0]);
      return (value) => typeof select(value) === 'number' && compare(Number(select(value)), operator, limit);
    }
    if (operator !== '=' && operator !== '!=') this.#fail('a number');
    const text = this.#match(TEXT)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? this.#match(WORD)?.[0];
    const like = new RegExp(
      `^${(text ?? this.#fail('"a text" or a number')).split('*').map(RegExp.escape).join('.*')}$`,
      's',
    );
    return (value) => {
      const selected = select(value);
      if (typeof selected !== 'string' && typeof selected !== 'number') return false;
      return like.test(String(selected)) === (operator === '=');
    };
  }

  #match(token: RegExp): RegExpExecArray | undefined {
    this.#skipSpace();
    const sticky = new RegExp(token);
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#at = sticky.lastIndex;
    return found;
  }

  #take(token: string): boolean {
    this.#skipSpace();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.#fail(token);
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #fail(expected: string): never {
    throw wrongPattern(this.#text, this.#at, expected);
  }
}

function selectorOf(path: string): (value: unknown) => unknown {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  return (value) =>
    steps.reduce<unknown>(
      (of, step) =>
        typeof of === 'object' && of !== null && Object.hasOwn(of, step) ? Reflect.get(of, step) : undefined,
      value,
    );
}

function stateOf(state: string, select: (value: unknown) => unknown): Holds {
  switch (state) {
    case 'EXISTS':
      return (value) => select(value) !== undefined;
    case 'NOT EXISTS':
      return (value) => select(value) === undefined;
    case 'IS NULL':
      return (value) => select(value) === null;
    default:
      return (value) => select(value) === (state === 'IS TRUE');
  }
}

function compare(one: number, operator: string, other: number): boolean {
  switch (operator) {
    case '=':
      return one === other;
    case '!=':
      return one !== other;
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    default:
      return one >= other;
  }
}
