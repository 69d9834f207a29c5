import ts from 'typescript';
import { replace, type Change, type Mutator } from './change.ts';

/** Takes statements out, and decides conditions in advance. */
export const statements: Mutator = (node, source) => {
  if (ts.isThrowStatement(node)) return [replace('throw-remove', node, source, ';')];
  if (isRemovable(node)) return [replace('stmt-remove', node, source, ';'), ...conditions(node, source)];
  return conditions(node, source);
};

function isRemovable(node: ts.Node): boolean {
  if (ts.isIfStatement(node)) return !ts.isIfStatement(node.parent);
  // A return at the end of an arrow function or a function's only path is dropped too: its result is then undefined.
  return (
    ts.isExpressionStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isContinueStatement(node) ||
    ts.isBreakStatement(node) ||
    ts.isForOfStatement(node)
  );
}

function conditions(node: ts.Node, source: ts.SourceFile): Change[] {
  if (ts.isIfStatement(node)) return decided(node.expression, source);
  if (ts.isConditionalExpression(node)) return decided(node.condition, source);
  // A loop that never ends is noticed by its time alone; one that never begins tells more.
  if (ts.isWhileStatement(node)) return [replace('cond-false', node.expression, source, 'false')];
  return [];
}

function decided(condition: ts.Expression, source: ts.SourceFile): Change[] {
  return [replace('cond-true', condition, source, 'true'), replace('cond-false', condition, source, 'false')];
}
