import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDB, type DynamoDB } from '../../../tools/local/stand-ins/dynamodb/index.ts';
import {
  growHolder,
  holderFromItem,
  satisfies,
  type Holder,
  type HolderNeed,
} from '../../../lib/revocation/index.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';
import { holderKey, LANDS_WITHIN, Table } from '../../../lib/table/index.ts';

const HOUR = 3600;
const DAY = 86_400;
const NOW = NOON * 1000;

const needing = (expiresAt: number, ...principals: string[]): HolderNeed => ({
  expiresAt,
  builtFrom: new Set(principals),
});

const holder = (details: Partial<Holder> = {}): Holder => ({
  epoch: NOW - 1000,
  namedAt: NOW - 1000,
  holdsUntil: NOON + HOUR,
  builtFrom: new Set(['EVERYONE']),
  pending: {},
  ...details,
});

let dynamoDB: DynamoDB;

beforeAll(async () => {
  dynamoDB = await startDynamoDB();
  await dynamoDB.client.send(
    new CreateTableCommand({
      TableName: 'holders',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
});

afterAll(async () => {
  await dynamoDB.close();
});

describe.each([
  ['in DynamoDB', () => new Table(dynamoDB.client, 'holders', new ManualClock())],
  ['in the table that tests keep in memory', () => new MemoryTable()],
])('the holder item %s', (_, openTable) => {
  let documents = 0;

  /** Makes a table with a holder, or none, on a separate document. */
  async function holding(found?: Holder) {
    const table = openTable();
    documents += 1;
    const key = holderKey(`document-${documents}`, 'alice');
    if (found) {
      const { builtFrom, ...rest } = found;
      await table.put({ ...key, ...rest, ...(builtFrom.size > 0 && { builtFrom }) });
    }
    const item = async () => (await table.batchGet([key]))[0];
    const stored = async () => {
      const found = await item();
      return found && holderFromItem(found);
    };
    return { table, key, item, stored };
  }

  test('is made with all that the token needs, its expiry rounded up to the hour', async () => {
    const { table, key, item, stored } = await holding();
    const grown = await growHolder(table, key, undefined, needing(NOON + 900, 'USER#alice'), NOW);
    expect(grown).toEqual({
      epoch: NOW,
      namedAt: NOW + LANDS_WITHIN,
      holdsUntil: NOON + HOUR,
      builtFrom: new Set(['USER#alice']),
      pending: {},
    });
    expect(await stored()).toEqual(grown);
    expect(await item()).toMatchObject({ principal: 'HOLDER#alice', ttl: NOON + HOUR + DAY });
  });

  test('is not made if another mint has made it since the read', async () => {
    const { table, key, stored } = await holding(holder());
    expect(await growHolder(table, key, undefined, needing(NOON + 900, 'USER#alice'), NOW)).toBeUndefined();
    expect(await stored()).toEqual(holder());
  });

  test('grows by principals, and records a moment by which the write has surely landed, however late it does', async () => {
    const { table, key, stored } = await holding(holder());
    const grown = await growHolder(table, key, holder(), needing(NOON + 900, 'USER#alice', 'EVERYONE'), NOW);
    expect(grown).toEqual(
      holder({ namedAt: NOW + LANDS_WITHIN, builtFrom: new Set(['EVERYONE', 'USER#alice']) }),
    );
    expect(await stored()).toEqual(grown);
  });

  test('grows by expiry alone without counting as recently changed', async () => {
    const { table, key, item, stored } = await holding(holder());
    const grown = await growHolder(table, key, holder(), needing(NOON + HOUR + 1, 'EVERYONE'), NOW);
    expect(grown).toEqual(holder({ holdsUntil: NOON + 2 * HOUR }));
    expect(await stored()).toEqual(grown);
    expect(await item()).toMatchObject({ ttl: NOON + 2 * HOUR + DAY });
  });

  test('grows after a revocation has emptied `builtFrom`', async () => {
    const raised = holder({ builtFrom: new Set(), pending: { [NOW - 5000]: NOON + HOUR } });
    const { table, key, stored } = await holding(raised);
    const grown = await growHolder(table, key, raised, needing(NOON + 60, 'EVERYONE'), NOW);
    expect(grown).toEqual({ ...raised, namedAt: NOW + LANDS_WITHIN, builtFrom: new Set(['EVERYONE']) });
    expect(await stored()).toEqual(grown);
  });

  test('is kept for a day longer than its pending families', async () => {
    const raised = holder({ pending: { [NOW - 5000]: NOON + 9 * HOUR } });
    const { table, key, item } = await holding(raised);
    await growHolder(table, key, raised, needing(NOON + 60, 'USER#alice'), NOW);
    expect(await item()).toMatchObject({ ttl: NOON + 9 * HOUR + DAY });
  });

  test('does not grow if its epoch was raised since the read', async () => {
    const raised = holder({ epoch: NOW - 10, builtFrom: new Set() });
    const { table, key, stored } = await holding(raised);
    expect(await growHolder(table, key, holder(), needing(NOON + 900, 'USER#alice'), NOW)).toBeUndefined();
    expect(await growHolder(table, key, holder(), needing(NOON + 2 * HOUR, 'EVERYONE'), NOW)).toBeUndefined();
    expect(await stored()).toEqual(raised);
  });

  test('does not grow if it is gone', async () => {
    const { table, key, stored } = await holding();
    expect(await growHolder(table, key, holder(), needing(NOON + 900, 'USER#alice'), NOW)).toBeUndefined();
    expect(await stored()).toBeUndefined();
  });

  test('never shrinks to the needs of a slower mint', async () => {
    const longer = holder({ holdsUntil: NOON + 5 * HOUR });
    const { table, key, stored } = await holding(longer);
    expect(await growHolder(table, key, holder(), needing(NOON + 2 * HOUR, 'EVERYONE'), NOW)).toBeUndefined();
    expect(await stored()).toEqual(longer);
  });

  test('keeps the expiry of an earlier token when a shorter one is built from another grant', async () => {
    const longer = holder({ holdsUntil: NOON + 5 * HOUR });
    const { table, key, item, stored } = await holding(longer);
    const grown = await growHolder(table, key, longer, needing(NOON + 60, 'USER#alice'), NOW);
    expect(grown).toMatchObject({ holdsUntil: NOON + 5 * HOUR });
    expect(await stored()).toEqual(grown);
    expect(await item()).toMatchObject({ ttl: NOON + 5 * HOUR + DAY });
  });

  test('keeps the principals that other mints have added', async () => {
    const { table, key, stored } = await holding(holder());
    await growHolder(table, key, holder(), needing(NOON + 900, 'GROUP#a'), NOW);
    await growHolder(table, key, holder(), needing(NOON + 900, 'GROUP#b'), NOW + 1);
    expect((await stored())?.builtFrom).toEqual(new Set(['EVERYONE', 'GROUP#a', 'GROUP#b']));
  });
});

describe('a holder', () => {
  test('satisfies a token only with both its expiry and its principals', () => {
    expect(satisfies(holder(), needing(NOON + HOUR, 'EVERYONE'))).toBe(true);
    expect(satisfies(holder(), needing(NOON + HOUR + 1, 'EVERYONE'))).toBe(false);
    expect(satisfies(holder(), needing(NOON + 60, 'EVERYONE', 'USER#alice'))).toBe(false);
  });

  test.each([
    ['has no epoch', { epoch: undefined }],
    ['has an epoch that is not a number', { epoch: '7' }],
    ['has no `namedAt`', { namedAt: undefined }],
    ['has pending families without an expiry', { pending: { 7: 'soon' } }],
  ])('is an error if it %s: its tokens could not be revoked', (_, change) => {
    const item = { ...holderKey('doc', 'alice'), ...holder(), ...change };
    expect(() => holderFromItem(item)).toThrow('The table holds a holder item that cannot be read');
  });
});
