import {
  growHolder,
  pendingFamilies,
  raiseEpoch,
  satisfies,
  type Holder,
  type HolderNeed,
} from '../revocation/index.ts';
import { LayermintError } from '../runtime/errors.ts';
import { toSeconds, type Milliseconds, type Seconds } from '../runtime/time.ts';
import type { Key, Table } from '../table/index.ts';

/** The most families of a holder that can wait for Document Engine's confirmation. From there on, no token is signed. */
export const MOST_PENDING = 50;

/** The most bytes of the principals that a holder item keeps from one token to the next. */
export const MOST_PRINCIPAL_BYTES = 32 * 1024;

/**
 * Too many revocations of a user's tokens for a document wait for Document Engine's confirmation. Each new token could add
 * one more.
 */
export class RevocationsPendingError extends LayermintError {
  override readonly name = 'RevocationsPendingError';
  readonly code = 'REVOCATIONS_PENDING';
  /** The sweeper delivers what waits every minute. */
  readonly retryAfterSeconds: Seconds = 30;
}

/**
 * Makes or grows a holder item so that it records all that a token needs, within the bounds of an item.
 *
 * `builtFrom` keeps at most {@link MOST_PRINCIPAL_BYTES}. If the need does not fit beside the principals of earlier tokens,
 * their family ends and the need alone remains. The need of one read may be larger: 500 groups, a user and everyone are 260 KB,
 * and an item can have 400 KB.
 *
 * @param holder - the holder as read; undefined if there was none
 * @returns the holder as it is in the table, perhaps with a new epoch; undefined if another writer changed it after the read
 * @throws RevocationsPendingError if {@link MOST_PENDING} families wait for Document Engine
 * @throws StoreUnavailableError if the table cannot be written
 */
export async function holderFor(
  need: HolderNeed,
  table: Table,
  key: Key,
  holder: Holder | undefined,
  now: Milliseconds,
): Promise<Holder | undefined> {
  if (holder === undefined) return growHolder(table, key, undefined, need, now);
  if (satisfies(holder, need)) return holder;
  assertRoomForRevocation(holder, now);
  const roomy = outgrows(holder, need)
    ? await raiseEpoch(table, key, holder, { applies: (found) => outgrows(found, need) }, now)
    : holder;
  if (roomy === undefined || outgrows(roomy, need)) return undefined;
  return growHolder(table, key, roomy, need, now);
}

/**
 * Checks that a further revocation of the holder could be recorded, because each new token could need one.
 *
 * @throws RevocationsPendingError if {@link MOST_PENDING} families wait for Document Engine
 */
export function assertRoomForRevocation(holder: Holder, now: Milliseconds): void {
  if (pendingFamilies(holder, toSeconds(now)).length < MOST_PENDING) return;
  throw new RevocationsPendingError(
    `${MOST_PENDING} revocations of a user's tokens for a document wait for Document Engine`,
  );
}

/** Tells whether the need adds principals for which there is no room beside the present ones. */
function outgrows({ builtFrom }: Holder, need: HolderNeed): boolean {
  return (
    builtFrom.size > 0 &&
    !need.builtFrom.isSubsetOf(builtFrom) &&
    bytesOf(builtFrom.union(need.builtFrom)) > MOST_PRINCIPAL_BYTES
  );
}

function bytesOf(principals: ReadonlySet<string>): number {
  return [...principals].reduce((sum, principal) => sum + Buffer.byteLength(principal), 0);
}
