import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { secondsOf, systemClock } from '../../../lib/runtime/clock.ts';
import { nameOf } from '../../../lib/runtime/errors.ts';
import { exportGrants, type ExportCounts } from './export.ts';
import { resolvePath, STANDARD, writeWhole } from '../files.ts';
import { findGrantTable, type TableOptions } from '../grant-table.ts';
import { interruption } from '../interruption.ts';

/**
 * Exports all grants into a file, and reports at the end.
 *
 * @param file - its path as on the command line; standard output for `-` and if it is absent
 * @returns the exit code: 1 if a grant could not be read or the reader of standard output left early
 * @throws UsageError if the file cannot be written or the options are wrong, and the AWS SDK's errors
 */
export async function exportFile(file: string | undefined, options: TableOptions): Promise<number> {
  const path = file === undefined || file === STANDARD ? undefined : resolvePath(file);
  const { client, name } = await findGrantTable(options);
  const counts: ExportCounts = { exported: 0, unreadable: 0 };
  try {
    const lines = Readable.from(exportGrants(client, name, secondsOf(systemClock), counts));
    if (path === undefined) await pipeline(lines, process.stdout, { end: false });
    else await writeWhole(path, lines, interruption());
  } catch (error) {
    if (isEndOfReader(error)) return 1;
    // Only an export to a file is interrupted in this way.
    if (path === undefined || !(error instanceof Error) || error.name !== 'AbortError') throw error;
    console.error(`Interrupted: ${path} is as it was.`);
    return 1;
  } finally {
    client.destroy();
  }
  console.error(`${counts.exported} exported`);
  if (counts.unreadable > 0) console.error(`${counts.unreadable} left out, as they cannot be read`);
  return counts.unreadable === 0 ? 0 : 1;
}

/** Recognises that the reader of standard output, such as `head`, has closed it. */
const isEndOfReader = (error: unknown): boolean => nameOf(error) === 'EPIPE';
