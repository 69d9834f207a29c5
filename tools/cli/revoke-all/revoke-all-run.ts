import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { secondsOf, systemClock, type Clock } from '../../../lib/runtime/clock.ts';
import type { Milliseconds, Seconds } from '../../../lib/runtime/time.ts';
import { holderFromItem } from '../../../lib/revocation/index.ts';
import { Table, type Item } from '../../../lib/table/index.ts';
import { UsageError } from '../errors.ts';
import { findGrantTable, type TableOptions } from '../grant-table.ts';
import type { OperatorRecord, OperatorRecords } from '../operator-records/operator-records.ts';
import { recordsOf } from '../operator-records/stage-records.ts';
import { chosenStage } from '../stage-options.ts';
import { interruption } from '../interruption.ts';
import { takeKeysFrom } from './former-keys.ts';
import { holderPages } from './holder-scan.ts';
import { revokeAll, RevokeAllStopped, type RevokeAllProgress } from './revoke-all.ts';

/** The options of the command, besides those that choose the table. */
export interface RevokeAllOptions {
  /** The name of the table that the stage used before a restore. */
  readonly formerTable?: string | undefined;
  readonly isDryRun: boolean;
  /** The moment when the interrupted run began, in milliseconds since the Unix epoch; undefined for a new run. */
  readonly began?: Milliseconds | undefined;
}

/** The number of failures that are listed. */
const MAX_LISTED = 100;

/**
 * Revokes all tokens of a stage, shows the progress, and reports at the end.
 *
 * @returns the exit code: 1 if some tokens could not be revoked or the run stopped
 * @throws UsageError if the options are wrong; Error if the stage's stack or a table cannot be read
 */
export async function revokeAllOf(
  tableOptions: TableOptions,
  options: RevokeAllOptions,
  clock: Clock = systemClock,
): Promise<number> {
  const { client, name } = await findGrantTable(tableOptions);
  try {
    if (name === options.formerTable) {
      throw new UsageError(
        `--former-table: ${name} is the table that the stage uses now. Name the one from before, and deploy the stage with the restored table (tableName) first.`,
      );
    }
    if (options.isDryRun) return await count(client, name, options, clock);
    return await revoke(client, name, options, await recordsOf(chosenStage(tableOptions)), clock);
  } finally {
    client.destroy();
  }
}

/** Reads the value of `--began`. @throws UsageError if it is not a time, or lies in the future */
export function momentOf(time: string): Milliseconds {
  const moment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(time) ? Date.parse(time) : NaN;
  if (Number.isNaN(moment) || moment > systemClock.now()) {
    throw new UsageError(`--began must be the time that the interrupted run printed, not "${time}".`);
  }
  return moment;
}

async function revoke(
  client: DynamoDBClient,
  name: string,
  { formerTable, began: given }: RevokeAllOptions,
  records: OperatorRecords,
  clock: Clock,
): Promise<number> {
  const began = given ?? clock.now();
  const table = new Table(client, name, clock);
  const again = `--began ${new Date(began).toISOString()}`;
  console.error(`Revoking all tokens in the table ${name}. To continue if it is interrupted: add ${again}`);
  // Before the first change, as the command can be interrupted.
  await records.write([requestRecord(began, formerTable)]);
  try {
    if (formerTable !== undefined) {
      console.error(
        `${await takeKeys(client, formerTable, table, clock)} public keys taken over from ${formerTable}`,
      );
    }
    const progress = await revokeAll({
      table,
      clock,
      began,
      pages: holderPages(client, name),
      formerPages: formerTable === undefined ? undefined : holderPages(client, formerTable),
      signal: interruption(),
      onProgress: showProgress,
    });
    clearProgress();
    report(progress);
    if (progress.failed.length > 0) return 1;
    console.log(
      'The service now delivers the revocations to Document Engine (metric OldestPendingRevocation).',
    );
    return 0;
  } catch (error) {
    clearProgress();
    if (!(error instanceof RevokeAllStopped)) throw error;
    report(error.progress);
    console.error(`Stopped: ${error.message}\nThe other tokens are not revoked. To continue: add ${again}`);
    return 1;
  }
}

/**
 * Makes the record of a run. Document Engine's confirmations are records of their own.
 *
 * @param began - milliseconds since the Unix epoch. A run that continues another has the same
 */
export function requestRecord(began: Milliseconds, formerTable: string | undefined): OperatorRecord {
  const data = { command: 'revoke-all', everyone: true, began: new Date(began).toISOString(), formerTable };
  return { type: 'revocation.requested', data };
}

/** @throws Error that names the former table */
async function takeKeys(
  client: DynamoDBClient,
  formerTable: string,
  table: Table,
  clock: Clock,
): Promise<number> {
  try {
    return await takeKeysFrom(new Table(client, formerTable, clock), table, clock);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The keys of the table ${formerTable} cannot be taken over: ${reason}`, { cause: error });
  }
}

function report({ revoked, already, failed }: RevokeAllProgress): void {
  for (const { pk, reason } of failed.slice(0, MAX_LISTED)) console.log(`${pk} failed: ${reason}`);
  if (failed.length > MAX_LISTED) console.log(`and ${failed.length - MAX_LISTED} more`);
  console.log(
    `${revoked} revoked, ${already} were revoked before, ${failed.length} failed. Each is the tokens of one user for one document.`,
  );
}

async function count(
  client: DynamoDBClient,
  name: string,
  { formerTable }: RevokeAllOptions,
  clock: Clock,
): Promise<number> {
  for (const table of formerTable === undefined ? [name] : [name, formerTable]) {
    let [all, live] = [0, 0];
    for await (const items of holderPages(client, table)) {
      all += items.length;
      live += items.filter((item) => hasLiveTokens(item, secondsOf(clock))).length;
    }
    console.log(`${table}: pairs of a user and a document with tokens: ${all}, with live ones: ${live}.`);
  }
  console.log('Nothing was changed (--dry-run).');
  return 0;
}

/** An item that cannot be read may have live tokens. */
function hasLiveTokens(item: Item, at: Seconds): boolean {
  try {
    return holderFromItem(item).holdsUntil > at;
  } catch {
    return true;
  }
}

function showProgress({ revoked, already }: RevokeAllProgress): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${revoked} revoked, ${already} before`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}
