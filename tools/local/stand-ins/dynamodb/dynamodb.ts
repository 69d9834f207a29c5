import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { refuseWithoutRights, type Rights } from './access.ts';
import { refuseOtherCredentials } from '../aws-access.ts';
import { LOCAL_CREDENTIALS, localClient } from '../aws-account.ts';
import { refuseForeignPages } from '../web-pages.ts';
import { TableFaults } from './table-faults.ts';
import { serveTransactions } from './transactions.ts';

/** A running DynamoDB. */
export interface DynamoDB {
  readonly url: string;
  readonly client: DynamoDBClient;
  /** Limits the callers with an access key id to their rights. Others can do everything. */
  limit(accessKeyId: string, rights: Rights): void;
  /** Makes every request misbehave until the returned function is called. */
  readonly inject: TableFaults['inject'];
  close(): Promise<void>;
}

/** The key attributes of the one table (docs/table.md). */
const KEY_NAMES = ['pk', 'sk'];

/**
 * Starts an empty DynamoDB in memory. Unlike AWS's, it does not delete expired items.
 *
 * @param credentials - the only ones that it accepts. Without a session token it serves every program of this machine
 */
export async function startDynamoDB(credentials = LOCAL_CREDENTIALS): Promise<DynamoDB> {
  const server = dynalite({ createTableMs: 0 });
  serveTransactions(server, KEY_NAMES);
  const limits = new Map<string, Rights>();
  refuseWithoutRights(server, (accessKeyId) => limits.get(accessKeyId));
  const faults = new TableFaults();
  faults.serve(server);
  // dynalite lets the pages of every site read and write.
  refuseForeignPages(server);
  refuseOtherCredentials(server, credentials);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient(localClient(url, credentials));
  return {
    url,
    client,
    limit: (accessKeyId, rights) => {
      limits.set(accessKeyId, rights);
    },
    inject: (fault, refused) => faults.inject(fault, refused),
    close: () =>
      new Promise((resolve) => {
        client.destroy();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

const KeySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

/** The properties of an `AWS::DynamoDB::Table` that matter here. Backups, encryption and TTL have no counterpart. */
const TableProperties = z.object({
  BillingMode: z.literal('PAY_PER_REQUEST'),
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema,
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema,
        Projection: z.object({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .optional(),
});

/** Creates the table that a CloudFormation template defines. */
export async function createTable(
  { client }: Pick<DynamoDB, 'client'>,
  name: string,
  properties: unknown,
): Promise<void> {
  await client.send(new CreateTableCommand({ TableName: name, ...TableProperties.parse(properties) }));
}
