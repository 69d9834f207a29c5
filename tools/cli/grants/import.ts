import { UsageError } from '../command.ts';
import { MAX_LINE_BYTES, type LineGrant, type ReadLine } from './grant-line.ts';
import { linesOf } from './lines.ts';

/** What an import works with. */
export interface Import {
  readonly input: AsyncIterable<Buffer>;
  /** Lines before this one are passed over. */
  readonly fromLine: number;
  readonly readLine: ReadLine;
  /** Sets grants, which can repeat others that were set before. */
  readonly write: (grants: readonly LineGrant[]) => Promise<void>;
  /** Stops the import after what is under way. */
  readonly signal: AbortSignal;
  /** Told after every write how far the import is. */
  readonly onProgress: (progress: Progress) => void;
}

/** How far an import is. */
export interface Progress {
  /** Lines that are now grants. */
  readonly imported: number;
  readonly refused: readonly RefusedLine[];
  /** Every line before this one was imported or refused. */
  readonly nextLine: number;
  /** Bytes of the input up to there. */
  readonly bytes: number;
}

/** A line that was not imported, and why. */
export interface RefusedLine {
  readonly line: number;
  readonly reason: string;
}

/** An import stopped before its end; it can go on from `progress.nextLine`. */
export class ImportStopped extends Error {
  override readonly name = 'ImportStopped';
  readonly progress: Progress;

  constructor(reason: string, progress: Progress, cause?: unknown) {
    super(reason, { cause });
    this.progress = progress;
  }
}

/** How many lines are written before the import takes note of how far it is. */
export const LINES_PER_STEP = 200;

/**
 * Sets the grants that the lines say, each in place of whatever its principal has on its document. A line that is not valid is
 * refused, and stops nothing. Of two lines for the same grant the later counts.
 *
 * It works in steps: a step's lines are all written before the next begins. So everything before the step at which it stopped is
 * done, and to write a part of that step again does no harm.
 *
 * @throws UsageError where the input ends before `fromLine`; ImportStopped on the signal, and where the input cannot be read or the
 * table not be written
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

/** Some lines that are dealt with together. */
interface Step extends Omit<Progress, 'imported' | 'refused'> {
  readonly grants: LineGrant[];
  readonly refused: RefusedLine[];
}

async function* stepsOf({ input, fromLine, readLine }: Import): AsyncGenerator<Step> {
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
  // To go on behind the last line is what an import that was interrupted there is told to do.
  if (fromLine > lines + 1) {
    throw new UsageError(
      `--from-line ${fromLine}: the file ends with line ${lines}, and nothing was imported.`,
    );
  }
}

const TOO_LONG = `# has more than ${MAX_LINE_BYTES} bytes`;

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
