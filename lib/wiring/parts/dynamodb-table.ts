import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../../runtime/clock.ts';
import { text } from '../../runtime/environment.ts';
import { Table } from '../../table/index.ts';
import { createDynamoDBClient } from './aws.ts';

/** The variables of a function that reads or writes the table. */
export const ofTable = { TABLE_NAME: text('must name the DynamoDB table') };

/**
 * Makes the table of a stage.
 *
 * @param config - region, endpoint and credentials; absent = from the environment of the process
 */
export function tableOf(
  { TABLE_NAME }: { readonly TABLE_NAME: string },
  config?: DynamoDBClientConfig,
): Table {
  return new Table(createDynamoDBClient(config), TABLE_NAME, systemClock);
}
