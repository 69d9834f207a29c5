import { systemClock } from '../../runtime/clock.ts';
import { text } from '../../runtime/environment.ts';
import { Table } from '../../table/index.ts';
import { createDynamoDBClient } from './aws.ts';

/** The variables of a function that reads or writes the table. */
export const ofTable = { TABLE_NAME: text('must name the DynamoDB table') };

/** The table of a stage. */
export function tableOf({ TABLE_NAME }: { readonly TABLE_NAME: string }): Table {
  return new Table(createDynamoDBClient(), TABLE_NAME, systemClock);
}
