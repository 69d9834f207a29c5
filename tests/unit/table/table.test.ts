import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import {
  connectionDropped,
  listenOnLoopback,
  type LoopbackServer,
} from '../../../tools/local/stand-ins/loopback-server.ts';
import { createTable, startDynamoDB, type DynamoDB } from '../../../tools/local/stand-ins/dynamodb/index.ts';
import { type Clock } from '../../../lib/runtime/clock.ts';
import { Deadline, DeadlineOverError } from '../../../lib/runtime/deadline.ts';
import { InvariantError } from '../../../lib/runtime/errors.ts';
import {
  StoreRefusedError,
  StoreThrottledError,
  StoreUnavailableError,
  Table,
  type Key,
} from '../../../lib/table/index.ts';
import { UserLimit } from '../../../lib/limits/index.ts';
import { ManualClock } from '../../support/runtime/clock.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A clock on which every pause ends at once. It records the pauses. */
function tirelessClock(): Clock & { readonly naps: readonly number[] } {
  const naps: number[] = [];
  return {
    naps,
    now: () => 0,
    sleep: (milliseconds) => {
      naps.push(milliseconds);
      return Promise.resolve();
    },
  };
}

const keys = (count: number): Key[] =>
  Array.from({ length: count }, (_, index) => ({ pk: 'DOC#d', sk: `GRANT#GROUP#${index}` }));

/** An error as DynamoDB sends it. */
interface ServiceError {
  readonly error: string;
  /** The item that did not meet the condition. */
  readonly Item?: object;
}

const Request = z.object({
  RequestItems: z
    .record(
      z.string(),
      z.object({ Keys: z.array(z.record(z.string(), z.unknown())), ConsistentRead: z.boolean() }),
    )
    .default({}),
});

/** The parts of a request that tests read. */
type Asked = z.output<typeof Request>['RequestItems'];

describe('With a DynamoDB that a test answers for', () => {
  let server: LoopbackServer;
  let client: DynamoDBClient;
  let clock: ReturnType<typeof tirelessClock>;
  let table: Table;
  let asked: Asked[];
  let answer: (asked: Asked) => object | ServiceError | typeof connectionDropped;

  beforeEach(async () => {
    asked = [];
    server = await listenOnLoopback(({ body }) => {
      const { RequestItems } = Request.parse(JSON.parse(body));
      asked.push(RequestItems);
      const answered = answer(RequestItems);
      if (answered === connectionDropped) return Promise.resolve(connectionDropped);
      const failed = 'error' in answered;
      return Promise.resolve({
        status: failed ? 400 : 200,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify(
          'error' in answered
            ? { ...answered, __type: `com.amazonaws.dynamodb.v20120810#${answered.error}` }
            : answered,
        ),
      });
    });
    client = new DynamoDBClient({
      endpoint: server.url,
      region: 'eu-central-1',
      credentials: CREDENTIALS,
      maxAttempts: 1,
    });
    clock = tirelessClock();
    table = new Table(client, 'grants', clock);
  });

  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  /** Answers with every item that was asked for, but leaves the keys unprocessed that `left` picks. */
  const leaving =
    (left: (keys: readonly unknown[]) => readonly unknown[] = () => []) =>
    ({ grants }: Asked): object => {
      const Keys = grants?.Keys ?? [];
      const unprocessed = left(Keys);
      return {
        Responses: { grants: Keys.filter((key) => !unprocessed.includes(key)) },
        UnprocessedKeys: unprocessed.length === 0 ? {} : { grants: { Keys: unprocessed } },
      };
    };

  const sizes = (): (number | undefined)[] => asked.map(({ grants }) => grants?.Keys.length);

  test('no keys need no call', async () => {
    expect(await table.batchGet([])).toEqual([]);
    expect(asked).toEqual([]);
  });

  test.each([
    [1, [1]],
    [100, [100]],
    [101, [100, 1]],
    [153, [100, 53]],
  ])('%d keys are read in as few calls as possible, strongly consistent', async (count, calls) => {
    answer = leaving();
    const items = await table.batchGet(keys(count));
    expect(new Set(items.map(({ sk }) => sk))).toEqual(new Set(keys(count).map(({ sk }) => sk)));
    expect(items).toHaveLength(count);
    expect(sizes().toSorted()).toEqual(calls.toSorted());
    expect(asked.every(({ grants }) => grants?.ConsistentRead)).toBe(true);
    expect(clock.naps).toEqual([]);
  });

  test('an empty answer is never read as "there is no revocation": batchGet and query refuse it', async () => {
    answer = () => ({});
    await expect(table.batchGet(keys(1))).rejects.toThrow(InvariantError);
    await expect(table.query({ text: 'pk = :pk', values: { ':pk': 'DOC#d' } })).rejects.toThrow(
      InvariantError,
    );
  });

  test('only the unprocessed keys are requested again', async () => {
    answer = leaving((wanted) => wanted.slice(0, Math.floor(wanted.length / 4)));
    const items = await table.batchGet(keys(40));
    expect(sizes()).toEqual([40, 10, 2]);
    expect(items.map(({ sk }) => sk).toSorted()).toEqual(
      keys(40)
        .map(({ sk }) => sk)
        .toSorted(),
    );
    expect(asked.every(({ grants }) => grants?.ConsistentRead)).toBe(true);
  });

  test('between such calls it waits, about twice as long each time', async () => {
    answer = leaving((wanted) => wanted.slice(1));
    await table.batchGet(keys(5));
    expect(clock.naps).toHaveLength(4);
    for (const [index, nap] of clock.naps.entries()) {
      expect(nap).toBeGreaterThanOrEqual(25 * 2 ** index);
      expect(nap).toBeLessThanOrEqual(50 * 2 ** index);
    }
  });

  test('after five calls for the same keys it fails', async () => {
    answer = leaving((wanted) => wanted);
    await expect(table.batchGet(keys(3))).rejects.toThrow(
      'DynamoDB left keys of a BatchGetItem unprocessed in 5 calls; the table is throttled',
    );
    await expect(table.batchGet(keys(3))).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(sizes()).toEqual(Array.from({ length: 10 }, () => 3));
  });

  test('the whole read fails if one of two calls does', async () => {
    answer = (request) =>
      request['grants']?.Keys.length === 53 ? { error: 'InternalServerError' } : leaving()(request);
    await expect(table.batchGet(keys(153))).rejects.toBeInstanceOf(StoreUnavailableError);
  });

  const OPERATIONS: readonly (readonly [string, (it: Table) => Promise<unknown>])[] = [
    ['batchGet', (it) => it.batchGet(keys(1))],
    ['query', (it) => it.query({ text: 'pk = :pk', values: { ':pk': 'DOC#d' } })],
    ['put', (it) => it.put({ pk: 'DOC#d', sk: 'GRANT#EVERYONE' })],
    [
      'update',
      (it) => it.update({ pk: 'DOC#d', sk: 'x' }, { text: 'REMOVE a' }, { text: 'attribute_exists(pk)' }),
    ],
    ['delete', (it) => it.delete({ pk: 'DOC#d', sk: 'x' })],
  ];

  const KINDS: readonly (readonly [string, abstract new (...args: never[]) => Error, readonly string[]])[] = [
    [
      'throttling',
      StoreThrottledError,
      ['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'],
    ],
    ['an outage', StoreUnavailableError, ['InternalServerError', 'ExpiredTokenException']],
    [
      'a refusal that repeating does not change',
      StoreRefusedError,
      ['ResourceNotFoundException', 'AccessDeniedException', 'ValidationException'],
    ],
  ];

  test.each(OPERATIONS)(
    '%s tells apart throttling, an outage and a refusal, with the reason',
    async (_, operate) => {
      for (const [, kind, errors] of KINDS) {
        for (const error of errors) {
          answer = () => ({ error });
          const thrown: unknown = await operate(table).catch((reason: unknown) => reason);
          expect(thrown).toHaveProperty('constructor', kind);
          expect(thrown).toMatchObject({
            message: expect.stringContaining(`(${error})`),
            cause: expect.objectContaining({ name: error }),
          });
        }
      }
    },
  );

  test('only an outage and throttling are worth another attempt', () => {
    expect(new StoreThrottledError('')).toBeInstanceOf(StoreUnavailableError);
    expect(new StoreThrottledError('')).toMatchObject({ code: 'STORE_UNAVAILABLE', retryAfterSeconds: 1 });
    expect(new StoreRefusedError('')).not.toBeInstanceOf(StoreUnavailableError);
  });

  test.each(OPERATIONS)('%s sends nothing after its deadline', async (_, operate) => {
    const manual = new ManualClock();
    const ended = Deadline.after(manual, 500).run(() => {
      manual.advance(300_000);
      return operate(table);
    });
    await expect(ended).rejects.toBeInstanceOf(DeadlineOverError);
    expect(asked).toEqual([]);
  });

  test.each(OPERATIONS)('%s does not repeat a request after its deadline', async (_, operate) => {
    const persistent = new DynamoDBClient({
      endpoint: server.url,
      region: 'eu-central-1',
      credentials: CREDENTIALS,
      maxAttempts: 5,
    });
    const manual = new ManualClock();
    answer = () => {
      manual.advance(500);
      return { error: 'ThrottlingException' };
    };
    const ended = Deadline.after(manual, 500).run(() =>
      operate(new Table(persistent, 'grants', tirelessClock())),
    );
    await expect(ended).rejects.toBeInstanceOf(DeadlineOverError);
    expect(asked).toHaveLength(1);
    persistent.destroy();
  });

  test.each(OPERATIONS)(
    '%s fails in the same way with a dropped and with a refused connection',
    async (_, operate) => {
      answer = () => connectionDropped;
      await expect(operate(table)).rejects.toBeInstanceOf(StoreUnavailableError);
      await server.close();
      await expect(operate(table)).rejects.toBeInstanceOf(StoreUnavailableError);
    },
  );

  test('an update tells the item that does not meet its condition', async () => {
    const found = { pk: { S: 'DOC#d' }, sk: { S: 'x' }, fullAt: { N: '7' } };
    answer = () => ({ error: 'ConditionalCheckFailedException', Item: found });
    const update = { text: 'SET fullAt = :at', values: { ':at': 1 } };
    expect(await table.updateOrFind({ pk: 'DOC#d', sk: 'x' }, update, { text: 'fullAt < :at' })).toEqual({
      updated: false,
      found: { pk: 'DOC#d', sk: 'x', fullAt: 7 },
    });
  });

  test('an item that cannot be written is a fault of the code, not an outage of the table', async () => {
    for (const value of [new Set(), Number.NaN, undefined, Symbol('no value')]) {
      await expect(table.put({ pk: 'DOC#d', sk: 'x', value })).rejects.not.toBeInstanceOf(
        StoreUnavailableError,
      );
    }
    expect(asked).toEqual([]);
  });
});

describe('With a DynamoDB that works', () => {
  let dynamoDB: DynamoDB;
  let table: Table;
  const key: Key = { pk: 'DOC#d', sk: 'HOLDER#alice' };
  const read = async () => (await table.batchGet([key]))[0];

  beforeEach(async () => {
    dynamoDB = await startDynamoDB();
    await createTable(dynamoDB, 'grants', {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
    table = new Table(dynamoDB.client, 'grants', tirelessClock());
  });

  afterEach(async () => {
    await dynamoDB.close();
  });

  test('an item is read as it was put, with its sets and empty strings', async () => {
    const item = {
      ...key,
      epoch: Number.MAX_SAFE_INTEGER,
      builtFrom: new Set(['EVERYONE', 'GROUP#ä b']),
      layers: ['', '*'],
      empty: '',
      none: [],
      pending: { '1769860800000': 1_769_864_400, nested: {} },
      privateLayer: false,
      nothing: null,
    };
    expect(await table.put(item)).toBe(true);
    expect(await read()).toEqual(item);
  });

  test('only the items that exist are read', async () => {
    await table.put({ ...key });
    expect(await table.batchGet([...keys(3), key])).toEqual([key]);
  });

  test('a put says whether its condition held, and writes nothing if it did not', async () => {
    const condition = { text: 'attribute_not_exists(pk)' };
    expect(await table.put({ ...key, epoch: 1 }, condition)).toBe(true);
    expect(await table.put({ ...key, epoch: 2 }, condition)).toBe(false);
    expect(await read()).toEqual({ ...key, epoch: 1 });
  });

  test('a put without a condition replaces the item', async () => {
    await table.put({ ...key, epoch: 1, old: true });
    expect(await table.put({ ...key, epoch: 2 })).toBe(true);
    expect(await read()).toEqual({ ...key, epoch: 2 });
  });

  test('an update says whether its condition held, and passes on the names and values of both expressions', async () => {
    await table.put({ ...key, epoch: 1, builtFrom: new Set(['USER#alice']) });
    const update = {
      text: 'SET #ttl = :ttl ADD builtFrom :added',
      values: { ':ttl': 99, ':added': new Set(['EVERYONE']) },
      names: { '#ttl': 'ttl' },
    };
    const epochIs = (epoch: number) => ({
      text: '#epoch = :epoch',
      values: { ':epoch': epoch },
      names: { '#epoch': 'epoch' },
    });
    expect(await table.update(key, update, epochIs(2))).toBe(false);
    expect(await read()).toMatchObject({ builtFrom: new Set(['USER#alice']) });
    expect(await table.update(key, update, epochIs(1))).toBe(true);
    expect(await read()).toEqual({
      ...key,
      epoch: 1,
      ttl: 99,
      builtFrom: new Set(['USER#alice', 'EVERYONE']),
    });
  });

  test('an update ignores other attributes of the item that it gets as a key', async () => {
    await table.put({ ...key, epoch: 1 });
    const item = { ...key, epoch: 7, principal: 'USER#alice' };
    const set = { text: 'SET epoch = :epoch', values: { ':epoch': 2 } };
    expect(await table.update(item, set, { text: 'attribute_exists(pk)' })).toBe(true);
    expect(await read()).toEqual({ ...key, epoch: 2 });
  });

  test('a delete says whether its condition held', async () => {
    await table.put({ ...key, epoch: 1 });
    expect(await table.delete(key, { text: 'epoch = :epoch', values: { ':epoch': 2 } })).toBe(false);
    expect(await read()).toEqual({ ...key, epoch: 1 });
    expect(await table.delete(key)).toBe(true);
    expect(await read()).toBeUndefined();
  });

  test('a query reads a partition in pages, in the order of the sort key', async () => {
    for (const { pk, sk } of keys(5)) await table.put({ pk, sk });
    await table.put({ pk: 'DOC#other', sk: 'GRANT#EVERYONE' });
    const condition = { text: 'pk = :pk', values: { ':pk': 'DOC#d' } };
    const first = await table.query(condition, { limit: 3 });
    expect(first.items).toEqual(keys(3));
    const second = await table.query(condition, { limit: 3, ...(first.next && { start: first.next }) });
    expect(second).toEqual({ items: keys(5).slice(3) });
  });

  test('an update that finds the item changes it as any update does', async () => {
    await table.put({ ...key, epoch: 1 });
    const update = { text: 'ADD epoch :one', values: { ':one': 1 } };
    const limit = { text: 'epoch < :most', values: { ':most': 2 } };
    expect(await table.updateOrFind(key, update, limit)).toEqual({ updated: true });
    // dynalite does not tell the item.
    expect(await table.updateOrFind(key, update, limit)).toEqual({ updated: false });
    expect(await read()).toEqual({ ...key, epoch: 2 });
  });

  test('a limit holds, also without being told the item', async () => {
    const clock = new ManualClock();
    const limit = new UserLimit(table, { perMinute: 60, burst: 3 }, clock);
    const waits: number[] = [];
    for (const count of [1, 1, 1, 1, 3]) waits.push(await limit.take('alice', count));
    clock.advance(1000);
    waits.push(await limit.take('alice', 1), await limit.take('alice', 1));
    expect(waits).toEqual([0, 0, 0, 1, 3, 0, 1]);
  });
});
