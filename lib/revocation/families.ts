import { DUE_ATTRIBUTES, dueFrom } from './due.ts';
import { holderFromItem, ttlOf, type Holder } from './holders.ts';
import { type Key, type Table, untilUnchanged, CHANGED } from '../table/index.ts';

/** How long after the end of a family's last token Document Engine is still told of its revocation, in seconds. */
export const DELIVERY_MARGIN = 3600;

/** A revoked family whose tokens may live. */
export interface PendingFamily {
  readonly epoch: number;
  /** No token of it lives longer; Unix seconds. */
  readonly holdsUntil: number;
}

/** The families of a holder that Document Engine has not confirmed and that could still matter to it. */
export function pendingFamilies(holder: Holder, atSeconds: number): PendingFamily[] {
  return Object.entries(holder.pending)
    .map(([epoch, holdsUntil]) => ({ epoch: Number(epoch), holdsUntil }))
    .filter(({ holdsUntil }) => holdsUntil + DELIVERY_MARGIN > atSeconds);
}

/** Which holders to raise, and how far. */
export interface RaiseRule {
  /** Asked of every reading of a holder. */
  readonly applies: (holder: Holder) => boolean;
  /** The new epoch is no less; the clock's milliseconds unless given. */
  readonly lowestEpoch?: number;
}

const MAX_ATTEMPTS = 10;

/**
 * Ends the family that a holder was read with: gives the holder a new epoch, and keeps the old one as pending until
 * Document Engine confirms it. One conditional write; where the item changed since it was read, it is read again.
 *
 * Where somebody else has raised the holder since, that ended the family just as well: however many revoke at the same
 * moment, none keeps another from coming to an end.
 *
 * Even a family without a living token is ended: a mint that read its grants before may be about to extend it.
 *
 * @param holder - as it was read
 * @returns the holder as it was left
 * @throws StoreUnavailableError where the item is contended
 */
export async function raiseEpoch(
  table: Table,
  key: Key,
  holder: Holder,
  rule: RaiseRule,
  now: number,
): Promise<Holder | undefined> {
  let found: Holder | undefined = holder;
  return untilUnchanged(
    'revoke',
    async (attempt) => {
      if (attempt > 0) found = await readHolder(table, key);
      if (found?.epoch !== holder.epoch || !rule.applies(found)) return found;
      const raised = raisedHolder(found, Math.max(now, rule.lowestEpoch ?? 0), now);
      return (await writeRaised(table, key, found, raised, now)) ? raised : CHANGED;
    },
    MAX_ATTEMPTS,
  );
}

function raisedHolder(holder: Holder, lowestEpoch: number, now: number): Holder {
  const epoch = Math.max(lowestEpoch, holder.epoch + 1);
  const mayLive = holder.holdsUntil + DELIVERY_MARGIN > now / 1000;
  return {
    epoch,
    namedAt: epoch,
    holdsUntil: 0,
    builtFrom: new Set(),
    pending: { ...holder.pending, ...(mayLive && { [holder.epoch]: holder.holdsUntil }) },
  };
}

function writeRaised(table: Table, key: Key, holder: Holder, raised: Holder, now: number): Promise<boolean> {
  const ended = String(holder.epoch);
  const waits = ended in raised.pending;
  const due = dueFrom(key, now);
  return table.update(
    key,
    {
      text:
        'SET epoch = :raised, namedAt = :raised, holdsUntil = :none, #ttl = :ttl' +
        (waits
          ? ', pending.#ended = :until, dueShard = :shard, dueAt = :now, dueSince = if_not_exists(dueSince, :now)'
          : '') +
        ' REMOVE builtFrom',
      values: {
        ':raised': raised.epoch,
        ':none': raised.holdsUntil,
        ':ttl': ttlOf(raised, now),
        ...(waits && { ':until': holder.holdsUntil, ':shard': due.dueShard, ':now': now }),
      },
      names: { '#ttl': 'ttl', ...(waits && { '#ended': ended }) },
    },
    {
      // A mint that extends the family's life must make this fail: its new end is what has to be delivered.
      text: 'epoch = :epoch AND holdsUntil = :holdsUntil',
      values: { ':epoch': holder.epoch, ':holdsUntil': holder.holdsUntil },
    },
  );
}

// DynamoDB takes no expression of more than 4 KB.
const MOST_SETTLED_AT_ONCE = 100;

/**
 * Takes families off the map of pending ones, and the item off the index when none is left.
 *
 * @param holder - as it was read
 * @param settled - the epochs that Document Engine confirmed, or that nobody needs to tell it any more
 * @throws StoreUnavailableError where the item is contended
 */
export async function settlePending(
  table: Table,
  key: Key,
  holder: Holder,
  settled: ReadonlySet<number>,
): Promise<void> {
  let found: Holder | undefined = holder;
  await untilUnchanged(
    'confirm a revocation',
    async (attempt) => {
      if (attempt > 0) found = await readHolder(table, key);
      while (found !== undefined) {
        const gone = Object.keys(found.pending).filter((epoch) => settled.has(Number(epoch)));
        if (gone.length === 0) return;
        const next = gone.slice(0, MOST_SETTLED_AT_ONCE);
        const left: Holder['pending'] = Object.fromEntries(
          Object.entries(found.pending).filter(([epoch]) => !next.includes(epoch)),
        );
        if (!(await writeSettled(table, key, found, next, left))) return CHANGED;
        found = { ...found, pending: left };
      }
      return;
    },
    MAX_ATTEMPTS,
  );
}

function writeSettled(
  table: Table,
  key: Key,
  { epoch }: Holder,
  gone: readonly string[],
  left: Holder['pending'],
): Promise<boolean> {
  const paths = gone.map((_, index) => `pending.#gone${index}`).join(', ');
  return table.update(
    key,
    {
      text: `REMOVE ${paths}${Object.keys(left).length === 0 ? `, ${DUE_ATTRIBUTES}` : ''}`,
      names: Object.fromEntries(gone.map((ended, index) => [`#gone${index}`, ended])),
    },
    // Whoever adds a family changes the epoch; so none was added since, that would be taken off the index here.
    { text: 'epoch = :epoch', values: { ':epoch': epoch } },
  );
}

async function readHolder(table: Table, key: Key): Promise<Holder | undefined> {
  const [item] = await table.batchGet([key]);
  return item && holderFromItem(item);
}
