import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { BY_DUE, BY_PRINCIPAL, KEYS_PARTITION, LEASE_KEY } from '../../lib/table/index.ts';
import { functionFiles, readYaml } from '../support/template/function-files.ts';

const TableFile = z.object({
  Resources: z.object({
    Table: z.object({
      Properties: z.object({
        KeySchema: z.array(z.object({ AttributeName: z.string() })),
        GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string() })),
      }),
    }),
  }),
});

const { Properties } = TableFile.parse(await readYaml('infra/stack/storage/table.yml')).Resources.Table;
const indexes = Properties.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName);

test('the deployed table has exactly the indexes and the key that the code knows', () => {
  expect(indexes.toSorted()).toEqual([BY_DUE, BY_PRINCIPAL].toSorted());
  expect(Properties.KeySchema.map(({ AttributeName }) => AttributeName)).toEqual(Object.keys(LEASE_KEY));
});

test('roles name exactly the indexes of the table', async () => {
  const roles = JSON.stringify(Object.values(await functionFiles()).map(({ resources }) => resources));
  const named = Array.from(roles.matchAll(/index\/(\w+)/g), ([, index]) => index);
  expect([...new Set(named)].sort()).toEqual(indexes.toSorted());
});

test('roles for published keys only are limited to the partition in which the code keeps them', async () => {
  expect(await readYaml('infra/stack/permissions/only-published-keys.yml')).toEqual({
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [KEYS_PARTITION] },
  });
});
