import type { JwtSecret } from '../../document-engine/index.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Seconds } from '../../runtime/time.ts';
import type { PublishedKey } from '../../signing-keys/index.ts';
import { longPast } from '../key-list.ts';
import { expiryOf, type OwnExpiry } from '../registration.ts';

/**
 * Gives the expiries that a key check gives the entry of a key: all at one second of the day, which is derived from the `kid`. So a
 * later check recognizes the entry for as long as the key is published, even if the key has no label any more.
 */
export function expiryOfCheck(kid: string): OwnExpiry {
  return expiryOf(kid, 'new', []);
}

/** An entry that verifies for longer than its key may. */
export interface OutlivingEntry {
  readonly id: number;
  readonly kid: string;
  /** The end that the entry must have, in Unix seconds. */
  readonly limit: Seconds;
}

/**
 * Finds the entries of keys that were discarded or replaced, and that verify for longer than these may. Document Engine can carry out a
 * request minutes after the check that sent it has stopped. By then an emergency or a rotation may have ended the key.
 *
 * Only entries with an expiry that a check gives are found: the others may be another stage's.
 */
export function outlivingEntries(
  entries: readonly JwtSecret[],
  published: readonly PublishedKey[],
  clock: Clock,
): OutlivingEntry[] {
  const inUse = published.filter(({ state }) => state !== 'dropped');
  return published.flatMap((key) => {
    const { kid, state, verifiesUntil } = key;
    if (verifiesUntil === undefined) return [];
    const limit = state === 'dropped' ? longPast(clock) : verifiesUntil;
    const isOfOther = ({ id, expiresAt }: JwtSecret): boolean =>
      inUse.some((one) => one !== key && (one.entryIds?.has(id) === true || one.verifiesUntil === expiresAt));
    const { isOn } = expiryOfCheck(kid);
    return entries
      .filter((entry) => isOn(entry) || (state === 'dropped' && entry.expiresAt === verifiesUntil))
      .filter((entry) => (entry.expiresAt ?? 0) > limit && !isOfOther(entry))
      .map(({ id }) => ({ id, kid, limit }));
  });
}
