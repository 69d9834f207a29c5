import { ExpressionError } from './series.ts';

/** A metric math expression, parsed. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'id'; readonly id: string }
  /** A word in capitals that is not called: `REPEAT`. */
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] }
  | { readonly kind: 'negated'; readonly operand: Expression }
  | {
      readonly kind: 'operation';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    };

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?|\.\d+)|([A-Za-z][A-Za-z0-9_]*)|"([^"]*)"|(==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],]))/y;

/** The operators from the loosest to the tightest. Those of a row have the same rank, from left to right. */
const RANKS: readonly (readonly string[])[] = [
  ['OR', '||'],
  ['AND', '&&'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
  ['^'],
];

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'sign';
  readonly text: string;
}

/**
 * Parses an expression (CloudWatch user guide, "Metric math syntax and functions").
 *
 * @throws {ExpressionError}
 */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokensOf(text), text);
  const expression = parser.operation(0);
  parser.end();
  return expression;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  const { length } = text.trimEnd();
  while (pattern.lastIndex < length) {
    const at = pattern.lastIndex;
    const [, number, name, quoted, sign] = pattern.exec(text) ?? [];
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else throw new ExpressionError(`Metric math has no "${text.slice(at).trim()}", in "${text}"`);
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  #at = 0;

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens;
    this.#text = text;
  }

  /** Parses operations of this rank and of tighter ones. */
  operation(rank: number): Expression {
    const operators = RANKS[rank];
    if (operators === undefined) return this.#operand();
    let left = this.operation(rank + 1);
    for (;;) {
      const operator = operators.find((it) => this.#peek() === it);
      if (operator === undefined) return left;
      this.#at += 1;
      left = { kind: 'operation', operator, left, right: this.operation(rank + 1) };
    }
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#unexpected();
  }

  #operand(): Expression {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new ExpressionError(`The expression "${this.#text}" is not complete`);
    this.#at += 1;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'text', text: token.text };
    if (token.kind === 'name') return this.#named(token.text);
    if (token.text === '-') return { kind: 'negated', operand: this.#operand() };
    if (token.text === '[') return { kind: 'list', items: this.#items(']') };
    if (token.text === '(') {
      const within = this.operation(0);
      this.#take(')');
      return within;
    }
    this.#at -= 1;
    throw this.#unexpected();
  }

  #named(name: string): Expression {
    if (this.#peek() === '(') {
      this.#at += 1;
      return { kind: 'call', name, parameters: this.#items(')') };
    }
    return /^[A-Z]/.test(name) ? { kind: 'word', word: name } : { kind: 'id', id: name };
  }

  /** Parses a list that may be empty, with its closing bracket. */
  #items(close: string): Expression[] {
    const items: Expression[] = [];
    if (this.#peek() !== close) {
      do items.push(this.operation(0));
      while (this.#skip(','));
    }
    this.#take(close);
    return items;
  }

  #skip(sign: string): boolean {
    if (this.#peek() !== sign) return false;
    this.#at += 1;
    return true;
  }

  #take(sign: string): void {
    if (!this.#skip(sign)) throw this.#unexpected();
  }

  #peek(): string | undefined {
    const token = this.#tokens[this.#at];
    return token?.kind === 'text' ? undefined : token?.text;
  }

  #unexpected(): ExpressionError {
    const found = this.#tokens[this.#at]?.text ?? 'its end';
    return new ExpressionError(
      `The expression "${this.#text}" has ${found} in a place in which it cannot be`,
    );
  }
}
