import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ManualClock } from '../runtime/clock.ts';
import { Table, type Expression, type Item, type Key, type Page } from '../../../lib/table/index.ts';

/** The operations of a table. */
export type TableOperations = Pick<Table, 'batchGet' | 'query' | 'put' | 'update' | 'delete'>;

// Never sends: all operations go to another table.
const UNUSED_CLIENT = new DynamoDBClient({ region: 'eu-central-1' });

/** A table that passes all operations to another one, some of them altered. */
export class TableThrough extends Table {
  readonly #operations: TableOperations;

  constructor(table: TableOperations, alter: (table: TableOperations) => Partial<TableOperations>) {
    super(UNUSED_CLIENT, 'through', new ManualClock());
    this.#operations = {
      batchGet: (keys) => table.batchGet(keys),
      query: (condition, page) => table.query(condition, page),
      put: (item, condition) => table.put(item, condition),
      update: (key, update, condition) => table.update(key, update, condition),
      delete: (key, condition) => table.delete(key, condition),
      ...alter(table),
    };
  }

  override batchGet(keys: readonly Key[]): Promise<Item[]> {
    return this.#operations.batchGet(keys);
  }

  override query(condition: Expression, page?: Page): ReturnType<Table['query']> {
    return this.#operations.query(condition, page);
  }

  override put(item: Item, condition?: Expression): Promise<boolean> {
    return this.#operations.put(item, condition);
  }

  override update(key: Key, update: Expression, condition: Expression): Promise<boolean> {
    return this.#operations.update(key, update, condition);
  }

  override delete(key: Key, condition?: Expression): Promise<boolean> {
    return this.#operations.delete(key, condition);
  }
}
