import type { Clock } from '../runtime/clock.ts';
import { DAY, HOUR, toSeconds, type Milliseconds, type Seconds } from '../runtime/time.ts';
import {
  CHANGED,
  dueFrom,
  holderItem,
  NOTHING_THERE,
  untilUnchanged,
  type Key,
  type Table,
} from '../table/index.ts';
import { pendingFamilies } from './families.ts';
import { hasSigned, holderFromItem, ttlOf, type Holder } from './holders.ts';
import { CLOCK_SKEW } from './job.ts';

/** The longest life of a token, whatever the stage's own limit is now or was earlier (MAX_TTL_SECONDS of lib/wiring). */
const LONGEST_LIFE: Seconds = DAY;

/** The outcome for one holder: its families are ended, or it was up to date, or there is nothing to end. */
export type Ended = 'ended' | 'already' | 'nothing';

/** The moment of a revocation of all tokens, and the clock. */
export interface EndingRun {
  readonly table: Table;
  readonly clock: Clock;
  /** The moment when the revocation began, in milliseconds since the Unix epoch. A repeated run passes the same. */
  readonly began: Milliseconds;
}

/**
 * Ends the current family of a holder, whatever its item says about the family. The item may come from a backup: the family can
 * have lived on after the backup, and even one that had signed nothing can have signed since. So the family stays pending until no
 * token of a day can be left. A revocation by the API trusts the item instead (`raiseEpoch`).
 *
 * @returns `already` if this run has made the family: a repeated run leaves it alone. A later epoch shows nothing, as the clock of the
 * operator's computer can be wrong by minutes
 * @throws UnreadableItemError, StoreContendedError, StoreRefusedError, StoreUnavailableError
 */
export async function endFamily(run: EndingRun, key: Key): Promise<Ended> {
  return end(run, key, (found) => {
    if (found === undefined) return 'nothing';
    return found.epoch === lowestEpochOf(run) ? 'already' : {};
  });
}

/**
 * Ends the families that a holder has in a former table: those that it held tokens of, and those that Document Engine had not
 * confirmed. The present table is a restored one and need not know them. If it has no such holder, it gets one, so that the
 * families can be delivered.
 *
 * @param former - the holder as the former table has it
 * @returns `already` if the present table waits for Document Engine's confirmation of all of them
 * @throws UnreadableItemError, StoreContendedError, StoreRefusedError, StoreUnavailableError
 */
export async function endFormerFamilies(run: EndingRun, key: Key, former: Holder): Promise<Ended> {
  const signed = hasSigned(former) ? { [former.epoch]: former.holdsUntil } : {};
  const all = { ...former, pending: { ...former.pending, ...signed } };
  const families = Object.fromEntries(
    pendingFamilies(all, toSeconds(run.clock.now())).map(({ epoch, holdsUntil }) => [epoch, holdsUntil]),
  );
  const lasting = Object.entries(families);
  return end(run, key, (found) => {
    if (lasting.length === 0) return 'nothing';
    const isWaiting = ([epoch, until]: [string, Seconds]): boolean => (found?.pending[epoch] ?? 0) >= until;
    return found !== undefined && lasting.every(isWaiting) ? 'already' : families;
  });
}

/** The families to end besides the current one, as {@link Holder} has its pending ones; or the reason for leaving the holder. */
type Decision = Readonly<Record<string, Seconds>> | Exclude<Ended, 'ended'>;

async function end(
  run: EndingRun,
  key: Key,
  decide: (found: Holder | undefined) => Decision,
): Promise<Ended> {
  const { table, clock } = run;
  return untilUnchanged<Ended>('end the families of a holder', async () => {
    const [item] = await table.batchGet([key]);
    const found = item && holderFromItem(item);
    const families = decide(found);
    if (typeof families === 'string') return families;
    const now = clock.now();
    const ended = endedHolder(found, families, lowestEpochOf(run), now);
    const waits = Object.keys(ended.pending).length > 0 ? dueFrom(key, now) : {};
    const next = { ...holderItem(key, ended, ttlOf(ended, now)), ...waits };
    return (await table.put(next, unchanged(found))) ? 'ended' : CHANGED;
  });
}

/** Makes the holder. It always has a new epoch, as every holder with a new pending family: `settlePending` relies on it. */
function endedHolder(
  found: Holder | undefined,
  families: Readonly<Record<string, Seconds>>,
  lowestEpoch: Milliseconds,
  now: Milliseconds,
): Holder {
  const pending: Record<string, Seconds> = { ...found?.pending };
  const lasts = Math.ceil((toSeconds(now) + LONGEST_LIFE) / HOUR) * HOUR;
  const current = found === undefined ? {} : { [found.epoch]: Math.max(found.holdsUntil, lasts) };
  for (const [epoch, until] of [...Object.entries(families), ...Object.entries(current)]) {
    pending[epoch] = Math.max(until, pending[epoch] ?? 0);
  }
  const epoch = Math.max(lowestEpoch, ...Object.keys(pending).map((ended) => Number(ended) + 1));
  return { epoch, namedAt: epoch, holdsUntil: 0, builtFrom: new Set(), pending };
}

/** A mint or another revocation can change the holder between the read and the write. */
function unchanged(found: Holder | undefined) {
  if (found === undefined) return NOTHING_THERE;
  return {
    text: 'epoch = :epoch AND holdsUntil = :holdsUntil',
    values: { ':epoch': found.epoch, ':holdsUntil': found.holdsUntil },
  };
}

/** Gives the epoch of the families that a run makes, unless a holder has had a later one. */
const lowestEpochOf = ({ began }: EndingRun): Milliseconds => began + CLOCK_SKEW;
