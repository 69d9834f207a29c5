import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { InvariantError } from '../runtime/errors.ts';

/**
 * Converts an item from DynamoDB's attribute values to plain ones: strings, numbers, booleans, null, lists, objects, sets and bytes.
 * The result is that of the SDK's `unmarshall`, in a third of the time.
 *
 * @throws InvariantError for a value that our code never writes: an integer beyond 2^53, which the SDK makes a BigInt, and a
 *   `__proto__`, which would become the prototype
 */
export function plainItem(item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  // Not Object.entries, which takes longer than the rest.
  for (const name of Object.keys(item)) {
    if (name === '__proto__') throw new InvariantError('An item has an attribute named __proto__');
    plain[name] = plainValue(item[name]);
  }
  return plain;
}

/**
 * Refuses an answer without its list. DynamoDB always sends one. Read as an empty list, such an answer would hide a revocation.
 *
 * @throws InvariantError if it is absent
 */
export function listed<T>(list: T | undefined): T {
  if (list === undefined) throw new InvariantError('DynamoDB has answered without the list of items');
  return list;
}

function plainValue(value: AttributeValue | undefined): unknown {
  if (value?.S !== undefined) return value.S;
  if (value?.N !== undefined) return numberOf(value.N);
  if (value?.BOOL !== undefined) return value.BOOL;
  if (value?.L !== undefined) return value.L.map(plainValue);
  if (value?.M !== undefined) return plainItem(value.M);
  if (value?.SS !== undefined) return new Set(value.SS);
  if (value?.NS !== undefined) return new Set(value.NS.map(numberOf));
  if (value?.BS !== undefined) return new Set(value.BS);
  return value?.B ?? null;
}

function numberOf(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && !Number.isSafeInteger(number))
    throw new InvariantError('An item has an integer beyond 2^53');
  return number;
}
