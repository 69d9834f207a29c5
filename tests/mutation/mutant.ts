/** One change in one place of a source. */
export interface Mutant {
  /** The kind of change, such as "drop-operand". */
  readonly kind: string;
  /** The offset of the first changed character. */
  readonly start: number;
  /** The offset of the first character after the changed text. */
  readonly end: number;
  /** The text that is there. */
  readonly code: string;
  /** The text that takes its place; empty if the text is only taken out. */
  readonly becomes: string;
}

/** A mutant of a file of the project. */
export interface Candidate extends Mutant {
  /** The name of the module; its tests are to notice the mutant. */
  readonly module: string;
  /** The path from the project's root. */
  readonly file: string;
  /** The line in which the change begins, counted from 1. */
  readonly line: number;
  /** The text of that line. */
  readonly lineText: string;
}

/** Applies a mutant to the source that it was made from. */
export function mutated(source: string, { start, end, becomes }: Mutant): string {
  return source.slice(0, start) + becomes + source.slice(end);
}

/** Adds the module, the file and the line to a mutant. */
export function candidate(module: string, file: string, source: string, mutant: Mutant): Candidate {
  const line = source.slice(0, mutant.start).split('\n').length;
  return { ...mutant, module, file, line, lineText: source.split('\n')[line - 1]?.trim() ?? '' };
}
