import { readFile } from 'node:fs/promises';
import { parseRoles, type Roles } from '../../../lib/grants/index.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { openInput } from './files.ts';
import { lineReader } from './grant-line.ts';
import { findGrantTable, type TableOptions } from './grant-table.ts';
import { importGrants, ImportStopped, type Progress } from './import.ts';
import { interruption } from './interruption.ts';
import { ProgressBar } from './progress-bar.ts';
import { writeGrants } from './write-grants.ts';

/** The refused lines that are named; of a file that is wrong throughout, the rest tells nothing new. */
const MAX_LISTED = 1000;

/**
 * Imports the grants of a file, shows how far it is, and reports at the end.
 *
 * @param fromLine - lines before this one are passed over
 * @returns the exit code
 */
export async function importFile(file: string, fromLine: number, options: TableOptions): Promise<number> {
  const { input, size } = await openInput(file);
  const { client, name, privateLayerPrefix } = await findGrantTable(options);
  const roles = await readRoles();
  const bar = new ProgressBar(process.stderr);
  try {
    const progress = await importGrants({
      input,
      fromLine,
      readLine: lineReader({ roles, privateLayerPrefix, clock: systemClock }),
      write: (grants) => writeGrants(grants, client, name, roles, systemClock),
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
    client.destroy();
  }
}

async function readRoles(): Promise<Roles> {
  const file = new URL('../../../infra/roles/roles.json', import.meta.url);
  return parseRoles(JSON.parse(await readFile(file, 'utf8')));
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
    `Stopped: ${message}\nEvery line before line ${nextLine} is done. To go on: add --from-line ${nextLine}`,
  );
}
