import type { AttributeValue } from '@aws-sdk/client-dynamodb';

const UNIT_BYTES = 4096;

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

/** Computes the size of an item (DynamoDB developer guide, "Item sizes and formats"). */
export function bytesOf(item: Attributes): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value.SS !== undefined) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (value.L !== undefined) return value.L.reduce((sum, element) => sum + valueBytes(element) + 1, 3);
  if (value.M !== undefined) return 3 + bytesOf(value.M) + Object.keys(value.M).length;
  return 1; // a truth value, or null
}
