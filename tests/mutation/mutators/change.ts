import ts from 'typescript';

/** A change to a part of the source, as a mutator proposes it. */
export interface Change {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly becomes: string;
}

/** Proposes changes to one node of the syntax tree; none if it is not of the mutator's kinds. */
export type Mutator = (node: ts.Node, source: ts.SourceFile) => readonly Change[];

/** Replaces a whole node. */
export function replace(kind: string, node: ts.Node, source: ts.SourceFile, becomes: string): Change {
  return { kind, start: node.getStart(source), end: node.end, becomes };
}
