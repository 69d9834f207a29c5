/** A query of Logs Insights QL, as it was read. */
export interface Query {
  readonly commands: readonly Command[];
}

export type Command =
  | { readonly kind: 'fields' | 'display'; readonly columns: readonly Column[] }
  | { readonly kind: 'filter'; readonly condition: Expression }
  | { readonly kind: 'stats'; readonly columns: readonly Column[]; readonly by: readonly Column[] }
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
  | { readonly kind: 'limit'; readonly most: number }
  | { readonly kind: 'dedup'; readonly fields: readonly Expression[] }
  | {
      readonly kind: 'parse';
      readonly field: Expression;
      readonly pattern: RegExp;
      readonly names: readonly string[];
    };

/** A value with the name of its column: its alias, or the text of the expression. */
export interface Column {
  readonly name: string;
  readonly value: Expression;
}

export interface SortKey {
  readonly value: Expression;
  readonly descending: boolean;
}

export type Expression =
  | { readonly kind: 'value'; readonly value: string | number }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'period'; readonly milliseconds: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'like'; readonly operand: Expression; readonly pattern: string | RegExp }
  | { readonly kind: 'in'; readonly operand: Expression; readonly members: readonly Expression[] };

export type BinaryOperator =
  'and' | 'or' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%' | '^';

/** A query cannot be read. The message names the position, the text there, and the right form. */
export class QuerySyntaxError extends Error {
  override readonly name = 'QuerySyntaxError';

  /**
   * @param at - the index of the fault in the query, from 0
   * @param cure - a sentence that says what to write instead
   */
  constructor(query: string, at: number, cure: string) {
    const before = query.slice(0, at).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    const found = /\S[^\n]{0,24}/.exec(query.slice(at))?.[0];
    super(
      `${place}: ${found === undefined ? 'the query ends' : `"${found.trimEnd()}" is not understood`}. ${cure}`,
    );
  }
}
