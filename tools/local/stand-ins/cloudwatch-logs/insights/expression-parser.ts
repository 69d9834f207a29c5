import { isAggregate } from './aggregation.ts';
import { FUNCTIONS } from './query-functions.ts';
import { type BinaryOperator, type Expression, QuerySyntaxError } from './query-syntax.ts';
import { tokensOf, type Token } from './query-tokens.ts';

/** The units of a period, in milliseconds (user guide, "stats"). Months and longer have no fixed length. */
const UNITS: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 },
};

const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const;

/** Reads the expressions of a query from left to right. */
export class ExpressionParser {
  readonly query: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  /** @throws {QuerySyntaxError} for a text, a name or a sign that no query has */
  constructor(query: string) {
    this.query = query;
    this.#tokens = tokensOf(query);
  }

  /** The token to read next. */
  get next(): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    if (token === undefined) throw new RangeError('There is no token');
    return token;
  }

  /** The end of the last token that was read. */
  get lastEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  /** Reads a word or a sign if it comes next. */
  take(...wanted: readonly string[]): string | undefined {
    const { kind, text } = this.next;
    if ((kind !== 'word' && kind !== 'sign') || !wanted.includes(text)) return undefined;
    this.#at += 1;
    return text;
  }

  /** Reads any token of a kind. */
  takeKind(...kinds: readonly Token['kind'][]): Token | undefined {
    const token = this.next;
    if (!kinds.includes(token.kind)) return undefined;
    this.#at += 1;
    return token;
  }

  /** Reads a word or a sign that must come next. */
  expect(text: string, cure: string): void {
    if (this.take(text) === undefined) this.fail(cure);
  }

  /** @throws {QuerySyntaxError} at the next token */
  fail(cure: string, at = this.next.at): never {
    throw new QuerySyntaxError(this.query, at, cure);
  }

  /** Reads an expression. */
  expression(): Expression {
    return this.#chain(['or'], () => this.#chain(['and'], () => this.#negation()));
  }

  /** Reads values between commas. */
  list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.take(',') !== undefined) items.push(read());
    return items;
  }

  #negation(): Expression {
    return this.take('not') === undefined ? this.#comparison() : { kind: 'not', operand: this.#negation() };
  }

  #comparison(): Expression {
    const left = this.#sum();
    const sign = this.take(...COMPARISONS);
    const operator = COMPARISONS.find((it) => it === sign);
    if (operator !== undefined) return { kind: 'binary', operator, left, right: this.#sum() };
    const negated = this.take('not') !== undefined;
    const test = this.#membership(left);
    if (test === undefined) {
      if (negated) this.fail('After "not" comes like or in.');
      return left;
    }
    return negated ? { kind: 'not', operand: test } : test;
  }

  #membership(operand: Expression): Expression | undefined {
    if (this.take('like', '=~') !== undefined) {
      const text = this.takeKind('text');
      if (text !== undefined) return { kind: 'like', operand, pattern: text.text };
      const regex =
        this.takeKind('regex') ?? this.fail('After like comes "a text" or /a regular expression/.');
      return { kind: 'like', operand, pattern: this.regexOf(regex) };
    }
    if (this.take('in') === undefined) return undefined;
    this.expect('[', 'After in comes a list: in ["a", "b"].');
    const members = this.list(() => this.#sum());
    this.expect(']', 'End the list with ].');
    return { kind: 'in', operand, members };
  }

  /** Compiles a regular expression. `(?i)` at its beginning, or after `^`, ignores case. @throws {QuerySyntaxError} */
  regexOf({ text, at }: Token): RegExp {
    const ignoresCase = /^\^?\(\?i\)/.test(text);
    try {
      return new RegExp(text.replace(/^(\^?)\(\?i\)/, '$1'), ignoresCase ? 'iu' : 'u');
    } catch {
      return this.fail('It is not a regular expression of this interpreter.', at);
    }
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/', '%'], () => this.#power()));
  }

  #power(): Expression {
    const left = this.#primary();
    if (this.take('^') === undefined) return left;
    return { kind: 'binary', operator: '^', left, right: this.#power() };
  }

  #chain(operators: readonly BinaryOperator[], read: () => Expression): Expression {
    let left = read();
    for (;;) {
      const taken = this.take(...operators);
      const operator = operators.find((it) => it === taken);
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: read() };
    }
  }

  #primary(): Expression {
    const token = this.takeKind('number', 'text', 'period', 'field', 'word');
    switch (token?.kind) {
      case 'number':
        return { kind: 'value', value: Number(token.text) };
      case 'text':
        return { kind: 'value', value: token.text };
      case 'period':
        return this.#period(token);
      case 'field':
        return { kind: 'field', name: token.text };
      case 'word':
        return this.#fieldOrCall(token);
      case 'regex':
      case 'sign':
      case 'end':
      case undefined:
        return this.#parenthesesOrSign();
    }
  }

  #parenthesesOrSign(): Expression {
    if (this.take('-') !== undefined)
      return { kind: 'binary', operator: '-', left: { kind: 'value', value: 0 }, right: this.#primary() };
    this.expect('(', 'A field, a number, "a text", a function or parentheses are expected here.');
    const inner = this.expression();
    this.expect(')', 'Close the parentheses with ).');
    return inner;
  }

  #period({ text, at }: Token): Expression {
    const [, count, unit = ''] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
    const length = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (length === undefined)
      this.fail(`A period is a number and one of ${Object.keys(UNITS).join(', ')}, such as 5m.`, at);
    return { kind: 'period', milliseconds: Number(count) * length };
  }

  #fieldOrCall({ text, at }: Token): Expression {
    if (text === 'true' || text === 'false')
      this.fail('There are no boolean values: search the line, as in @message like /"onBehalf":true/.', at);
    if (this.take('(') === undefined) return { kind: 'field', name: text };
    if (!isAggregate(text) && !Object.hasOwn(FUNCTIONS, text))
      this.fail(`The functions are ${Object.keys(FUNCTIONS).join(', ')}, and those of stats.`, at);
    if (this.take(')') !== undefined) return { kind: 'call', name: text, args: [] };
    const args = this.list((): Expression =>
      this.take('*') === undefined ? this.expression() : { kind: 'any' },
    );
    this.expect(')', `Close the arguments of ${text} with ).`);
    return { kind: 'call', name: text, args };
  }
}
