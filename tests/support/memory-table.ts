import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Table, type Expression, type Item, type Key } from '../../lib/table.ts';
import { ManualClock } from './clock.ts';

/** What is done with one item. */
export type Operation = 'read' | 'put' | 'update';

type Attributes = Record<string, unknown>;

// Never sends: every method that would is overridden.
const UNUSED_CLIENT = new DynamoDBClient({ region: 'eu-central-1' });

/**
 * The table in memory. Like DynamoDB it reads the items of one call each at a moment of its own; a test chooses the
 * moments, and what happens between them.
 */
export class MemoryTable extends Table {
  readonly #items = new Map<string, Item>();

  /** Awaited before each item is read or written, when a test may do anything else to the table. */
  before: (operation: Operation, key: Key) => void | Promise<void> = () => undefined;

  /** In which order the items of one call are read; as asked unless set. */
  readingOrder: (keys: readonly Key[]) => readonly Key[] = (keys) => keys;

  /** The calls made so far. */
  readonly calls: ('batchGet' | 'put' | 'update')[] = [];

  constructor(...items: readonly Item[]) {
    super(UNUSED_CLIENT, 'memory', new ManualClock());
    for (const item of items) this.store(item);
  }

  override async batchGet(keys: readonly Key[]): Promise<Item[]> {
    this.calls.push('batchGet');
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
    this.calls.push('update');
    await this.before('update', key);
    const item = this.stored(key);
    if (!holds(condition, item)) return false;
    this.store({ ...key, ...updated(update, item ?? {}) });
    return true;
  }

  /** Writes an item at once, as it would come back from DynamoDB. */
  store(item: Item): void {
    this.#items.set(pathOf(item), { ...unmarshall(marshall(item)), pk: item.pk, sk: item.sk });
  }

  /** An item as it lies in the table now. */
  stored(key: Key): Item | undefined {
    return this.#items.get(pathOf(key));
  }

  /** Removes an item at once. */
  drop(key: Key): void {
    this.#items.delete(pathOf(key));
  }

  /** All items as they lie in the table now. */
  everything(): readonly Item[] {
    return [...this.#items.values()];
  }
}

function pathOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** The part of DynamoDB's condition expressions that the service uses. */
function holds({ text, values, names }: Expression, item: Attributes | undefined): boolean {
  return text.split(' AND ').every((term) => {
    const absent = /^attribute_not_exists\(([#\w]+)\)$/.exec(term)?.[1];
    if (absent !== undefined) return item?.[nameOf(absent, names)] === undefined;
    const [, path = '', comparison = '', placeholder = ''] = /^([#\w]+) ([<>=]+) (:\w+)$/.exec(term) ?? [];
    const compare = COMPARISONS[comparison];
    if (compare === undefined) throw new TypeError(`MemoryTable does not know the condition "${term}"`);
    const [one, other] = [item?.[nameOf(path, names)], valueOf(placeholder, values)];
    // DynamoDB compares values of one type only.
    if (typeof one === 'number' && typeof other === 'number') return compare(one - other);
    if (typeof one === 'string' && typeof other === 'string')
      return compare(one < other ? -1 : one > other ? 1 : 0);
    return false;
  });
}

/** The part of DynamoDB's update expressions that the service uses. */
function updated({ text, values, names }: Expression, item: Attributes): Attributes {
  const result = { ...item };
  const clauses = [...text.matchAll(/\b(SET|ADD|REMOVE) (.*?)(?= (?:SET|ADD|REMOVE) |$)/g)];
  if (clauses.length === 0) throw new TypeError(`MemoryTable does not know the update "${text}"`);
  for (const [, clause, list = ''] of clauses) {
    for (const term of list.split(', ')) {
      const [, path = '', placeholder = ''] = /^([#\w]+)(?: =)?(?: (:\w+))?$/.exec(term) ?? [];
      if (path === '') throw new TypeError(`MemoryTable does not know the update "${term}"`);
      const name = nameOf(path, names);
      if (clause === 'REMOVE') result[name] = undefined;
      else if (clause === 'SET') result[name] = valueOf(placeholder, values);
      else result[name] = added(result[name], valueOf(placeholder, values));
    }
  }
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}

function added(held: unknown, more: unknown): unknown {
  if (more instanceof Set && (held === undefined || held instanceof Set))
    return (held ?? new Set()).union(more);
  if (typeof more === 'number' && (held === undefined || typeof held === 'number')) return (held ?? 0) + more;
  throw new TypeError('ADD takes a number or a set, of the type that is there');
}

function nameOf(path: string, names: Expression['names']): string {
  if (!path.startsWith('#')) return path;
  const name = names?.[path];
  if (name === undefined) throw new TypeError(`the expression does not say what ${path} stands for`);
  return name;
}

function valueOf(placeholder: string, values: Expression['values']): unknown {
  const value = values?.[placeholder];
  if (value === undefined) throw new TypeError(`the expression does not say what ${placeholder} stands for`);
  return value;
}
