import { ScanCommand, type DynamoDBClient, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { HOLDER_KEYS_BEGIN, type Item } from '../../../lib/table/index.ts';

/**
 * Reads the items of all users with tokens, page by page (Scan, strongly consistent).
 *
 * @param table - the table's name
 * @yields the items of a page, of at most 1 MB with all others of the table; it may be empty
 * @throws the AWS SDK's errors
 */
export async function* holderPages(client: DynamoDBClient, table: string): AsyncGenerator<Item[]> {
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: 'begins_with(sk, :holder)',
        ExpressionAttributeValues: { ':holder': { S: HOLDER_KEYS_BEGIN } },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield (page.Items ?? []).map((item) => unmarshall(item) as Item);
    start = page.LastEvaluatedKey;
  } while (start);
}
