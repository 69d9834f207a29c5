import { KEYS_PARTITION, type Expression, type Item, type Key } from '../../../lib/table/index.ts';
import { withinDeadline } from '../../../lib/runtime/deadline.ts';
import { MemoryTable } from '../table/memory-table.ts';
import { type Calls } from './rotation-faults.ts';

/** A table that makes every call through `calls`, and none after the current deadline. */
export class ObservedTable extends MemoryTable {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    super();
    this.#calls = calls;
  }

  override batchGet(keys: readonly Key[]): Promise<Item[]> {
    return this.#through('BatchGetItem', () => super.batchGet(keys));
  }
  override put(item: Item, condition?: Expression): Promise<boolean> {
    return this.#through('PutItem', () => super.put(item, condition));
  }
  override update(key: Key, update: Expression, condition: Expression): Promise<boolean> {
    return this.#through('UpdateItem', () => super.update(key, update, condition));
  }
  override delete(key: Key, condition?: Expression): Promise<boolean> {
    return this.#through('DeleteItem', () => super.delete(key, condition));
  }
  override query(): Promise<{ readonly items: Item[] }> {
    return this.#through('Query', () =>
      Promise.resolve({ items: this.everything().filter(({ pk }) => pk === KEYS_PARTITION) }),
    );
  }

  #through<T>(operation: string, effect: () => Promise<T>): Promise<T> {
    return withinDeadline(() => this.#calls.through('DynamoDB', operation, effect));
  }
}
