import { randomUUID } from 'node:crypto';
import { DAY, type Milliseconds, type Seconds } from '../runtime/time.ts';
import {
  CHANGED,
  DUE_ATTRIBUTES,
  dueFrom,
  grantAttributes,
  grantUnchanged,
  isGrantItem,
  markAttributes,
  markName,
  TTL_NAME,
  untilUnchanged,
  type DueAttributes,
  type Expression,
  type Item,
  type Key,
  type Table,
} from '../table/index.ts';

/**
 * The mark on a grant's item: holders with tokens from this grant still have to be raised. The write that removes or
 * narrows the grant sets the mark. It is cleared after the last of these holders is raised.
 */
export interface Mark extends DueAttributes {
  /** The name of this change. It keeps the end of an earlier revocation from clearing the mark of a later change. */
  readonly revoking: string;
}

/** Makes a new mark. @param now - milliseconds since the Unix epoch */
export function newMark(key: Key, now: Milliseconds): Mark {
  return { revoking: randomUUID(), ...dueFrom(key, now) };
}

/** Reads the mark on an item; undefined if it has none. */
export function markIn(item: Item | undefined): Mark | undefined {
  return markAttributes(item);
}

/** Reads the name of the mark on an item; undefined if it has none. */
export function markOf(item: Item | undefined): string | undefined {
  return markName(item);
}

/**
 * Clears the mark of a change, unless a later change has set another. From then on DynamoDB may delete the item: a
 * grant when it has expired, the tombstone of a removed grant after a day.
 *
 * @param at - the current time, Unix seconds
 * @throws StoreUnavailableError if other writers change the item during every attempt
 */
export async function clearMark(table: Table, key: Key, mark: string, at: Seconds): Promise<void> {
  await untilUnchanged('finish the revocation of a changed grant', async () => {
    const [item] = await table.batchGet([key]);
    if (item === undefined || markOf(item) !== mark) return;
    const ttl = isGrantItem(item) ? grantAttributes(item)?.expiresAt : at + DAY;
    // Every change gives a new etag. Without this condition a later change could lose its mark, or get this one's `ttl`.
    const cleared = await table.update(key, clearing(ttl), grantUnchanged(item));
    return cleared ? undefined : CHANGED;
  });
}

function clearing(ttl: Seconds | undefined): Expression {
  const text = `REMOVE revoking, ${DUE_ATTRIBUTES}`;
  if (ttl === undefined) return { text };
  return { text: `SET #ttl = :ttl ${text}`, values: { ':ttl': ttl }, names: TTL_NAME };
}
