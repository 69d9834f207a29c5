import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Clock } from '../../../lib/runtime/clock.ts';
import { Table } from '../../../lib/table/index.ts';

/** Makes a table at an address without a server, so that every call fails at once. */
export function unreachableTable(clock: Clock): Table {
  const client = new DynamoDBClient({
    endpoint: 'http://127.0.0.1:1',
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  return new Table(client, 'layermint', clock);
}
