import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { secondsOf, systemClock } from '../../../lib/runtime/clock.ts';
import { nameOf } from '../../../lib/runtime/errors.ts';
import { exportGrants, type ExportCounts } from './export.ts';
import { writeWhole } from './files.ts';
import { findGrantTable, type TableOptions } from './grant-table.ts';
import { interruption } from './interruption.ts';

/**
 * Exports all grants into a file, or to standard output, and reports at the end.
 *
 * @returns the exit code
 */
export async function exportFile(file: string | undefined, options: TableOptions): Promise<number> {
  const { client, name } = await findGrantTable(options);
  const counts: ExportCounts = { exported: 0, unreadable: 0 };
  try {
    const lines = Readable.from(exportGrants(client, name, secondsOf(systemClock), counts));
    if (file === undefined) await pipeline(lines, process.stdout, { end: false });
    else await writeWhole(file, lines, interruption());
  } catch (error) {
    if (isEndOfReader(error)) return 1;
    // Only an export to a file is interrupted in this way.
    if (file === undefined || !(error instanceof Error) || error.name !== 'AbortError') throw error;
    console.error(`Interrupted: ${file} is as it was.`);
    return 1;
  } finally {
    client.destroy();
  }
  console.error(`${counts.exported} exported`);
  if (counts.unreadable > 0) console.error(`${counts.unreadable} that cannot be read were left out`);
  return counts.unreadable === 0 ? 0 : 1;
}

/** The reader of standard output, such as `head`, has had enough. */
const isEndOfReader = (error: unknown): boolean => nameOf(error) === 'EPIPE';
