import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ConditionalWrite } from './writes-of-move.ts';

/** Reasons after which the same transaction can succeed, once the items are read again. */
const ANOTHER_WRITER = ['ConditionalCheckFailed', 'TransactionConflict'];

/**
 * Writes several items of a table, all or none of them (TransactWriteItems).
 *
 * @returns false if a condition did not hold, or another write was in the way
 * @throws the AWS SDK's errors
 */
export async function writeTogether(
  client: DynamoDBClient,
  table: string,
  writes: readonly ConditionalWrite[],
): Promise<boolean> {
  try {
    await client.send(
      new TransactWriteItemsCommand({ TransactItems: writes.map((write) => partOf(write, table)) }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    if (error.CancellationReasons?.some(({ Code = '' }) => ANOTHER_WRITER.includes(Code)) === true)
      return false;
    throw error;
  }
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
