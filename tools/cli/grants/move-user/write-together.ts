import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Clock } from '../../../../lib/runtime/clock.ts';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import type { ConditionalWrite } from './writes-of-move.ts';

/** Reasons for which the same transaction can succeed a moment later (Amazon DynamoDB API Reference, "TransactWriteItems"). */
const TEMPORARY = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

const ATTEMPTS = 5;
const FIRST_PAUSE: Milliseconds = 50; // doubled each time

/**
 * Writes several items of a table, all or none of them (TransactWriteItems). The AWS SDK does not repeat a transaction that was cancelled
 * because of another one, or because DynamoDB throttles. This function does, after a pause.
 *
 * @returns false if a condition did not hold, or other transactions were in the way at each attempt
 * @throws the AWS SDK's errors
 */
export async function writeTogether(
  client: DynamoDBClient,
  table: string,
  writes: readonly ConditionalWrite[],
  clock: Clock,
): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      await client.send(
        new TransactWriteItemsCommand({ TransactItems: writes.map((write) => partOf(write, table)) }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code = '' }) => Code);
      if (codes.includes('ConditionalCheckFailed')) return false;
      if (!codes.some((code) => TEMPORARY.includes(code))) throw error;
      await clock.sleep(FIRST_PAUSE * 2 ** attempt * (0.5 + Math.random() / 2));
    }
  }
  return false;
}

function partOf(write: ConditionalWrite, TableName: string): TransactWriteItem {
  const { text, values, names } = write.condition;
  const condition = {
    TableName,
    ConditionExpression: text,
    ...(values && { ExpressionAttributeValues: marshall(values) }),
    ...(names && { ExpressionAttributeNames: { ...names } }),
  };
  return 'item' in write
    ? { Put: { ...condition, Item: marshall(write.item) } }
    : { ConditionCheck: { ...condition, Key: marshall({ pk: write.key.pk, sk: write.key.sk }) } };
}
