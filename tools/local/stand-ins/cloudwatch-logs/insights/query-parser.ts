import { ExpressionParser } from './expression-parser.ts';
import { hasAggregate } from './aggregation.ts';
import type { Column, Command, Expression, Query, SortKey } from './query-syntax.ts';

/** The most rows that a query can ask for (StartQuery, `limit`). */
const MOST_ROWS = 10_000;

const COMMANDS = ['fields', 'display', 'filter', 'stats', 'sort', 'limit', 'dedup', 'parse'] as const;

/**
 * Reads a query of Logs Insights QL: `fields`, `display`, `filter`, `stats … by …`, `sort`, `limit`, `dedup` and `parse`, joined by
 * `|`, with comments after `#`.
 *
 * @throws {QuerySyntaxError} for anything else. It names the position and the right form.
 */
export function parseQuery(query: string): Query {
  const parser = new ExpressionParser(query);
  const commands: Command[] = [];
  do commands.push(commandOf(parser));
  while (parser.take('|') !== undefined);
  if (parser.next.kind !== 'end') parser.fail('Join commands with |.');
  return { commands };
}

function commandOf(parser: ExpressionParser): Command {
  const word = parser.take(...COMMANDS);
  const name = COMMANDS.find((command) => command === word);
  switch (name) {
    case 'fields':
    case 'display':
      return { kind: name, columns: parser.list(() => columnOf(parser, false)) };
    case 'filter':
      return { kind: 'filter', condition: plain(parser, () => parser.expression()) };
    case 'stats':
      return {
        kind: 'stats',
        columns: parser.list(() => columnOf(parser, true)),
        by: parser.take('by') === undefined ? [] : parser.list(() => columnOf(parser, false)),
      };
    case 'sort':
      return { kind: 'sort', keys: parser.list(() => sortKeyOf(parser)) };
    case 'limit':
      return limitOf(parser);
    case 'dedup':
      return { kind: 'dedup', fields: parser.list(() => fieldOf(parser)) };
    case 'parse':
      return extractionOf(parser);
    case undefined:
      return parser.fail(`A command is one of ${COMMANDS.join(', ')}, in lower case.`);
  }
}

/** Reads an expression in which no function of stats is allowed. */
function plain(parser: ExpressionParser, read: () => Expression): Expression {
  const { at } = parser.next;
  const expression = read();
  if (hasAggregate(expression)) parser.fail('count, sum, min, max, avg and the like belong into stats.', at);
  return expression;
}

/** Reads a column. Its name is its alias, or its text as it stands in the query. */
function columnOf(parser: ExpressionParser, aggregated: boolean): Column {
  const { at, kind, text } = parser.next;
  const value = aggregated ? parser.expression() : plain(parser, () => parser.expression());
  if (aggregated && !hasAggregate(value))
    parser.fail('stats needs a function such as count(*); fields to group by come after "by".', at);
  const written = kind === 'field' ? text : parser.query.slice(at, parser.lastEnd);
  if (parser.take('as') === undefined) return { name: written, value };
  const alias = parser.takeKind('word', 'field') ?? parser.fail('After "as" comes a name.');
  return { name: alias.text, value };
}

function sortKeyOf(parser: ExpressionParser): SortKey {
  const value = plain(parser, () => parser.expression());
  return { value, descending: parser.take('asc', 'desc') === 'desc' };
}

function fieldOf(parser: ExpressionParser): Expression {
  const token = parser.takeKind('word', 'field') ?? parser.fail('The name of a field is expected here.');
  return { kind: 'field', name: token.text };
}

function limitOf(parser: ExpressionParser): Command {
  const { at } = parser.next;
  const most = Number(parser.takeKind('number')?.text);
  if (!Number.isSafeInteger(most) || most < 1 || most > MOST_ROWS)
    parser.fail(`limit takes a whole number from 1 to ${MOST_ROWS}.`, at);
  return { kind: 'limit', most };
}

/** Reads `parse field "a * b *" as x, y` or `parse field /(?<x>…)/`. */
function extractionOf(parser: ExpressionParser): Command {
  const field = fieldOf(parser);
  const regex = parser.takeKind('regex');
  if (regex !== undefined) {
    const pattern = parser.regexOf(regex);
    const names = Array.from(regex.text.matchAll(/\(\?<([A-Za-z_]\w*)>/g), ([, name = '']) => name);
    if (names.length === 0) parser.fail('Name the parts to extract: /(?<name>…)/.', regex.at);
    return { kind: 'parse', field, pattern, names };
  }
  const glob =
    parser.takeKind('text') ?? parser.fail('After the field comes "a text with *" or /(?<name>…)/.');
  parser.expect('as', 'Name the parts that * matches: parse @message "a * b *" as x, y.');
  const names = parser.list(
    () => parser.takeKind('word', 'field') ?? parser.fail('A name is expected here.'),
  );
  const parts = glob.text.split('*').map(RegExp.escape);
  if (parts.length - 1 !== names.length)
    parser.fail(`Give one name for each of the ${parts.length - 1} asterisks.`, glob.at);
  // An asterisk at the end takes the rest of the line; any other ends at the first place that the next part matches.
  const pattern = new RegExp(parts.join('(.*?)') + (glob.text.endsWith('*') ? '$' : ''), 's');
  return { kind: 'parse', field, pattern, names: names.map(({ text }) => text) };
}
