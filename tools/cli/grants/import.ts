import { UsageError } from '../errors.ts';
import { MAX_LINE_BYTES, type LineGrant, type ReadLine } from './grant-line.ts';
import { linesOf } from './lines.ts';
import { Stopped } from '../stopped.ts';

/** The input of an import, and the functions that it calls. */
export interface Import {
  /** Names the input at the beginning of a sentence. */
  readonly source: string;
  readonly input: AsyncIterable<Buffer>;
  /** Lines before this one are skipped. */
  readonly fromLine: number;
  readonly readLine: ReadLine;
  /** Sets grants. It can be called again with grants that are set already. */
  readonly write: (grants: readonly LineGrant[]) => Promise<void>;
  /** Stops the import after the writes that are under way. */
  readonly signal: AbortSignal;
  /** Is called after every write. */
  readonly onProgress: (progress: Progress) => void;
}

/** The progress of an import. */
export interface Progress {
  /** The number of lines that are now grants. */
  readonly imported: number;
  readonly refused: readonly RefusedLine[];
  /** Every line before this one was imported or refused. */
  readonly nextLine: number;
  /** The bytes of the input before that line. */
  readonly bytes: number;
}

/** A line that was not imported, and the reason. */
export interface RefusedLine {
  readonly line: number;
  readonly reason: string;
}

/** An import stopped before its end. Another one can continue from `progress.nextLine`. */
export class ImportStopped extends Stopped<Progress> {
  override readonly name = 'ImportStopped';
}

/** The number of lines that are written before the progress is recorded. */
export const LINES_PER_STEP = 200;

/**
 * Sets the grant of each line, in place of that principal's grant on that document. An invalid line is refused, and the import
 * continues. Of two lines for the same grant the later counts.
 *
 * It works in steps: all lines of a step are written before the next step begins. When it stops, everything before the current
 * step is done, and writing a part of that step again changes nothing.
 *
 * @throws UsageError if the input is empty or ends before `fromLine`; ImportStopped on the signal, and if the input cannot be read
 * or the table cannot be written
 */
export async function importGrants(task: Import): Promise<Progress> {
  const refused: RefusedLine[] = [];
  let progress: Progress = { imported: 0, refused, nextLine: task.fromLine, bytes: 0 };
  try {
    for await (const { grants, refused: more, nextLine, bytes } of stepsOf(task)) {
      if (task.signal.aborted) throw new ImportStopped('Interrupted', progress);
      await task.write(grants);
      refused.push(...more);
      progress = { imported: progress.imported + grants.length, refused, nextLine, bytes };
      task.onProgress(progress);
    }
  } catch (error) {
    if (error instanceof ImportStopped || error instanceof UsageError) throw error;
    throw new ImportStopped(error instanceof Error ? error.message : String(error), progress, error);
  }
  return progress;
}

/** Lines that are written together. */
interface Step extends Omit<Progress, 'imported' | 'refused'> {
  readonly grants: LineGrant[];
  readonly refused: RefusedLine[];
}

async function* stepsOf({ source, input, fromLine, readLine }: Import): AsyncGenerator<Step> {
  let step: Step | undefined;
  let lines = 0;
  for await (const { number, bytes, end } of linesOf(input, MAX_LINE_BYTES)) {
    lines = number;
    if (number < fromLine) continue;
    step = { grants: [], refused: [], ...step, nextLine: number + 1, bytes: end };
    if (bytes !== undefined && isBlank(bytes)) continue;
    const grant = bytes === undefined ? TOO_LONG : readLine(bytes);
    if (typeof grant === 'string') step.refused.push({ line: number, reason: grant });
    else step.grants.push(grant);
    if (step.grants.length + step.refused.length < LINES_PER_STEP) continue;
    yield step;
    step = undefined;
  }
  if (step) yield step;
  if (lines === 0) throw new UsageError(`${source} is empty, and nothing was imported.`);
  // The line after the last one is allowed: an import that was interrupted there names it.
  if (fromLine > lines + 1) {
    throw new UsageError(
      `--from-line ${fromLine}: the input ends with line ${lines}, and nothing was imported.`,
    );
  }
}

const TOO_LONG = `has more than ${MAX_LINE_BYTES} bytes`;

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
