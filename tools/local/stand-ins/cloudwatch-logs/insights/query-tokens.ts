import { QuerySyntaxError } from './query-syntax.ts';

/** A word of a query, with its place. */
export interface Token {
  readonly kind: 'word' | 'field' | 'number' | 'period' | 'text' | 'regex' | 'sign' | 'end';
  /** The word, or the content of a text, a regular expression or a name in backticks. */
  readonly text: string;
  /** Its first character and the one after its last, from 0. */
  readonly at: number;
  readonly end: number;
}

/** A name may hold letters, digits, `_`, `@` and `.`; any other must be in backticks (user guide, "Fields that contain special characters"). */
const FORMS: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /(?:\s+|#[^\n]*)/y],
  ['period', /\d+[a-z]+/y],
  ['number', /\d+(?:\.\d+)?/y],
  ['word', /[A-Za-z_@][A-Za-z0-9_@.]*/y],
  ['field', /`([^`]+)`/y],
  ['text', /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy],
  ['sign', /!=|<=|>=|=~|[=<>+\-*/%^(),|[\]]/y],
];

const REGEX = /\/((?:[^/\\\n]|\\.)+)\//y;

/**
 * Splits a query into its words. A slash begins a regular expression after `like`, `=~` and the field of `parse`, and is a division
 * elsewhere.
 *
 * @throws {QuerySyntaxError}
 */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < query.length;) {
    const token =
      (canBeRegex(tokens) ? tokenAt(query, at, 'regex', REGEX) : undefined) ?? nextToken(query, at);
    if (token.kind !== 'space') tokens.push({ ...token, kind: token.kind });
    at = token.end;
  }
  return [...tokens, { kind: 'end', text: '', at: query.length, end: query.length }];
}

type Raw = Omit<Token, 'kind'> & { readonly kind: Token['kind'] | 'space' };

function nextToken(query: string, at: number): Raw {
  for (const [kind, form] of FORMS) {
    const token = tokenAt(query, at, kind, form);
    if (token !== undefined) return token;
  }
  throw new QuerySyntaxError(query, at, cureFor(query[at] ?? ''));
}

function tokenAt(query: string, at: number, kind: Raw['kind'], form: RegExp): Raw | undefined {
  const sticky = new RegExp(form);
  sticky.lastIndex = at;
  const found = sticky.exec(query);
  if (found === null) return undefined;
  const content = found[1] ?? found[2] ?? found[0];
  const text = kind === 'text' ? content.replaceAll(/\\(["'\\])/g, '$1') : content;
  return { kind, text, at, end: sticky.lastIndex };
}

function canBeRegex(tokens: readonly Token[]): boolean {
  const [before, last] = [tokens.at(-2), tokens.at(-1)];
  if (last === undefined) return false;
  return last.text === 'like' || last.text === '=~' || (before?.kind === 'word' && before.text === 'parse');
}

function cureFor(character: string): string {
  switch (character) {
    case '"':
    case "'":
    case '`':
      return `Close the ${character}.`;
    default:
      return 'Write other values in quotes, and names with other characters in backticks.';
  }
}
