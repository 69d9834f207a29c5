import { hasSigned, pendingFamilies, type Holder } from '../../revocation/index.ts';
import { toSeconds, type Seconds } from '../../runtime/time.ts';

/** The tokens of a user for a document that can still be in use. Times are since the Unix epoch. */
export interface LiveTokens {
  /**
   * The time of the first token or of the last revocation. All tokens from before it are revoked. The revocation can still wait for
   * Document Engine.
   */
  readonly since: Seconds;
  /** The latest expiry of a token that may be live, rounded up to a whole hour; absent = none is live. */
  readonly until?: Seconds;
  /** The number of revocations that Document Engine has not confirmed yet. */
  readonly revocationsWaiting: number;
  /** The time of the oldest of these. It was earlier if a later one has been confirmed. Absent = none waits. */
  readonly waitingSince?: Seconds;
}

/** Reads the live tokens from a holder item. @param at - since the Unix epoch */
export function liveTokensOf(holder: Holder, at: Seconds): LiveTokens {
  const waiting = pendingFamilies(holder, at).map(({ epoch }) => epoch);
  const oldest = Math.min(...waiting);
  // A family is revoked by the beginning of the next.
  const next = Math.min(...[...waiting, holder.epoch].filter((epoch) => epoch > oldest));
  return {
    since: toSeconds(holder.epoch),
    ...(hasSigned(holder) && holder.holdsUntil > at && { until: holder.holdsUntil }),
    revocationsWaiting: waiting.length,
    ...(waiting.length > 0 && { waitingSince: toSeconds(next) }),
  };
}
