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
 * The mark on a grant's item: the holders whose tokens were built from the grant are still to be raised. The very write that removes
 * or narrows the grant leaves it, and it is cleared when they are.
 */
export interface Mark extends DueAttributes {
  /** Names this change, so that finishing an earlier one does not clear the mark of a later one. */
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
 * Clears the mark that a change left, unless a later change left its own. From here on DynamoDB may delete the item in
 * its time: a grant when it has expired, the tombstone of a removed one in a day.
 *
 * @param at - Unix seconds
 * @throws StoreUnavailableError if the item is contended
 */
export async function clearMark(table: Table, key: Key, mark: string, at: Seconds): Promise<void> {
  await untilUnchanged('finish the revocation of a changed grant', async () => {
    const [item] = await table.batchGet([key]);
    if (item === undefined || markOf(item) !== mark) return;
    const ttl = isGrantItem(item) ? grantAttributes(item)?.expiresAt : at + DAY;
    const cleared = await table.update(key, clearing(ttl), grantUnchanged(item));
    return cleared ? undefined : CHANGED;
  });
}

function clearing(ttl: Seconds | undefined): Expression {
  const text = `REMOVE revoking, ${DUE_ATTRIBUTES}`;
  if (ttl === undefined) return { text };
  return { text: `SET #ttl = :ttl ${text}`, values: { ':ttl': ttl }, names: TTL_NAME };
}
