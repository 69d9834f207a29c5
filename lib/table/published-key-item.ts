import * as z from 'zod/mini';
import { DAY, type Seconds } from '../runtime/time.ts';
import { publishedKeyKey } from './keys.ts';
import type { Item } from './table.ts';

const ALWAYS = {
  alg: z.string(),
  publicKey: z.string(),
  longestLife: z.int(),
  createdAt: z.exactOptional(z.int()),
  entryIds: z.exactOptional(
    z.pipe(
      z.set(z.int()),
      z.transform((ids): ReadonlySet<number> => ids),
    ),
  ),
};

const PublishedKeyAttributes = z.discriminatedUnion('state', [
  z.object({
    ...ALWAYS,
    state: z.enum(['pending', 'current']),
    verifiesUntil: z.exactOptional(z.never()),
  }),
  z.object({ ...ALWAYS, state: z.enum(['previous', 'dropped']), verifiesUntil: z.int() }),
]);

/** A published key; `longestLife` in seconds, `createdAt` and `verifiesUntil` in Unix seconds, `entryIds` those of Document Engine's list. */
export type PublishedKeyAttributes = { readonly kid: string } & z.output<typeof PublishedKeyAttributes>;

/** The time for which a key stays in the table after it has ceased to verify, for later investigations. */
const KEPT: Seconds = 30 * DAY;

/** Reads a published key's item; undefined if it cannot be read. */
export function publishedKeyAttributes(item: Item): PublishedKeyAttributes | undefined {
  const { data } = z.safeParse(PublishedKeyAttributes, item);
  return data && { kid: item.sk, ...data };
}

/** Makes a published key's item. DynamoDB deletes it 30 days after `verifiesUntil`. */
export function publishedKeyItem({ kid, ...attributes }: PublishedKeyAttributes): Item {
  const { verifiesUntil } = attributes;
  return {
    ...publishedKeyKey(kid),
    ...attributes,
    ...(verifiesUntil !== undefined && { ttl: verifiesUntil + KEPT }),
  };
}
