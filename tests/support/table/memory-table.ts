import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ConditionalWrite } from '../../../tools/cli/grants/move-user/writes-of-move.ts';
import { ManualClock } from '../runtime/clock.ts';
import { holds, updated, valueOf, type Attributes } from './expressions.ts';
import {
  Table,
  type Expression,
  type Item,
  type Key,
  type Page,
  type StartKey,
  type Updated,
} from '../../../lib/table/index.ts';

/** An operation on one item or one query. */
export type Operation = 'read' | 'put' | 'update' | 'delete' | 'query';

// Never sends: every method that could send is overridden.
const UNUSED_CLIENT = new DynamoDBClient({ region: 'eu-central-1' });

/**
 * The table in memory. Like DynamoDB, it reads each item of a call at another moment. A test chooses the order, and can
 * change the table between the reads.
 */
export class MemoryTable extends Table {
  #items = new Map<string, Item>();

  /** Awaited before each item is read or written. A test can change the table in it. */
  before: (operation: Operation, key: Key) => void | Promise<void> = () => undefined;

  /** Chooses the order in which the items of a call are read; as asked unless set. */
  readingOrder: (keys: readonly Key[]) => readonly Key[] = (keys) => keys;

  /** The most items of a page of a query, as DynamoDB ends a page after a megabyte. */
  largestPage = Infinity;

  /** Tells the item of a failed condition, as DynamoDB does and dynalite does not. */
  tellsFound = true;

  /** The calls made so far. */
  readonly calls: ('batchGet' | 'put' | 'update' | 'delete' | 'query' | 'writeTogether')[] = [];

  /** The items read so far: keys of batchGet, found or not, and items that queries returned. */
  itemsRead = 0;

  constructor(...items: readonly Item[]) {
    super(UNUSED_CLIENT, 'memory', new ManualClock());
    for (const item of items) this.store(item);
  }

  override async batchGet(keys: readonly Key[]): Promise<Item[]> {
    this.calls.push('batchGet');
    this.itemsRead += keys.length;
    if (new Set(keys.map(pathOf)).size !== keys.length)
      throw new TypeError('BatchGetItem refuses repeated keys');
    const items: Item[] = [];
    for (const key of this.readingOrder(keys)) {
      await this.before('read', key);
      const item = this.stored(key);
      if (item) items.push(item);
    }
    return items;
  }

  override async put(item: Item, condition?: Expression): Promise<boolean> {
    this.calls.push('put');
    await this.before('put', item);
    if (condition && !holds(condition, this.stored(item))) return false;
    this.store(item);
    return true;
  }

  override async update(key: Key, update: Expression, condition: Expression): Promise<boolean> {
    return (await this.updateOrFind(key, update, condition)).updated;
  }

  override async updateOrFind(key: Key, update: Expression, condition: Expression): Promise<Updated> {
    this.calls.push('update');
    await this.before('update', key);
    const item = this.stored(key);
    // Both expressions of a call share their values and names.
    const values = { ...update.values, ...condition.values };
    const names = { ...update.names, ...condition.names };
    if (!holds({ text: condition.text, values, names }, item))
      return { updated: false, ...(item && this.tellsFound && { found: item }) };
    this.store({ pk: key.pk, sk: key.sk, ...updated({ text: update.text, values, names }, item ?? {}) });
    return { updated: true };
  }

  override async delete(key: Key, condition?: Expression): Promise<boolean> {
    this.calls.push('delete');
    await this.before('delete', key);
    if (condition && !holds(condition, this.stored(key))) return false;
    this.drop(key);
    return true;
  }

  /**
   * Queries the table or an index by partition, and by a beginning or a lower bound of the sort key if there is one.
   */
  override async query(
    { text, values }: Expression,
    { index = '', limit = Infinity, start }: Page = {},
  ): Promise<{ readonly items: Item[]; readonly next?: StartKey }> {
    this.calls.push('query');
    const keys = KEYS_OF[index];
    const [, partitionKey, partition = '', beginsWith, beginning = '', above, bound = ''] =
      KEY_CONDITION.exec(text) ?? [];
    if (
      keys === undefined ||
      partitionKey !== keys.partition ||
      (beginsWith ?? above ?? keys.sort) !== keys.sort
    )
      throw new TypeError(`MemoryTable does not know the query "${text}"`);
    const wanted = String(valueOf(partition, values));
    const prefix = beginsWith === undefined ? '' : String(valueOf(beginning, values));
    const lowest = above === undefined ? undefined : String(valueOf(bound, values));
    await this.before('query', { pk: wanted, sk: prefix });
    const found = this.everything()
      .filter((item) => item[keys.partition] === wanted && item[keys.sort] !== undefined)
      .filter((item) => String(item[keys.sort]).startsWith(prefix))
      .filter((item) => lowest === undefined || String(item[keys.sort]) > lowest)
      .sort((one, other) => inOrder(placeOf(one, keys.sort), placeOf(other, keys.sort)))
      .filter(
        (item) => start === undefined || inOrder(placeOf(item, keys.sort), placeOf(start, keys.sort)) > 0,
      );
    const items = found.slice(0, Math.min(limit, this.largestPage));
    this.itemsRead += items.length;
    const last = items.at(-1);
    if (last === undefined || items.length === found.length) return { items };
    return {
      items,
      next: {
        pk: last.pk,
        sk: last.sk,
        [keys.partition]: wanted,
        [keys.sort]: String(last[keys.sort]),
      },
    };
  }

  /** Writes all items or none, as one moment; an entry without an item only has a condition. @returns true if every condition held */
  async writeTogether(writes: readonly ConditionalWrite[]): Promise<boolean> {
    this.calls.push('writeTogether');
    const keyOf = (write: ConditionalWrite): Key => ('item' in write ? write.item : write.key);
    for (const write of writes) await this.before('put', keyOf(write));
    if (!writes.every((write) => holds(write.condition, this.stored(keyOf(write))))) return false;
    for (const write of writes) if ('item' in write) this.store(write.item);
    return true;
  }

  /** Makes another client of the same table. It shares only the items. */
  beside(): MemoryTable {
    const other = new MemoryTable();
    other.#items = this.#items;
    other.largestPage = this.largestPage;
    other.tellsFound = this.tellsFound;
    return other;
  }

  /** Makes another table with the items of this one. */
  copy(): MemoryTable {
    const other = this.beside();
    other.#items = new Map(this.#items);
    return other;
  }

  /** Writes an item without a call, in the form in which DynamoDB returns it. */
  store(item: Item): void {
    this.#items.set(pathOf(item), { ...unmarshall(marshall(item)), pk: item.pk, sk: item.sk });
  }

  /** Reads an item without a call. */
  stored(key: Key): Item | undefined {
    return this.#items.get(pathOf(key));
  }

  /** Removes an item without a call. */
  drop(key: Key): void {
    this.#items.delete(pathOf(key));
  }

  /** Reads all items without a call. */
  everything(): readonly Item[] {
    return [...this.#items.values()];
  }
}

function pathOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}

/** The key attributes of the table and of its indexes, as in infra/stack/storage/table.yml. */
const KEYS_OF: Readonly<Record<string, { readonly partition: string; readonly sort: string }>> = {
  '': { partition: 'pk', sort: 'sk' },
  byPrincipal: { partition: 'principal', sort: 'pk' },
  byDue: { partition: 'dueShard', sort: 'dueSince' },
};

const KEY_CONDITION = /^(\w+) = (:\w+)(?: AND begins_with\((\w+), (:\w+)\)| AND (\w+) > (:\w+))?$/;

/** Makes the order of an item in a partition: its sort key, and in an index its own key after that. */
function placeOf(attributes: Attributes, sort: string): readonly (string | number)[] {
  const { [sort]: value, pk, sk } = attributes;
  return [sort === 'dueSince' ? Number(value) : String(value), String(pk), String(sk)];
}

function inOrder(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [index, first] of one.entries()) {
    const second = other[index] ?? '';
    if (first !== second) return first < second ? -1 : 1;
  }
  return 0;
}
