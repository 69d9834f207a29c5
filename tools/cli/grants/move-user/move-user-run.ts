import { readRoles } from '../../../../infra/roles/roles-file.ts';
import { GrantStore } from '../../../../lib/grants/index.ts';
import { startJob } from '../../../../lib/revocation/index.ts';
import { systemClock } from '../../../../lib/runtime/clock.ts';
import { Table } from '../../../../lib/table/index.ts';
import { printLine } from '../../command.ts';
import { openInput } from '../../files.ts';
import { findGrantTable, type TableOptions } from '../../grant-table.ts';
import { interruption } from '../../interruption.ts';
import { ProgressBar } from '../progress-bar.ts';
import { recordsOf } from '../../operator-records/stage-records.ts';
import { chosenStage } from '../../stage-options.ts';
import { GrantRecords } from '../grant-records.ts';
import { inParallelToTheEnd } from '../in-parallel-to-the-end.ts';
import { IMPORTER } from '../write-grants.ts';
import { recordMove } from './record-move.ts';
import { leftBehind } from './left-behind.ts';
import { MoveStopped, moveUsers, type MoveProgress, type MoveTask } from './move-users.ts';
import { readPairs, type Pair } from './user-pairs.ts';
import type { OnConflict } from './plan.ts';
import { outcomeLine } from './wording.ts';
import { writeTogether } from './write-together.ts';

/** The options of the command, besides those that choose the table. */
export interface MoveOptions {
  readonly onConflict: OnConflict;
  readonly isDryRun: boolean;
  /** True if all tokens of the former user ids are to be revoked, whatever gave them. */
  readonly revokesAll: boolean;
}

const REASON = 'moved to another user id';

/** The number of requests for a revocation at a time. */
const REVOCATIONS_AT_A_TIME = 16;

/**
 * Moves the grants of the persons in a file.
 *
 * @param file - its path as on the command line, or `-` for standard input. A name that ends in `.csv` is CSV, any other JSON Lines
 * @returns the exit code, as {@link movePairs}
 * @throws UsageError if the file cannot be read or a line is not valid. Nothing is changed then
 */
export async function moveFile(file: string, table: TableOptions, options: MoveOptions): Promise<number> {
  const source = await openInput(file);
  try {
    const format = /\.csv$/i.test(file) ? 'csv' : 'json-lines';
    return await movePairs(await readPairs(source.name, source.input, format), table, options);
  } finally {
    source.input.destroy();
  }
}

/**
 * Moves the grants of persons to other user ids, shows the progress, and reports at the end.
 *
 * @returns the exit code: 1 if a grant was left or the move stopped
 * @throws UsageError if the options are wrong; Error if the stage's stack cannot be read
 */
export async function movePairs(
  pairs: readonly Pair[],
  tableOptions: TableOptions,
  options: MoveOptions,
): Promise<number> {
  const { client, name, privateLayerPrefix } = await findGrantTable(tableOptions);
  const table = new Table(client, name, systemClock);
  const roles = readRoles();
  const bar = new ProgressBar(process.stderr);
  const warn = (line: string): void => {
    bar.clear();
    console.error(line);
  };
  const records = new GrantRecords('move-user', await recordsOf(chosenStage(tableOptions), warn), warn);
  const task: MoveTask = {
    ...options,
    pairs,
    table,
    store: new GrantStore(table),
    writeTogether: (writes) => writeTogether(client, name, writes, systemClock),
    roles,
    privateLayerPrefix,
    clock: systemClock,
    signal: interruption(),
    onGrant: async (pair, documentId, outcome) => {
      if (outcome.kind === 'moved' && !options.isDryRun) {
        recordMove(pair, documentId, outcome, records);
        await records.writeFullBatch();
      }
      // A dry run lists everything. Otherwise the list is of those that somebody has to look at.
      if (outcome.kind === 'moved' && !options.isDryRun) return;
      bar.clear();
      printLine(outcomeLine(pair, documentId, outcome, options.isDryRun));
    },
    onProgress: (progress) => {
      bar.draw(progress.pairs / pairs.length, `${progress.moved} moved, ${progress.left} left`);
    },
  };
  try {
    const progress = await moveUsers(task);
    bar.clear();
    if (options.revokesAll && !options.isDryRun) await revokeTokens(pairs, table, records);
    report(progress, task, options);
    return progress.left === 0 && progress.isComplete ? 0 : 1;
  } catch (error) {
    bar.clear();
    if (!(error instanceof MoveStopped)) throw error;
    console.log(countsOf(error.progress, options.isDryRun));
    console.error(`Stopped: ${error.message}\nRun the same command again to continue.`);
    return 1;
  } finally {
    await records.end();
    client.destroy();
  }
}

/** Asks for a revocation for each former user id, which the service then carries out. */
async function revokeTokens(pairs: readonly Pair[], table: Table, records: GrantRecords): Promise<void> {
  await inParallelToTheEnd(pairs, REVOCATIONS_AT_A_TIME, async ({ from }) => {
    const { id } = await startJob({ userId: from }, IMPORTER, REASON, { table, clock: systemClock });
    records.revocationRequested(from, id);
    await records.writeFullBatch();
  });
}

function report(progress: MoveProgress, task: MoveTask, { isDryRun, revokesAll }: MoveOptions): void {
  const { moved, foundLater, isComplete, withPrivateLayer } = progress;
  console.log(countsOf(progress, isDryRun));
  if (foundLater > 0)
    console.log(`${foundLater} of them were set meanwhile, or were missing from the index at first.`);
  if (!isComplete)
    console.log('Somebody keeps setting grants for a former user id. Stop that, and run the command again.');
  if (isDryRun) console.log('Nothing was changed (--dry-run).');
  else if (moved > 0)
    console.log(
      "The index of a user's grants can be seconds behind. Run the command again after a minute: it must move 0.",
    );
  const hasPrivateLayer = withPrivateLayer > 0;
  const { pairs, roles, privateLayerPrefix } = task;
  for (const line of leftBehind({ pairs, roles, privateLayerPrefix, hasPrivateLayer, revokesAll, isDryRun }))
    printLine(line);
}

const countsOf = ({ pairs, moved, left }: MoveProgress, isDryRun: boolean): string =>
  `Grants ${isDryRun ? 'that would be moved' : 'moved'}: ${moved}, left as they are: ${left}. Persons looked at: ${pairs}.`;
