import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Key } from '../../../lib/table/index.ts';

type Attributes = Record<string, AttributeValue>;

/** Items of one partition of the table or of an index, which are made when they are read: a million need no memory. */
export interface GeneratedPartition {
  /** The attribute that names the partition: `pk` in the table, another one in an index. */
  readonly attribute: 'pk' | 'principal';
  readonly value: string;
  readonly length: number;
  /** Makes the key of an item. The keys are in the order of the partition. */
  readonly keyAt: (position: number) => Key;
  readonly itemAt: (position: number) => Attributes;
}

/** A page of generated items. */
interface GeneratedPage {
  readonly items: readonly Attributes[];
  /** True if the partition has further items. */
  readonly more: boolean;
}

const NOTHING: GeneratedPage = { items: [], more: false };

/** An item is kept once it was made, so that a repeated query costs the stand-in the same for few and for many items. */
const MOST_KEPT = 20_000;

/** Partitions of generated items. The time of a read does not depend on their length, apart from a search by halves. */
export class GeneratedItems {
  readonly #partitions: readonly GeneratedPartition[];
  readonly #kept = new Map<string, Attributes>();

  /** @param partitions - at most one for each value of an attribute */
  constructor(partitions: readonly GeneratedPartition[]) {
    this.#partitions = partitions;
  }

  /** Finds an item of the table by its key. */
  get(key: Key): Attributes | undefined {
    const partition = this.#partitions.find(({ attribute, value }) => attribute === 'pk' && value === key.pk);
    // Most keys are of no generated item. They cost no search, which would be longer for more items.
    if (partition === undefined || !isWithin(partition, key)) return undefined;
    const position = positionBehind(partition, (at) => at.sk < key.sk);
    return partition.keyAt(position).sk === key.sk ? this.#item(partition, position) : undefined;
  }

  /**
   * Reads a page.
   *
   * @param text - a key condition of the service: a partition, and perhaps a beginning or a lower bound of the sort key
   * @param values - of the condition
   * @param start - the key before the page; undefined = the page is the first
   * @param limit - the most items; undefined = no limit
   */
  query(
    text: string,
    values: Readonly<Record<string, unknown>> = {},
    start: Key | undefined,
    limit = Infinity,
  ): GeneratedPage {
    const [, attribute, placeholder = ''] = /^(\w+) = (:\w+)/.exec(text) ?? [];
    const partition = this.#partitions.find(
      (one) => one.attribute === attribute && one.value === values[placeholder],
    );
    if (partition === undefined) return NOTHING;
    const [, sort = '', after = ''] = / AND (\w+) > (:\w+)/.exec(text) ?? [];
    const [, beginning = ''] = / AND begins_with\(sk, (:\w+)\)/.exec(text) ?? [];
    const begin = values[beginning];
    if (partition.length === 0) return NOTHING;
    if (typeof begin === 'string' && !partition.keyAt(0).sk.startsWith(begin)) return NOTHING;
    const bound = start ?? (sort === 'pk' ? { pk: String(values[after]), sk: '\uffff' } : undefined);
    const from = bound === undefined ? 0 : positionBehind(partition, (key) => !isBehind(key, bound));
    const count = Math.min(limit, partition.length - from);
    const items = Array.from({ length: count }, (_, index) => this.#item(partition, from + index));
    return { items, more: from + count < partition.length };
  }

  #item(partition: GeneratedPartition, position: number): Attributes {
    const name = `${partition.value} ${position}`;
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const item = partition.itemAt(position);
    if (this.#kept.size < MOST_KEPT) this.#kept.set(name, item);
    return item;
  }
}

/** Tells whether a key lies between the first and the last of a partition. */
function isWithin({ length, keyAt }: GeneratedPartition, { sk }: Key): boolean {
  return length > 0 && sk >= keyAt(0).sk && sk <= keyAt(length - 1).sk;
}

function isBehind(key: Key, bound: Key): boolean {
  return key.pk === bound.pk ? key.sk > bound.sk : key.pk > bound.pk;
}

/** Finds the first position whose key is not before, by halves. */
function positionBehind({ length, keyAt }: GeneratedPartition, isBefore: (key: Key) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(keyAt(middle))) low = middle + 1;
    else high = middle;
  }
  return low;
}
