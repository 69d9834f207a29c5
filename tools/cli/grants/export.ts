import { ScanCommand, type DynamoDBClient, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { grantFromItem, isExpired } from '../../../lib/grants/index.ts';
import type { Seconds } from '../../../lib/runtime/time.ts';
import { formatLine } from './grant-line.ts';
import { GRANT_KEYS_BEGIN, type Item } from '../../../lib/table/index.ts';

/** The outcome of an export. */
export interface ExportCounts {
  exported: number;
  /** The number of grants that cannot be read, and therefore grant nothing. */
  unreadable: number;
}

/**
 * Reads all unexpired grants of the table.
 *
 * @param at - the time, in seconds since the Unix epoch
 * @param counts - is increased with every grant
 * @yields one line per grant, with its line feed
 * @throws the AWS SDK's errors
 */
export async function* exportGrants(
  client: DynamoDBClient,
  table: string,
  at: Seconds,
  counts: ExportCounts,
): AsyncGenerator<string> {
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: 'begins_with(sk, :grant) AND attribute_not_exists(removed)',
        ExpressionAttributeValues: { ':grant': { S: GRANT_KEYS_BEGIN } },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    for (const attributes of page.Items ?? []) {
      const item = unmarshall(attributes) as Item;
      const grant = grantFromItem(item);
      if (grant === undefined) counts.unreadable += 1;
      else if (!isExpired(grant, at)) {
        counts.exported += 1;
        yield `${formatLine(item.pk, grant)}\n`;
      }
    }
    start = page.LastEvaluatedKey;
  } while (start);
}
