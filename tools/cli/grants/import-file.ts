import { readRoles } from '../../../infra/roles/roles-file.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { openInput, type InputFile } from '../files.ts';
import { lineReader } from './grant-line.ts';
import { findGrantTable, type TableOptions } from '../grant-table.ts';
import { importGrants, ImportStopped, type Progress } from './import.ts';
import { interruption } from '../interruption.ts';
import { ProgressBar } from './progress-bar.ts';
import { recordsOf } from '../operator-records/stage-records.ts';
import { chosenStage } from '../stage-options.ts';
import { GrantRecords } from './grant-records.ts';
import { writeGrants, type WriteContext } from './write-grants.ts';

/** The number of refused lines that are listed. If a whole file is wrong, more of them tell nothing new. */
const MAX_LISTED = 1000;

/**
 * Imports the grants of a file, shows the progress, and reports at the end.
 *
 * @param file - its path as on the command line, or `-` for standard input
 * @param fromLine - lines before this one are skipped
 * @returns the exit code: 1 if a line was refused or the import stopped
 * @throws UsageError if the file cannot be read or is empty, or the options are wrong
 */
export async function importFile(file: string, fromLine: number, options: TableOptions): Promise<number> {
  const source = await openInput(file);
  try {
    return await importFrom(source, fromLine, options);
  } finally {
    source.input.destroy();
  }
}

async function importFrom(
  { name: source, input, size }: InputFile,
  fromLine: number,
  options: TableOptions,
): Promise<number> {
  const { client, name: table, privateLayerPrefix } = await findGrantTable(options);
  const roles = readRoles();
  const bar = new ProgressBar(process.stderr);
  const warn = (line: string): void => {
    bar.clear();
    console.error(line);
  };
  const records = new GrantRecords('import', await recordsOf(chosenStage(options), warn), warn);
  const context: WriteContext = {
    client,
    table,
    roles,
    clock: systemClock,
    onWritten: ({ documentId, grant, before }) => {
      records.set(documentId, grant, before);
    },
  };
  try {
    const progress = await importGrants({
      source,
      input,
      fromLine,
      readLine: lineReader({ roles, privateLayerPrefix, clock: systemClock }),
      write: async (grants) => {
        try {
          await writeGrants(grants, context);
        } finally {
          // Also those of a step that failed: the run that continues finds these grants in place, and records nothing.
          await records.write();
        }
      },
      signal: interruption(),
      onProgress: ({ bytes, imported, refused }) => {
        bar.draw(size === 0 ? 1 : bytes / size, `${imported} imported, ${refused.length} refused`);
      },
    });
    bar.clear();
    report(progress);
    return progress.refused.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ImportStopped)) throw error;
    bar.clear();
    reportStop(error);
    return 1;
  } finally {
    await records.end();
    client.destroy();
  }
}

function report({ imported, refused }: Progress): void {
  for (const { line, reason } of refused.slice(0, MAX_LISTED)) console.log(`line ${line} refused: ${reason}`);
  if (refused.length > MAX_LISTED) console.log(`and ${refused.length - MAX_LISTED} more`);
  console.log(`${imported} imported, ${refused.length} refused`);
}

function reportStop({ message, progress }: ImportStopped): void {
  report(progress);
  const { nextLine } = progress;
  console.error(
    `Stopped: ${message}\nEvery line before line ${nextLine} is done. To continue: add --from-line ${nextLine}`,
  );
}
