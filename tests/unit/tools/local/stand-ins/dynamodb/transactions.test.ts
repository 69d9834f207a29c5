import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GetItemCommand, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ConditionalWrite } from '../../../../../../tools/cli/grants/move-user/writes-of-move.ts';
import { systemClock } from '../../../../../../lib/runtime/clock.ts';
import { startDynamoDB, type DynamoDB } from '../../../../../../tools/local/stand-ins/dynamodb/index.ts';
import { writeTogether } from '../../../../../../tools/cli/grants/move-user/write-together.ts';
import { createDeployedTable } from '../../../../../support/table/deployed-table.ts';

let dynamoDB: DynamoDB;
beforeAll(async () => {
  dynamoDB = await startDynamoDB();
  await createDeployedTable(dynamoDB, 'layermint');
});
afterAll(() => dynamoDB.close());

const write = (...writes: readonly ConditionalWrite[]): Promise<boolean> =>
  writeTogether(dynamoDB.client, 'layermint', writes, systemClock);

const key = (pk: string) => ({ pk, sk: 'x' });
const ABSENT = { text: 'attribute_not_exists(pk)' };
const etagIs = (etag: string) => ({ text: 'etag = :etag', values: { ':etag': etag } });

async function itemOf(pk: string): Promise<Record<string, AttributeValue> | undefined> {
  const command = new GetItemCommand({
    TableName: 'layermint',
    Key: { pk: { S: pk }, sk: { S: 'x' } },
    ConsistentRead: true,
  });
  return (await dynamoDB.client.send(command)).Item;
}

test('A transaction writes all of its items if every condition holds', async () => {
  expect(await write({ item: { ...key('a'), etag: '1' }, condition: ABSENT })).toBe(true);
  expect(
    await write(
      { key: key('a'), condition: etagIs('1') },
      { item: { ...key('b'), etag: '2' }, condition: ABSENT },
    ),
  ).toBe(true);
  expect(await itemOf('a')).toEqual({ pk: { S: 'a' }, sk: { S: 'x' }, etag: { S: '1' } });
  expect(await itemOf('b')).toMatchObject({ etag: { S: '2' } });
});

test.each<[string, ConditionalWrite]>([
  ['of a write', { item: { ...key('a'), etag: '9' }, condition: etagIs('other') }],
  ['on an item that is not written', { key: key('a'), condition: etagIs('other') }],
  ['on an item that does not exist', { key: key('none'), condition: etagIs('1') }],
])('A transaction with a failed condition %s leaves every item as it was', async (_what, failing) => {
  const before = [await itemOf('a'), await itemOf('b')];
  expect(
    await write(
      { item: { ...key('b'), etag: '3' }, condition: etagIs('2') },
      { item: { ...key('c'), etag: '3' }, condition: ABSENT },
      failing,
    ),
  ).toBe(false);
  expect([await itemOf('a'), await itemOf('b')]).toEqual(before);
  expect([await itemOf('c'), await itemOf('none')]).toEqual([undefined, undefined]);
});

test('Of transactions and writes at once, each sees the whole of every other or nothing of it', async () => {
  await write(
    { item: { ...key('x'), etag: '0' }, condition: ABSENT },
    { item: { ...key('y'), etag: '0' }, condition: ABSENT },
  );
  const both = (etag: string) =>
    write(
      { item: { ...key('x'), etag }, condition: etagIs('0') },
      { item: { ...key('y'), etag }, condition: etagIs('0') },
    );
  const single = dynamoDB.client.send(
    new PutItemCommand({ TableName: 'layermint', Item: { pk: { S: 'z' }, sk: { S: 'x' } } }),
  );
  const results = await Promise.all(['1', '2', '3', '4'].map(both));
  await single;
  expect(results.filter(Boolean)).toHaveLength(1);
  expect((await itemOf('x'))?.['etag']).toEqual((await itemOf('y'))?.['etag']);
});

test('A transaction that the stand-in does not know is refused, not ignored', async () => {
  const answer = await fetch(dynamoDB.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.TransactWriteItems',
      'x-amz-date': '20260131T120000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=x',
    },
    body: JSON.stringify({ TransactItems: [{ Update: {} }] }),
  });
  expect([answer.status, ((await answer.json()) as { __type: string }).__type]).toEqual([
    400,
    'com.amazonaws.dynamodb.v20120810#ValidationException',
  ]);
});
