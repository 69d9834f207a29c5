import * as z from 'zod/mini';
import type { Seconds } from '../runtime/time.ts';
import type { Item, Key } from './table.ts';

// docs/table.md and the type `Holder` explain the attributes.
const HolderAttributes = z.object({
  epoch: z.int(),
  namedAt: z.int(),
  holdsUntil: z.int(),
  builtFrom: z._default(z.set(z.string()), new Set()),
  pending: z._default(z.record(z.string(), z.int()), {}),
});

/** The attributes of a holder item. */
export type HolderAttributes = Readonly<Omit<z.output<typeof HolderAttributes>, 'builtFrom'>> & {
  readonly builtFrom: ReadonlySet<string>;
};

/** Reads the attributes of a holder item; undefined if they cannot be read. */
export function holderAttributes(item: Item): HolderAttributes | undefined {
  return z.safeParse(HolderAttributes, item).data;
}

/**
 * Makes a holder item. Its attribute `principal` is its partition in the index {@link BY_PRINCIPAL}.
 *
 * @param ttl - the moment from which DynamoDB may delete it, Unix seconds
 */
export function holderItem(key: Key, { builtFrom, ...attributes }: HolderAttributes, ttl: Seconds): Item {
  // DynamoDB has no empty set.
  return { ...key, principal: key.sk, ...attributes, ...(builtFrom.size > 0 && { builtFrom }), ttl };
}
