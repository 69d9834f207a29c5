import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Clock } from '../../../lib/clock.ts';
import { inParallel } from '../../../lib/parallel.ts';
import { type Item } from '../../../lib/table.ts';

/** The most items of one BatchWriteItem call (API reference, BatchWriteItem). */
export const ITEMS_PER_CALL = 25;

const CALLS_AT_A_TIME = 4;

// Half a minute of waiting in all, before a table is taken to be too busy.
const CALLS_FOR_UNPROCESSED = 10;
const FIRST_PAUSE = 50; // milliseconds, doubled each time
const LONGEST_PAUSE = 6400;

/**
 * Writes items in place of whatever lies under their keys. What DynamoDB leaves unprocessed is sent again, after a pause.
 *
 * @param items - with distinct keys, as BatchWriteItem refuses repeated ones
 * @throws the AWS SDK's error, or Error when the table stays too busy; some of the items can be written then
 */
export async function batchWrite(
  client: DynamoDBClient,
  table: string,
  items: readonly Item[],
  clock: Clock,
): Promise<void> {
  const calls: WriteRequest[][] = [];
  for (let start = 0; start < items.length; start += ITEMS_PER_CALL) {
    const batch = items.slice(start, start + ITEMS_PER_CALL);
    calls.push(batch.map((item) => ({ PutRequest: { Item: marshall(item) } })));
  }
  await inParallel(calls, CALLS_AT_A_TIME, (requests) => writeAll(client, table, requests, clock));
}

async function writeAll(
  client: DynamoDBClient,
  table: string,
  requests: WriteRequest[],
  clock: Clock,
): Promise<void> {
  let left = requests;
  for (let call = 0; call < CALLS_FOR_UNPROCESSED; call += 1) {
    if (call > 0) {
      const pause = Math.min(FIRST_PAUSE * 2 ** (call - 1), LONGEST_PAUSE);
      await clock.sleep(pause * (0.5 + Math.random() / 2));
    }
    const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = answer.UnprocessedItems?.[table] ?? [];
    if (left.length === 0) return;
  }
  throw new Error(`The table ${table} is throttled and takes no more writes now.`);
}
