import { readFile } from 'node:fs/promises';
import { type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';
import * as z from 'zod';
import { createTable } from '../../../tools/local/stand-ins/dynamodb/index.ts';

const Template = z.object({ Resources: z.object({ Table: z.object({ Properties: z.unknown() }) }) });

/** Creates a table under a name, with the deployed definition. */
export async function createDeployedTable(
  dynamoDB: { readonly client: DynamoDBClient },
  name: string,
): Promise<void> {
  const text = await readFile(new URL('../../../infra/stack/storage/table.yml', import.meta.url), 'utf8');
  const { Resources } = Template.parse(parse(text));
  await createTable(dynamoDB, name, Resources.Table.Properties);
}
