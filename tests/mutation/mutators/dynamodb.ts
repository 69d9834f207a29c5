import ts from 'typescript';
import { type Change, type Mutator } from './change.ts';

/**
 * The attribute that a changed expression speaks of. No item has it, and a write to it changes nothing that anything reads. The
 * placeholders of the text that is replaced stay defined; the tables of the fast tests allow a definition without a use.
 */
const NEVER_THERE = 'neverThere';
const ALWAYS_HOLDS = `attribute_not_exists(${NEVER_THERE})`;

// Stands for each character of a template's substitution, so that offsets stay as they are. A constant's name is left.
const MASK = '¶';
const PATH = String.raw`[\w#.¶]+`;
const VALUE = String.raw`:[\w¶]+`;
const EXISTENCE = String.raw`attribute_(?:not_)?exists\(${PATH}\)`;
const EXPRESSION = new RegExp(
  `${EXISTENCE}|begins_with\\(|(?:^|\\s)(?:SET|REMOVE) [\\w#¶$]|${PATH} (?:=|<|<=|>|>=) ${VALUE}`,
);
const CONSTANT = String.raw`\$\{[A-Z_]+\}`;
const NAMES = /^\w+(?:, \w+)+$/;

/** Query conditions speak of keys: DynamoDB refuses a query without them, so they are left in. */
const OF_KEY = /^(?:pk|sk|principal|dueShard) /;

const SWAPPED: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

/** Tells whether a text is a condition, an update or a list of attributes in DynamoDB's expression language. */
export function isExpressionText(text: string): boolean {
  return EXPRESSION.test(text) || NAMES.test(text);
}

/** Weakens conditions and updates of DynamoDB: takes single terms, assignments and removals out. */
export const dynamodb: Mutator = (node, source) => {
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return [];
  const start = node.getStart(source) + 1;
  const text = masked(node, source).slice(start, node.end - 1);
  const changes = NAMES.test(text) ? names(text) : EXPRESSION.test(text) ? terms(text, node, source) : [];
  return changes.map((change) => ({ ...change, start: change.start + start, end: change.end + start }));
};

/** Gives the source with every substitution of a template masked. */
function masked(node: ts.StringLiteralLike | ts.TemplateExpression, source: ts.SourceFile): string {
  if (!ts.isTemplateExpression(node)) return source.text;
  return node.templateSpans.reduce((text, { expression, literal }) => {
    const [start, end] = [expression.pos - '${'.length, literal.getStart(source) + '}'.length];
    if (new RegExp(`^${CONSTANT}$`).test(text.slice(start, end))) return text;
    return text.slice(0, start) + MASK.repeat(end - start) + text.slice(end);
  }, source.text);
}

function names(text: string): Change[] {
  return all(text, /\w+/g, 'ddb-drop-clause', () => NEVER_THERE);
}

function terms(text: string, node: ts.Node, source: ts.SourceFile): Change[] {
  if (!isUpdate(text, node, source)) {
    return [
      ...all(text, new RegExp(`${EXISTENCE}|${PATH} [<>=]+ ${VALUE}`, 'g'), 'ddb-drop-condition', (term) =>
        OF_KEY.test(term) ? undefined : ALWAYS_HOLDS,
      ),
      ...all(text, /(?<= )(?:<=|>=|<|>)(?= )/g, 'ddb-term', (operator) => SWAPPED[operator]),
    ];
  }
  return [
    ...all(text, new RegExp(`${PATH}(?= = )`, 'g'), 'ddb-drop-assignment', () => NEVER_THERE),
    ...all(text, new RegExp(`if_not_exists\\(${PATH}, ${VALUE}\\)`, 'g'), 'ddb-term', (term) =>
      term.slice(term.indexOf(':'), -1),
    ),
    ...all(text, /(?<=\bREMOVE (?:.*, )?)[^, ]+(?=,|$)/g, 'ddb-drop-clause', (path) =>
      new RegExp(`^(?:\\w+|${CONSTANT})$`).test(path) ? NEVER_THERE : undefined,
    ),
  ];
}

/** Tells whether a text is of an update: by itself, or as a part of one. Only an update has commas between its terms. */
function isUpdate(text: string, node: ts.Node, source: ts.SourceFile): boolean {
  if (new RegExp(`^\\s*(?:SET|REMOVE) |^(?:${CONSTANT})?, `).test(text)) return true;
  for (let at = node; !ts.isPropertyAssignment(at) && !ts.isStatement(at); at = at.parent) {
    const isJoined = ts.isTemplateExpression(at) || ts.isBinaryExpression(at);
    if (isJoined && /^['`]\s*(?:SET|REMOVE) /.test(at.getText(source))) return true;
  }
  return false;
}

/** Proposes a change to each match; none to those that become undefined. */
function all(
  text: string,
  pattern: RegExp,
  kind: string,
  becomes: (match: string) => string | undefined,
): Change[] {
  return [...text.matchAll(pattern)].flatMap(({ 0: match, index: start }) => {
    const replaced = becomes(match);
    return replaced === undefined ? [] : [{ kind, start, end: start + match.length, becomes: replaced }];
  });
}
