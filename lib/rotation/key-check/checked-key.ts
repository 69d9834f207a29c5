import type { Seconds } from '../../runtime/time.ts';
import { overlapOf, spkiOf, type KeyPair, type PublishedKey } from '../../signing-keys/index.ts';
import type { JwtSecret } from '../../document-engine/index.ts';
import { livesUntil } from '../key-list.ts';
import { expiryAt, type Registration } from '../registration.ts';
import type { RotationDependencies } from '../rotation-run.ts';
import { expiryOfCheck } from './outliving-entries.ts';

/** The labels of the two keys whose tokens can be live. A pending key has signed nothing yet. */
export const CHECKED_LABELS = ['AWSCURRENT', 'AWSPREVIOUS'] as const;

/** A key of this stage with a label in Secrets Manager. */
export interface LabelledKey {
  readonly label: (typeof CHECKED_LABELS)[number];
  /** Its secret version. */
  readonly version: string;
  readonly pair: KeyPair;
  readonly published: PublishedKey | undefined;
}

/** A key that Document Engine has to accept, with the validity that rotation gives such a key. */
export interface CheckedKey extends LabelledKey {
  readonly registration: Registration;
}

/**
 * Finds out if tokens of a key can be live, and until when its entry has to last. A key that signs gets the same life as in a rotation
 * that replaces it: the interval too, as only a rotation makes the entry permanent.
 *
 * @param now - Unix seconds
 * @returns undefined if Document Engine need not have it: it was discarded, its time is over, or it has never signed
 */
export function checkedKey(
  key: LabelledKey,
  now: Seconds,
  { longestLife, interval }: Pick<RotationDependencies, 'longestLife' | 'interval'>,
): CheckedKey | undefined {
  const { label, pair, published } = key;
  const publicKey = spkiOf(pair.publicKey);
  const checked = (registration: Omit<Registration, 'publicKey'>): CheckedKey => ({
    ...key,
    registration: { publicKey, ...registration },
  });
  if (published?.state === 'dropped') return undefined;
  if (published?.state === 'previous') {
    const { verifiesUntil } = published;
    if (verifiesUntil <= now) return undefined;
    return checked({ expiry: expiryAt(verifiesUntil), atLeast: verifiesUntil, until: verifiesUntil });
  }
  // A replaced key is published as current until the last part of finishSecret. Any other one has not signed.
  if (label === 'AWSPREVIOUS' && published?.state !== 'current') return undefined;
  const atLeast = now + overlapOf(Math.max(longestLife, published?.longestLife ?? 0));
  const until = label === 'AWSCURRENT' ? atLeast + interval : atLeast;
  return checked({ expiry: expiryOfCheck(pair.kid), atLeast, until });
}

/** Finds the entries that are known to hold a key: the recorded ones, and those with an expiry that only this check gives it. */
export function entriesOf(
  { published, registration }: CheckedKey,
  entries: readonly JwtSecret[],
): JwtSecret[] {
  return entries.filter(
    (entry) => published?.entryIds?.has(entry.id) === true || registration.expiry.isOn(entry),
  );
}

/**
 * Finds the one entry of the key that signs that has to be extended: Document Engine's current key is another one, and none of the
 * entries lasts for long enough.
 */
export function endingEntry(key: CheckedKey, entries: readonly JwtSecret[]): JwtSecret | undefined {
  const own = entriesOf(key, entries);
  if (own.some((entry) => livesUntil(entry, key.registration.atLeast))) return undefined;
  return own.toSorted((one, other) => (other.expiresAt ?? 0) - (one.expiresAt ?? 0))[0];
}
