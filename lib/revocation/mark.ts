import { randomUUID } from 'node:crypto';
import { DAY, type Milliseconds, type Seconds } from '../runtime/time.ts';
import {
  CHANGED,
  DUE_ATTRIBUTES,
  dueFrom,
  dueOf,
  grantAttributes,
  grantUnchanged,
  isGrantItem,
  markAttributes,
  markName,
  type MarkWalk,
  TTL_NAME,
  untilUnchanged,
  type DueAttributes,
  type Expression,
  type Item,
  type Key,
  type Table,
} from '../table/index.ts';
import { behind, pauseAfter } from './due.ts';

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
  const text = `REMOVE revoking, underWay, ${DUE_ATTRIBUTES}`;
  if (ttl === undefined) return { text };
  return { text: `SET #ttl = :ttl ${text}`, values: { ':ttl': ttl }, names: TTL_NAME };
}

/**
 * Writes how far the walk of a mark is, so that the next turn continues there. The mark moves behind the other due items.
 * What it says stays true for as long as the item has this mark, even if the write is carried out late.
 *
 * @param now - milliseconds since the Unix epoch
 * @returns false if the item no longer has the mark
 */
export function keepWalk(
  table: Table,
  key: Key,
  mark: string,
  underWay: MarkWalk,
  now: Milliseconds,
): Promise<boolean> {
  return table.update(
    key,
    {
      text: 'SET underWay = :underWay, dueSince = :behind',
      values: { ':underWay': underWay, ':behind': behind(now) },
    },
    hasMark(mark),
  );
}

/**
 * Postpones a mark after a walk that could not raise every holder. The next walk begins with the first page.
 *
 * @param now - milliseconds since the Unix epoch
 */
export async function postponeMark(table: Table, key: Key, mark: string, now: Milliseconds): Promise<void> {
  const [item] = await table.batchGet([key]);
  if (item === undefined || markOf(item) !== mark) return;
  const waitingSince = dueOf(item)?.waitingSince ?? now;
  await table.update(
    key,
    {
      text: 'SET dueSince = :next, waitingSince = :waitingSince REMOVE underWay',
      values: { ':next': now + pauseAfter(waitingSince, now), ':waitingSince': waitingSince },
    },
    hasMark(mark),
  );
}

/** Makes the condition that an item still has the mark of this change: every later change sets another mark. */
function hasMark(mark: string): Expression {
  return { text: 'revoking = :mark', values: { ':mark': mark } };
}
