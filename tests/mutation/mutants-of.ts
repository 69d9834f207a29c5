import ts from 'typescript';
import type { Mutant } from './mutant.ts';
import { calls } from './mutators/calls.ts';
import type { Change, Mutator } from './mutators/change.ts';
import { dynamodb } from './mutators/dynamodb.ts';
import { literals } from './mutators/literals.ts';
import { operators } from './mutators/operators.ts';
import { statements } from './mutators/statements.ts';

const MUTATORS: readonly Mutator[] = [operators, statements, calls, literals, dynamodb];

/** Finds every mutant of a TypeScript source, in the order of the text. Two that end in the same source count once. */
export function mutantsOf(text: string): Mutant[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const found = new Map<string, Change>();
  const visit = (node: ts.Node): void => {
    if (isErased(node)) return;
    for (const change of MUTATORS.flatMap((mutator) => mutator(node, source))) {
      const place = JSON.stringify([change.start, change.end, change.becomes]);
      if (!found.has(place)) found.set(place, change);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found.values()]
    .map((change) => ({ ...change, code: text.slice(change.start, change.end) }))
    .filter(({ code, becomes }) => code !== becomes)
    .sort((one, other) => one.start - other.start);
}

/** Tells whether a part of the source is not there at run time, or only names modules. */
function isErased(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node)
  );
}
