import type { AttributeValue } from '@aws-sdk/client-dynamodb';

const UNIT_BYTES = 4096;

const WRITE_UNIT_BYTES = 1024;

type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * Counts the read units of a strongly consistent BatchGetItem (DynamoDB developer guide, "Read consumption"): one for
 * each 4 KB of each item, and one for a missing item.
 */
export function unitsOfBatchGet(items: readonly (Attributes | undefined)[]): number {
  return items.reduce((sum, item) => sum + unitsOf(item ? bytesOf(item) : 0), 0);
}

/** Counts the read units of a page of a strongly consistent query: one for each 4 KB of all its items together. */
export function unitsOfQuery(items: readonly Attributes[]): number {
  return unitsOf(items.reduce((sum, item) => sum + bytesOf(item), 0));
}

function unitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / UNIT_BYTES));
}

/** The partition keys of the table's indexes. Each index has the whole item (infra/stack/storage/table.yml). */
const INDEX_KEYS = [
  ['principal', 'pk'],
  ['dueShard', 'dueSince'],
] as const;

/** The write units of one write. */
export interface WriteUnits {
  readonly table: number;
  /** Of all indexes. An index has partitions of its own. */
  readonly indexes: number;
}

/**
 * Counts the write units of a write (DynamoDB developer guide, "Write consumption" and "Provisioned throughput considerations
 * for global secondary indexes"): one for each KB of the larger of the two items. An index takes the same for an item that
 * appears, changes or vanishes in it, and once more if its key in the index changes.
 */
export function unitsOfWrite(before: Attributes | undefined, after: Attributes): WriteUnits {
  const units = Math.max(
    1,
    ...[before, after].map((item) => Math.ceil(bytesOf(item ?? {}) / WRITE_UNIT_BYTES)),
  );
  const writes = INDEX_KEYS.map((names) => {
    const [was, is] = [keyIn(before, names), keyIn(after, names)];
    if (was === undefined || is === undefined) return was === is ? 0 : 1;
    return was === is ? 1 : 2;
  });
  return { table: units, indexes: units * writes.reduce((sum: number, count) => sum + count, 0) };
}

function keyIn(item: Attributes | undefined, names: readonly string[]): string | undefined {
  if (item === undefined || names.some((name) => item[name] === undefined)) return undefined;
  return JSON.stringify(names.map((name) => item[name]));
}

/** The sizes of items that were measured before. Counting again would be a tenth of a measured batch. */
const sizes = new WeakMap<Attributes, number>();

/** Computes the size of an item (DynamoDB developer guide, "Item sizes and formats"). @param item - it never changes */
export function bytesOf(item: Attributes): number {
  let size = sizes.get(item);
  if (size === undefined) {
    size = Object.entries(item).reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
      0,
    );
    sizes.set(item, size);
  }
  return size;
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value.SS !== undefined) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (value.L !== undefined) return value.L.reduce((sum, element) => sum + valueBytes(element) + 1, 3);
  if (value.M !== undefined) return 3 + bytesOf(value.M) + Object.keys(value.M).length;
  return 1; // a truth value, or null
}
