import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Table, type Expression, type Item, type Key, type Page } from '../../lib/table.ts';
import { ManualClock } from './clock.ts';

/** What is done with one item. */
export type Operation = 'read' | 'put' | 'update' | 'delete' | 'query';

type Attributes = Record<string, unknown>;

// Never sends: every method that would is overridden.
const UNUSED_CLIENT = new DynamoDBClient({ region: 'eu-central-1' });

/**
 * The table in memory. Like DynamoDB it reads the items of one call each at a moment of its own; a test chooses the
 * moments, and what happens between them.
 */
export class MemoryTable extends Table {
  #items = new Map<string, Item>();

  /** Awaited before each item is read or written, when a test may do anything else to the table. */
  before: (operation: Operation, key: Key) => void | Promise<void> = () => undefined;

  /** In which order the items of one call are read; as asked unless set. */
  readingOrder: (keys: readonly Key[]) => readonly Key[] = (keys) => keys;

  /** The calls made so far. */
  readonly calls: ('batchGet' | 'put' | 'update' | 'delete' | 'query')[] = [];

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
    // One call has one set of values and names for both expressions.
    const values = { ...update.values, ...condition.values };
    const names = { ...update.names, ...condition.names };
    if (!holds({ text: condition.text, values, names }, item)) return false;
    this.store({ pk: key.pk, sk: key.sk, ...updated({ text: update.text, values, names }, item ?? {}) });
    return true;
  }

  override async delete(key: Key, condition?: Expression): Promise<boolean> {
    this.calls.push('delete');
    await this.before('delete', key);
    if (condition && !holds(condition, this.stored(key))) return false;
    this.drop(key);
    return true;
  }

  /** Of the table alone, by partition and, if it is asked for, the beginning of the sort key. */
  override async query({ text, values }: Expression, page: Page = {}): Promise<{ readonly items: Item[] }> {
    this.calls.push('query');
    const known = /^pk = (:\w+)(?: AND begins_with\(sk, (:\w+)\))?$/.exec(text);
    if (known === null || page.index !== undefined || page.start !== undefined) {
      throw new TypeError(`MemoryTable does not know the query "${text}"`);
    }
    const pk = valueOf(known[1] ?? '', values);
    const beginning = known[2] === undefined ? '' : String(valueOf(known[2], values));
    await this.before('query', { pk: String(pk), sk: beginning });
    return { items: this.everything().filter((item) => item.pk === pk && item.sk.startsWith(beginning)) };
  }

  /** Another client of the same table: it shares the items, and nothing else. */
  beside(): MemoryTable {
    const other = new MemoryTable();
    other.#items = this.#items;
    return other;
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

const PATH = String.raw`[#\w]+(?:\.[#\w]+)?`;
const VALUE = String.raw`:\w+`;
const EXISTENCE = new RegExp(`^attribute_(not_)?exists\\((${PATH})\\)$`);
const COMPARISON = new RegExp(`^(${PATH}) ([<>=]+) (${VALUE})$`);
const ASSIGNMENT = new RegExp(`^(${PATH}) = (?:(${VALUE})|if_not_exists\\((${PATH}), (${VALUE})\\))$`);
const ADDITION = new RegExp(`^(${PATH}) (${VALUE})$`);

/** The part of DynamoDB's condition expressions that the service uses. */
function holds({ text, values, names }: Expression, item: Attributes = {}): boolean {
  return text.split(' AND ').every((term) => {
    const [, absent, looked] = EXISTENCE.exec(term) ?? [];
    if (looked !== undefined) return (at(item, looked, names) === undefined) === (absent !== undefined);
    const [, path = '', comparison = '', placeholder = ''] = COMPARISON.exec(term) ?? [];
    const compare = COMPARISONS[comparison];
    if (compare === undefined) throw new TypeError(`MemoryTable does not know the condition "${term}"`);
    const [one, other] = [at(item, path, names), valueOf(placeholder, values)];
    // DynamoDB compares values of one type only.
    if (typeof one === 'number' && typeof other === 'number') return compare(one - other);
    if (typeof one === 'string' && typeof other === 'string')
      return compare(one < other ? -1 : one > other ? 1 : 0);
    return false;
  });
}

/** The part of DynamoDB's update expressions that the service uses. All terms see the item as it was. */
function updated({ text, values, names }: Expression, item: Attributes): Attributes {
  const clauses = [...text.matchAll(/\b(SET|ADD|REMOVE) (.*?)(?= (?:SET|ADD|REMOVE) |$)/g)];
  if (clauses.length === 0) throw new TypeError(`MemoryTable does not know the update "${text}"`);
  const changes = clauses.flatMap(([, clause, list = '']) =>
    list.split(/, (?![^(]*\))/).map((term): [string, unknown] => {
      const [, assigned, value, fallbackOf, fallback] =
        (clause === 'SET' ? ASSIGNMENT.exec(term) : null) ?? [];
      if (assigned !== undefined) {
        const held = fallbackOf === undefined ? undefined : at(item, fallbackOf, names);
        return [assigned, held ?? valueOf(value ?? fallback ?? '', values)];
      }
      const [, grown, more = ''] = (clause === 'ADD' ? ADDITION.exec(term) : null) ?? [];
      if (grown !== undefined) return [grown, added(at(item, grown, names), valueOf(more, values))];
      if (clause === 'REMOVE') return [term, undefined];
      throw new TypeError(`MemoryTable does not know the update "${term}"`);
    }),
  );
  return changes.reduce((result, [path, value]) => withAt(result, stepsOf(path, names), value), item);
}

/** What lies at a document path, at most one map deep. */
function at(item: Attributes, path: string, names: Expression['names']): unknown {
  const [name = '', inner] = stepsOf(path, names);
  const value = item[name];
  return inner === undefined ? value : isMap(value) ? value[inner] : undefined;
}

function withAt(item: Attributes, [name = '', inner]: readonly string[], value: unknown): Attributes {
  const { [name]: held, ...rest } = item;
  if (inner === undefined) return value === undefined ? rest : { ...rest, [name]: value };
  if (!isMap(held)) throw new TypeError(`the document path leads into "${name}", which is no map`);
  return { ...rest, [name]: withAt(held, [inner], value) };
}

function isMap(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !(value instanceof Set) && !Array.isArray(value);
}

function added(held: unknown, more: unknown): unknown {
  if (more instanceof Set && (held === undefined || held instanceof Set))
    return (held ?? new Set()).union(more);
  if (typeof more === 'number' && (held === undefined || typeof held === 'number')) return (held ?? 0) + more;
  throw new TypeError('ADD takes a number or a set, of the type that is there');
}

function stepsOf(path: string, names: Expression['names']): string[] {
  return path.split('.').map((step) => {
    const name = step.startsWith('#') ? names?.[step] : step;
    if (name === undefined) throw new TypeError(`the expression does not say what ${step} stands for`);
    return name;
  });
}

function valueOf(placeholder: string, values: Expression['values']): unknown {
  const value = values?.[placeholder];
  if (value === undefined) throw new TypeError(`the expression does not say what ${placeholder} stands for`);
  return value;
}
