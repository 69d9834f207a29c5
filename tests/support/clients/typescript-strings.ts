import { expect } from '@jest/globals';
import ts from 'typescript';

/** Reads the values of all strings of a TypeScript code, in their order. Expects that its compiler can parse it. */
export function typeScriptStrings(code: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(code, { reportDiagnostics: true });
  expect(diagnostics.map(({ messageText }) => messageText)).toEqual([]);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('code.ts', code, ts.ScriptTarget.ESNext));
  return found;
}
