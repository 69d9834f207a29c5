import { errorFields, UnreadableItemError } from '../runtime/errors.ts';
import { StoreContendedError, StoreRefusedError, type Item, type Key } from '../table/index.ts';
import { deliver } from './delivery.ts';
import { raiseEpoch, type RaiseRule } from './families.ts';
import { readableHolders, type HolderAt } from './holders.ts';
import type { RevocationRun } from './revocation-run.ts';

/** The outcome of raising some holders. */
export interface RaiseOutcome {
  /** The number of holders that were raised. */
  readonly raised: number;
  /**
   * The number of families that Document Engine has not confirmed. The current family of a refused holder is one of them.
   */
  readonly waiting: number;
  /** The number of unreadable holder items. Their tokens cannot be revoked. */
  readonly unreadable: number;
  /** The number of holders that could not be written; absent if there are none. Their tokens are not revoked yet. */
  readonly refused?: number;
  /** The keys of the unreadable ones, and of those that could not be written. They have to be raised later. */
  readonly passedOver: readonly Key[];
}

/**
 * Raises holders and delivers their families to Document Engine. A holder that cannot be read or written is passed over,
 * logged and counted: it would fail again, and the others must not wait for it.
 *
 * @param rule - selects the holders to raise; the pending families of the others are delivered as well
 * @throws an error that says nothing about a holder, such as that of a table that throttles, after all others are raised
 * and delivered. The holders then have to be raised again.
 */
export async function revokeHolders(
  items: readonly Item[],
  rule: RaiseRule,
  run: RevocationRun,
): Promise<RaiseOutcome> {
  const { log } = run;
  const unreadable: Key[] = [];
  const notReadable = ({ pk, sk }: Key, error: unknown): void => {
    unreadable.push({ pk, sk });
    log.error('a holder item cannot be read, and its tokens are not revoked', { pk, ...errorFields(error) });
  };
  const raises = await Promise.all(readableHolders(items, notReadable).map((at) => raise(at, rule, run)));
  const refusals = raises.filter(({ error }) => isOfWrite(error));
  logRefusals(
    refusals.filter(({ error }) => error instanceof StoreRefusedError),
    run,
  );
  for (const { key, error } of raises) if (error instanceof UnreadableItemError) notReadable(key, error);
  // A refused holder may be too large. Confirmed families leave it, and it can be written then.
  const { waiting, interruption } = await deliver(
    raises.flatMap(({ left }) => left),
    run,
  );
  const others = raises.map(({ error }) => error).filter((error) => error !== undefined && !isOfItem(error));
  if (others.length > 0) throw others[0];
  if (interruption) throw interruption;
  const passedOver = [...unreadable, ...refusals.map(({ key }) => key)];
  if (passedOver.length > 0) log.gauge('HoldersPassedOver', passedOver.length);
  return {
    raised: raises.filter(({ isRaised }) => isRaised).length,
    waiting: waiting + refusals.length,
    unreadable: unreadable.length,
    ...(refusals.length > 0 && { refused: refusals.length }),
    passedOver,
  };
}

interface Raise {
  readonly key: Key;
  readonly isRaised: boolean;
  /** The holder as it was left; empty if it is gone or cannot be read. */
  readonly left: readonly HolderAt[];
  readonly error?: unknown;
}

async function raise(at: HolderAt, rule: RaiseRule, { table, clock }: RevocationRun): Promise<Raise> {
  const { key, holder } = at;
  try {
    const after = await raiseEpoch(table, key, holder, rule, clock.now());
    const left = after === undefined ? [] : [{ key, holder: after }];
    return { key, isRaised: after?.epoch !== holder.epoch, left };
  } catch (error) {
    return { key, isRaised: false, left: isOfWrite(error) ? [at] : [], error };
  }
}

function isOfItem(error: unknown): boolean {
  return isOfWrite(error) || error instanceof UnreadableItemError;
}

/** Tells whether one holder alone could not be written: the table refuses it, or others change it during every attempt. */
function isOfWrite(error: unknown): boolean {
  return error instanceof StoreRefusedError || error instanceof StoreContendedError;
}

/** Logs one line for all, as a missing permission concerns every holder. */
function logRefusals(refusals: readonly Raise[], { log }: RevocationRun): void {
  const [first] = refusals;
  if (first === undefined) return;
  log.error('holder items cannot be written, and their tokens are not revoked yet', {
    pk: first.key.pk,
    holders: refusals.length,
    ...errorFields(first.error),
  });
  log.count('RevocationNotWritten');
}
