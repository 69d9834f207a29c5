import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { principalKey } from '../../lib/identity/index.ts';
import {
  BY_DUE,
  BY_PRINCIPAL,
  documentPartition,
  DUE_SHARDS,
  holderKey,
  jobKey,
  limitKey,
  KEYS_PARTITION,
  LEASE_KEY,
} from '../../lib/table/index.ts';
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

const Conditions = z.record(
  z.string(),
  z.record(z.string(), z.object({ 'dynamodb:LeadingKeys': z.union([z.string(), z.array(z.string())]) })),
);

test('roles are limited to partitions by the names that the code gives them', async () => {
  const conditions = Conditions.parse(await readYaml('infra/stack/permissions/leading-keys.yml'));
  const limits = Object.values(conditions)
    .flatMap((condition) => Object.entries(condition))
    .filter(([operator]) => operator.startsWith('ForAllValues:'))
    .flatMap(([, { 'dynamodb:LeadingKeys': partitions }]) => partitions);

  const named = [
    KEYS_PARTITION,
    documentPartition('*'),
    jobKey('*').pk,
    limitKey('*', '').pk,
    holderKey('contract', '*').sk,
    principalKey({ kind: 'user', id: '*' }),
    principalKey({ kind: 'group', name: '*' }),
    principalKey({ kind: 'everyone' }),
    ...DUE_SHARDS.map((shard) => shard.replace(/\d+$/, '*')),
  ];
  expect([...new Set(limits)].sort()).toEqual([...new Set(named)].sort());
});
