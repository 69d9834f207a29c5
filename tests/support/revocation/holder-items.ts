import { DAY, toMilliseconds, type Milliseconds } from '../../../lib/runtime/time.ts';
import { holderKey, type Item } from '../../../lib/table/index.ts';
import { NOON } from '../runtime/clock.ts';

/** The epoch of the holders of {@link holderItem}: a day before noon. */
export const EPOCH: Milliseconds = toMilliseconds(NOON - DAY);

/** The epoch of the pending family of {@link waitingItem}: two days before noon. */
export const WAITING_EPOCH: Milliseconds = toMilliseconds(NOON - 2 * DAY);

/**
 * Makes the item of a holder of the document `contract`, with tokens from everyone's grant until a day after noon,
 * unless given.
 */
export function holderItem(userId: string, attributes: Readonly<Record<string, unknown>> = {}): Item {
  const key = holderKey('contract', userId);
  return {
    ...key,
    principal: key.sk,
    epoch: EPOCH,
    namedAt: EPOCH,
    holdsUntil: NOON + DAY,
    builtFrom: new Set(['EVERYONE']),
    pending: {},
    ...attributes,
  };
}

/**
 * Makes the item of a holder with one pending family.
 *
 * @param since - the moment from which the family waits and is due
 * @param shard - the item's partition in the index of due items
 */
export function waitingItem(
  userId: string,
  since: Milliseconds = toMilliseconds(NOON),
  shard = 'DUE#0',
  attributes: Readonly<Record<string, unknown>> = {},
): Item {
  const due = { dueShard: shard, dueSince: since, waitingSince: since };
  return holderItem(userId, { pending: { [WAITING_EPOCH]: NOON + 3600 }, ...due, ...attributes });
}
