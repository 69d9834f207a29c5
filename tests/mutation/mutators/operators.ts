import ts from 'typescript';
import { replace, type Change, type Mutator } from './change.ts';

const SWAPPED: ReadonlyMap<ts.SyntaxKind, readonly [kind: string, becomes: string]> = new Map([
  [ts.SyntaxKind.MinusToken, ['arith', '+']],
  [ts.SyntaxKind.AsteriskToken, ['arith', '/']],
  [ts.SyntaxKind.SlashToken, ['arith', '*']],
  [ts.SyntaxKind.PercentToken, ['arith', '*']],
  [ts.SyntaxKind.LessThanToken, ['compare', '<=']],
  [ts.SyntaxKind.LessThanEqualsToken, ['compare', '<']],
  [ts.SyntaxKind.GreaterThanToken, ['compare', '>=']],
  [ts.SyntaxKind.GreaterThanEqualsToken, ['compare', '>']],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, ['compare', '!==']],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, ['compare', '===']],
  [ts.SyntaxKind.PlusEqualsToken, ['assign-op', '-=']],
  [ts.SyntaxKind.MinusEqualsToken, ['assign-op', '+=']],
  [ts.SyntaxKind.AsteriskEqualsToken, ['assign-op', '/=']],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, ['assign-op', '=']],
  [ts.SyntaxKind.BarBarEqualsToken, ['assign-op', '=']],
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, ['assign-op', '=']],
]);

const { AmpersandAmpersandToken: AND, BarBarToken: OR, QuestionQuestionToken: NULLISH } = ts.SyntaxKind;

/** Drops or swaps operators and operands. */
export const operators: Mutator = (node, source) => {
  if (ts.isBinaryExpression(node)) return binary(node, source);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return [replace('negation', node, source, `(${node.operand.getText(source)})`)];
  }
  if (ts.isAwaitExpression(node)) {
    return [replace('await-remove', node, source, node.expression.getText(source))];
  }
  return [];
};

function binary(node: ts.BinaryExpression, source: ts.SourceFile): Change[] {
  const [left, right] = [node.left.getText(source), node.right.getText(source)];
  const operator = node.operatorToken.kind;
  const eitherAlone = (kind: string): Change[] =>
    [left, right].map((operand) => replace(kind, node, source, `(${operand})`));
  if (operator === NULLISH) return eitherAlone('nullish');
  if (operator === AND || operator === OR) {
    const swapped = `((${left}) ${operator === AND ? '||' : '&&'} (${right}))`;
    return [...eitherAlone('drop-operand'), replace('logic-swap', node, source, swapped)];
  }
  if (operator === ts.SyntaxKind.PlusToken) {
    return isText(node.left) || isText(node.right) ? [] : [replace('arith', node.operatorToken, source, '-')];
  }
  const swapped = SWAPPED.get(operator);
  return swapped ? [replace(swapped[0], node.operatorToken, source, swapped[1])] : [];
}

/** Tells whether an operand of `+` is certainly text, so that `+` joins and does not add. */
function isText(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isText(node.expression);
  if (ts.isConditionalExpression(node)) return isText(node.whenTrue) || isText(node.whenFalse);
  if (ts.isBinaryExpression(node)) return isText(node.left) || isText(node.right);
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}
