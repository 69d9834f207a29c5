import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BatchGetItemCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { localClient } from '../../../../../../tools/local/stand-ins/aws-account.ts';
import { startDynamoDB, type DynamoDB } from '../../../../../../tools/local/stand-ins/dynamodb/index.ts';
import { accessRequestOf } from '../../../../../../tools/local/stand-ins/dynamodb/access.ts';
import { Statement } from '../../../../../../tools/local/stand-ins/iam/index.ts';
import { createDeployedTable } from '../../../../../support/table/deployed-table.ts';

const TABLE = {
  tableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/layermint',
  partitionKeys: { '': 'pk', byPrincipal: 'principal' },
};

const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });

/** Names the resource and the partitions of a request. */
function seen(operation: string, body: object): readonly unknown[] {
  const { action, resource, context } = accessRequestOf(operation, JSON.stringify(body), TABLE);
  return [action, resource.replace(TABLE.tableArn, ''), context['dynamodb:LeadingKeys']];
}

test.each<[string, object, string, string[]]>([
  ['PutItem', { Item: { ...key('A'), other: { S: 'B' } } }, '', ['A']],
  ['UpdateItem', { Key: key('A') }, '', ['A']],
  ['DeleteItem', { Key: key('A') }, '', ['A']],
  ['BatchGetItem', { RequestItems: { layermint: { Keys: [key('A'), key('B')] } } }, '', ['A', 'B']],
  [
    'Query',
    {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :begin)',
      ExpressionAttributeValues: { ':pk': { S: 'A' }, ':begin': { S: 'B' } },
    },
    '',
    ['A'],
  ],
  [
    'Query',
    {
      IndexName: 'byPrincipal',
      KeyConditionExpression: '#p = :principal AND pk > :after',
      ExpressionAttributeNames: { '#p': 'principal' },
      ExpressionAttributeValues: { ':principal': { S: 'A' }, ':after': { S: 'B' } },
    },
    '/index/byPrincipal',
    ['A'],
  ],
  ['Scan', {}, '', []],
])('%s %j names its resource and partitions', (operation, body, resource, partitions) => {
  expect(seen(operation, { TableName: 'layermint', ...body })).toEqual([
    `dynamodb:${operation}`,
    resource,
    partitions,
  ]);
});

let dynamoDB: DynamoDB;
let limited: DynamoDBClient;
beforeAll(async () => {
  dynamoDB = await startDynamoDB();
  await createDeployedTable(dynamoDB, 'layermint');
  dynamoDB.limit('reader', {
    ...TABLE,
    statements: [
      Statement.parse({
        Effect: 'Allow',
        Action: ['dynamodb:BatchGetItem', 'dynamodb:Query'],
        Resource: TABLE.tableArn,
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'KEYS' } },
      }),
    ],
  });
  const credentials = { accessKeyId: 'reader', secretAccessKey: 'local' };
  limited = new DynamoDBClient(localClient(dynamoDB.url, credentials));
});
afterAll(async () => {
  limited.destroy();
  await dynamoDB.close();
});

const read = (pk: string) =>
  new BatchGetItemCommand({ RequestItems: { layermint: { Keys: [key(pk)], ConsistentRead: true } } });

test('a caller with limited rights reads its partition, and is refused another like on AWS', async () => {
  await dynamoDB.client.send(new PutItemCommand({ TableName: 'layermint', Item: key('KEYS') }));

  expect((await limited.send(read('KEYS'))).Responses).toEqual({ layermint: [key('KEYS')] });
  await expect(limited.send(read('DOC#a'))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('dynamodb:BatchGetItem'),
  });
  await expect(
    limited.send(
      new QueryCommand({
        TableName: 'layermint',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'DOC#a' } },
      }),
    ),
  ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(
    limited.send(new PutItemCommand({ TableName: 'layermint', Item: key('KEYS') })),
  ).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
