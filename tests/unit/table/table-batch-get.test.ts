import { BatchGetItemCommand, DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '../../support/runtime/clock.ts';
import { StoreUnavailableError, Table, type Key } from '../../../lib/table/index.ts';

type Keys = readonly Readonly<Record<string, AttributeValue>>[];

/** A DynamoDB in which every item exists. It records the calls. */
class EveryItem {
  readonly calls: Keys[] = [];
  mostAtOnce = 0;
  readonly table: Table;
  #atOnce = 0;

  /** @param answers - false fails the call */
  constructor(answers: (keys: Keys) => boolean = () => true) {
    const client = Object.assign(new DynamoDBClient({ region: 'eu-central-1' }), {
      send: async (command: unknown) => {
        if (!(command instanceof BatchGetItemCommand)) throw new TypeError('only BatchGetItem is answered');
        const asked = command.input.RequestItems?.['table']?.Keys ?? [];
        this.calls.push(asked);
        this.#atOnce += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
        await new Promise(setImmediate);
        this.#atOnce -= 1;
        if (!answers(asked)) throw new Error('throttled');
        return { Responses: { table: asked } };
      },
    });
    this.table = new Table(client, 'table', new ManualClock());
  }
}

const keys = (count: number): Key[] =>
  Array.from({ length: count }, (_, at) => ({ pk: `DOC#${at}`, sk: 'GRANT#EVERYONE' }));

describe('Table.batchGet', () => {
  test('reads the keys of a hundred documents for a caller in five hundred groups, a hundred a call', async () => {
    const everything = new EveryItem();
    const wanted = keys(100 * 503);
    const items = await everything.table.batchGet(wanted);
    expect(new Set(items.map(({ pk }) => pk))).toEqual(new Set(wanted.map(({ pk }) => pk)));
    expect(items).toHaveLength(wanted.length);
    expect(everything.calls).toHaveLength(503);
    expect(everything.calls.every((call) => call.length === 100)).toBe(true);
  });

  test('makes at most sixteen calls at once', async () => {
    const everything = new EveryItem();
    await everything.table.batchGet(keys(5000));
    expect(everything.mostAtOnce).toBe(16);
  });

  test('makes one call for a hundred keys, two for one more, and none for none', async () => {
    for (const [count, calls] of [
      [100, 1],
      [101, 2],
      [0, 0],
    ] as const) {
      const everything = new EveryItem();
      expect(await everything.table.batchGet(keys(count))).toHaveLength(count);
      expect(everything.calls).toHaveLength(calls);
    }
  });

  test('asks for nothing more once a call has failed', async () => {
    const everything = new EveryItem((asked) => asked[0]?.['pk']?.S !== 'DOC#300');
    await expect(everything.table.batchGet(keys(10_000))).rejects.toThrow(StoreUnavailableError);
    await new Promise(setImmediate);
    expect(everything.calls.length).toBeLessThanOrEqual(2 * 16);
  });
});
