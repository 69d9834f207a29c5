import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { DUE_ATTRIBUTES, dueFrom, type DueAttributes } from './due.ts';
import {
  type Item,
  type Key,
  type Table,
  isGrantItem,
  untilUnchanged,
  grantAttributes,
  CHANGED,
} from '../table/index.ts';
import { type Seconds, DAY } from '../runtime/time.ts';

/**
 * What is left on a grant's item when the grant is removed or narrowed, in that very write: that the holders whose
 * tokens were built from it are still to be raised. Whoever has raised them clears it.
 */
export interface Mark extends DueAttributes {
  /** Names this change, so that a later one is not cleared by who finished an earlier one. */
  readonly revoking: string;
}

/** A new mark. @param now - milliseconds since the Unix epoch */
export function newMark(key: Key, now: number): Mark {
  return { revoking: randomUUID(), ...dueFrom(key, now) };
}

const MarkAttributes = z.object({
  revoking: z.string(),
  dueShard: z.string(),
  dueSince: z.int(),
  dueAt: z.int(),
});

/** The mark on an item; undefined where it has none. */
export function markIn(item: Item | undefined): Mark | undefined {
  return z.safeParse(MarkAttributes, item).data;
}

/** The name of the mark on an item; undefined where it has none. */
export function markOf(item: Item | undefined): string | undefined {
  const revoking = item?.['revoking'];
  return typeof revoking === 'string' ? revoking : undefined;
}

/**
 * Clears the mark that a change left, unless a later change left its own. From here on DynamoDB may delete the item in
 * its time: a grant when it has expired, what is left of a removed one in a day.
 *
 * @param at - Unix seconds
 * @throws StoreUnavailableError where the item is contended
 */
export async function clearMark(table: Table, key: Key, mark: string, at: Seconds): Promise<void> {
  await untilUnchanged('finish the revocation of a changed grant', async () => {
    const [item] = await table.batchGet([key]);
    if (item === undefined || markOf(item) !== mark) return;
    const ttl = isGrantItem(item) ? grantAttributes(item)?.expiresAt : at + DAY;
    const cleared = await table.update(
      key,
      {
        text: `${ttl === undefined ? '' : 'SET #ttl = :ttl '}REMOVE revoking, ${DUE_ATTRIBUTES}`,
        ...(ttl !== undefined && { values: { ':ttl': ttl }, names: { '#ttl': 'ttl' } }),
      },
      { text: 'revoking = :mark AND etag = :etag', values: { ':mark': mark, ':etag': item['etag'] } },
    );
    return cleared ? undefined : CHANGED;
  });
}
