import ts from 'typescript';
import { isExpressionText } from './dynamodb.ts';
import { replace, type Change, type Mutator } from './change.ts';

/** Changes literals, and takes elements out of arrays and objects. */
export const literals: Mutator = (node, source) => {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [replace('boolean', node, source, 'false')];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [replace('boolean', node, source, 'true')];
  if (ts.isNumericLiteral(node)) return [replace('number', node, source, otherNumber(Number(node.text)))];
  if (ts.isRegularExpressionLiteral(node)) return regex(node, source);
  if (ts.isStringLiteralLike(node)) return text(node, source);
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap((it) => without(it, source));
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.filter((it) => !isPlaceholder(it)).flatMap((it) => without(it, source));
  }
  return [];
};

function otherNumber(value: number): string {
  return value === 0 ? '1' : value === 1 ? '0' : String(value + 1);
}

// Prose is for people: a test that repeats it would only hold its wording.
function text(node: ts.StringLiteralLike, source: ts.SourceFile): Change[] {
  if (isName(node) || isExpressionText(node.text) || node.text.trim().includes(' ')) return [];
  return [replace('string', node, source, node.text === '' ? "'mutated'" : "''")];
}

/** Tells whether a text names a property, or is raw. */
function isName(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent)) return parent.name === node;
  return ts.isElementAccessExpression(parent) || ts.isTaggedTemplateExpression(parent);
}

/** Tells whether a property gives a placeholder of a DynamoDB expression its value: without it, DynamoDB refuses the call. */
function isPlaceholder({ name }: ts.ObjectLiteralElementLike): boolean {
  return name !== undefined && ts.isStringLiteral(name) && /^[:#]/.test(name.text);
}

/** Takes an element out together with the comma behind it. */
function without(element: ts.Node, source: ts.SourceFile): Change[] {
  const start = element.getStart(source);
  const [comma = ''] = /^\s*,/.exec(source.text.slice(element.end)) ?? [];
  return [{ kind: 'drop-element', start, end: element.end + comma.length, becomes: '' }];
}

function regex(node: ts.RegularExpressionLiteral, source: ts.SourceFile): Change[] {
  const end = node.text.lastIndexOf('/');
  const [pattern, flags] = [node.text.slice(1, end), node.text.slice(end + 1)];
  const changed = [
    ...(pattern.startsWith('^') ? [`/${pattern.slice(1)}/${flags}`] : []),
    ...(/(?<!\\)\$$/.test(pattern) ? [`/${pattern.slice(0, -1)}/${flags}`] : []),
    ...(flags.includes('i') ? [`/${pattern}/${flags.replace('i', '')}`] : []),
    ...(flags.includes('g') ? [`/${pattern}/${flags.replace('g', '')}`] : []),
  ];
  return changed.map((becomes) => replace('regex', node, source, becomes));
}
