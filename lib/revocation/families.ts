import { hash } from 'node:crypto';
import { slicesOf } from '../runtime/slices.ts';
import { HOUR, type Milliseconds, type Seconds } from '../runtime/time.ts';
import {
  CHANGED,
  DUE_ATTRIBUTES,
  dueFrom,
  TTL_NAME,
  untilUnchanged,
  type Key,
  type Table,
} from '../table/index.ts';
import { holderFromItem, ttlOf, type Holder } from './holders.ts';

const FAMILY_BYTES = 16;

/**
 * Makes the `jti` of all tokens that a user holds for a document in one epoch: SHA-256 of a JSON array (which no choice
 * of ids can make ambiguous), cut to 128 bits, in base64url. RFC 7519 section 4.1.7 asks that no id be assigned twice
 * by accident. Here a family of tokens shares one on purpose, so that Document Engine revokes all of them at once.
 */
export function familyId(documentId: string, userId: string, epoch: Milliseconds): string {
  return hash('sha256', JSON.stringify([documentId, userId, epoch]), 'buffer')
    .subarray(0, FAMILY_BYTES)
    .toString('base64url');
}

/** The time for which a revocation is still delivered after the family's last token has expired. */
export const DELIVERY_MARGIN: Seconds = HOUR;

/** A revoked family that Document Engine has not confirmed. */
export interface PendingFamily {
  readonly epoch: Milliseconds;
  /** The latest expiry of its tokens, Unix seconds. */
  readonly holdsUntil: Seconds;
}

/**
 * Lists the families of a holder that still have to be delivered: Document Engine has not confirmed them, and their
 * tokens expired less than {@link DELIVERY_MARGIN} ago, if at all.
 */
export function pendingFamilies(holder: Holder, atSeconds: Seconds): PendingFamily[] {
  return Object.entries(holder.pending)
    .map(([epoch, holdsUntil]) => ({ epoch: Number(epoch), holdsUntil }))
    .filter((family) => mayMatter(family, atSeconds));
}

function mayMatter({ holdsUntil }: Pick<PendingFamily, 'holdsUntil'>, atSeconds: Seconds): boolean {
  return holdsUntil + DELIVERY_MARGIN > atSeconds;
}

/** A rule that selects the holders to raise, and their new epoch. */
export interface RaiseRule {
  /** Tells whether to raise a holder. It is asked again each time the holder is read. */
  readonly applies: (holder: Holder) => boolean;
  /** The least new epoch; the clock's milliseconds unless given. */
  readonly lowestEpoch?: Milliseconds;
}

/**
 * Ends the current family of a holder: gives the holder a new epoch, and keeps the old epoch as pending until Document
 * Engine confirms it. This is one conditional write. If the item has changed since it was read, it is read again.
 *
 * If another writer has raised the holder since, the family has already ended and nothing is written. So several
 * revocations of one holder at the same moment all finish.
 *
 * A family without a live token is ended as well: a mint that read its grants earlier may be about to extend it. It does not
 * become pending. The same write drops pending families that no longer matter, so that the item cannot grow without end.
 *
 * @param holder - the holder as read
 * @returns the holder as it was left; undefined if the item is gone
 * @throws StoreUnavailableError if other writers change the item during every attempt
 */
export async function raiseEpoch(
  table: Table,
  key: Key,
  holder: Holder,
  rule: RaiseRule,
  now: Milliseconds,
): Promise<Holder | undefined> {
  return changeHolder('revoke', table, key, holder, async (found) => {
    if (found.epoch !== holder.epoch || !rule.applies(found)) return found;
    const raised = raisedHolder(found, Math.max(now, rule.lowestEpoch ?? 0), now);
    return (await writeRaised(table, key, found, raised, now)) ? raised : CHANGED;
  });
}

function raisedHolder(holder: Holder, lowestEpoch: Milliseconds, now: Milliseconds): Holder {
  const epoch = Math.max(lowestEpoch, holder.epoch + 1);
  const waits = mayMatter(holder, now / 1000);
  const past = new Set(pastFamilies(holder, now));
  const pending = Object.entries(holder.pending).filter(([family]) => !past.has(family));
  return {
    epoch,
    namedAt: epoch,
    holdsUntil: 0,
    builtFrom: new Set(),
    pending: { ...Object.fromEntries(pending), ...(waits && { [holder.epoch]: holder.holdsUntil }) },
  };
}

/** Lists the pending epochs that no longer matter, at most as many as one expression can name. */
function pastFamilies({ pending }: Holder, now: Milliseconds): string[] {
  return Object.keys(pending)
    .filter((epoch) => !mayMatter({ holdsUntil: pending[epoch] ?? 0 }, now / 1000))
    .slice(0, MOST_NAMED_AT_ONCE);
}

function writeRaised(
  table: Table,
  key: Key,
  holder: Holder,
  raised: Holder,
  now: Milliseconds,
): Promise<boolean> {
  const ended = String(holder.epoch);
  const waits = ended in raised.pending;
  const past = Object.keys(holder.pending).filter((epoch) => !(epoch in raised.pending));
  const nothingWaits = Object.keys(raised.pending).length === 0;
  const due = dueFrom(key, now);
  return table.update(
    key,
    {
      text:
        'SET epoch = :raised, namedAt = :raised, holdsUntil = :none, #ttl = :ttl' +
        (waits
          ? ', pending.#ended = :until, dueShard = :shard, dueSince = :now, waitingSince = if_not_exists(waitingSince, :now)'
          : '') +
        ` REMOVE ${['builtFrom', ...pathsOf(past), ...(nothingWaits ? [DUE_ATTRIBUTES] : [])].join(', ')}`,
      values: {
        ':raised': raised.epoch,
        ':none': raised.holdsUntil,
        ':ttl': ttlOf(raised, now),
        ...(waits && { ':until': holder.holdsUntil, ':shard': due.dueShard, ':now': now }),
      },
      names: { ...TTL_NAME, ...namesOf(past), ...(waits && { '#ended': ended }) },
    },
    {
      // A mint may extend the family's life meanwhile. The write must then fail: the new end has to be delivered.
      text: 'epoch = :epoch AND holdsUntil = :holdsUntil',
      values: { ':epoch': holder.epoch, ':holdsUntil': holder.holdsUntil },
    },
  );
}

// DynamoDB refuses expressions over 4 KB.
const MOST_NAMED_AT_ONCE = 100;

/** Makes the paths of pending families in an expression, for the names of {@link namesOf}. */
function pathsOf(epochs: readonly string[]): string[] {
  return epochs.map((_, index) => `pending.#gone${index}`);
}

function namesOf(epochs: readonly string[]): Record<string, string> {
  return Object.fromEntries(epochs.map((epoch, index) => [`#gone${index}`, epoch]));
}

/**
 * Removes families from the map of pending ones, and the item from the index if none is left.
 *
 * @param holder - the holder as read
 * @param settled - the epochs that Document Engine confirmed, and those that no longer matter
 * @throws StoreUnavailableError if other writers change the item during every attempt
 */
export async function settlePending(
  table: Table,
  key: Key,
  holder: Holder,
  settled: ReadonlySet<Milliseconds>,
): Promise<void> {
  let found: Holder | undefined = holder;
  const gone = Object.entries(holder.pending).filter(([epoch]) => settled.has(Number(epoch)));
  for (const slice of slicesOf(gone, MOST_NAMED_AT_ONCE)) {
    if (found === undefined) return;
    found = await changeHolder('confirm a revocation', table, key, found, (latest) =>
      settleSlice(table, key, latest, slice),
    );
  }
}

async function settleSlice(
  table: Table,
  key: Key,
  holder: Holder,
  slice: readonly (readonly [epoch: string, holdsUntil: Seconds])[],
): Promise<Holder | typeof CHANGED> {
  // A family may turn out to last longer (endFormerFamilies). Its confirmation must last as long.
  const gone = slice.filter(([epoch, until]) => holder.pending[epoch] === until).map(([epoch]) => epoch);
  if (gone.length === 0) return holder;
  const left: Holder = {
    ...holder,
    pending: Object.fromEntries(Object.entries(holder.pending).filter(([epoch]) => !gone.includes(epoch))),
  };
  return (await writeSettled(table, key, left, gone)) ? left : CHANGED;
}

function writeSettled(
  table: Table,
  key: Key,
  { epoch, pending }: Holder,
  gone: readonly string[],
): Promise<boolean> {
  const nothingWaits = Object.keys(pending).length === 0;
  return table.update(
    key,
    {
      text: `REMOVE ${[...pathsOf(gone), ...(nothingWaits ? [DUE_ATTRIBUTES] : [])].join(', ')}`,
      names: namesOf(gone),
    },
    // A new pending family always comes with a new epoch. The condition keeps this write from removing it from the index.
    { text: 'epoch = :epoch', values: { ':epoch': epoch } },
  );
}

const MAX_ATTEMPTS = 10;

/**
 * Changes a holder by a conditional write. If another writer was faster, it reads the holder and tries again.
 *
 * @returns the holder as it was left; undefined if the item is gone, as a holder's is after its `ttl`
 */
function changeHolder(
  doing: string,
  table: Table,
  key: Key,
  holder: Holder,
  change: (found: Holder) => Promise<Holder | typeof CHANGED>,
): Promise<Holder | undefined> {
  return untilUnchanged(
    doing,
    async (attempt) => {
      const found = attempt === 0 ? holder : await readHolder(table, key);
      return found && change(found);
    },
    MAX_ATTEMPTS,
  );
}

async function readHolder(table: Table, key: Key): Promise<Holder | undefined> {
  const [item] = await table.batchGet([key]);
  return item && holderFromItem(item);
}
