import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { holderKey } from '../../../../lib/table/index.ts';
import { DEMO_DOCUMENTS } from '../demo/demo.ts';
import type { DynamoDB } from '../../stand-ins/dynamodb/index.ts';

const [{ id: DOCUMENT } = { id: '' }] = DEMO_DOCUMENTS;

/** The holder item of alice on the first demo document. */
const HOLDER = holderKey(DOCUMENT, 'alice');

/**
 * Takes the epoch from a holder item, as somebody does who edits the table by hand.
 *
 * @returns puts the former item back
 */
export async function damageHolder(
  { client }: Pick<DynamoDB, 'client'>,
  TableName: string,
): Promise<() => Promise<void>> {
  const Key = { pk: { S: HOLDER.pk }, sk: { S: HOLDER.sk } };
  const { Item: former } = await client.send(new GetItemCommand({ TableName, Key }));
  const whole = former ?? { ...Key, principal: Key.sk };
  const damaged = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== 'epoch'));
  await client.send(new PutItemCommand({ TableName, Item: damaged }));
  return async () => {
    if (former === undefined) await client.send(new DeleteItemCommand({ TableName, Key }));
    else await client.send(new PutItemCommand({ TableName, Item: former }));
  };
}
