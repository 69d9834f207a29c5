import type { Clock } from '../../../lib/runtime/clock.ts';
import { secondsOf } from '../../../lib/runtime/clock.ts';
import type { Seconds } from '../../../lib/runtime/time.ts';
import { changePublishedKey, readPublishedKeys, type PublishedKey } from '../../../lib/signing-keys/index.ts';
import type { Table } from '../../../lib/table/index.ts';

/** A key only moves forward through its states. */
const STATES: readonly PublishedKey['state'][] = ['pending', 'current', 'previous', 'dropped'];

/**
 * Brings the public keys of a restored table up to date. A backup shows them as they were: a key that leaked and was discarded
 * since could count as valid again. Of two states of a key the later one counts. If a current key of the former table still signs, keys that
 * the former table has forgotten no longer count.
 *
 * @returns the number of keys that were changed
 * @throws the errors of {@link Table}
 */
export async function takeKeysFrom(former: Table, table: Table, clock: Clock): Promise<number> {
  const formerKeys = await readPublishedKeys(former);
  let count = 0;
  for (const key of formerKeys) {
    count += await changed(table, key.kid, (found) => joined(key, found));
  }

  const present = await readPublishedKeys(table);
  const signed = new Set(formerKeys.flatMap(({ kid, state }) => (state === 'current' ? [kid] : [])));
  if (!present.some(({ kid, state }) => state === 'current' && signed.has(kid))) return count;
  const known = new Set(formerKeys.map(({ kid }) => kid));
  const verifiesUntil = secondsOf(clock);
  for (const { kid } of present.filter((key) => !known.has(key.kid)))
    count += await changed(table, kid, (found) => found && ended(found, verifiesUntil));
  return count;
}

/**
 * Ends a key that the former table has forgotten. A rotation of this moment can have brought it instead: so a current key becomes
 * previous, with which processes may sign, and a pending one becomes current later.
 */
function ended(key: PublishedKey, verifiesUntil: Seconds): PublishedKey | undefined {
  if (key.state === 'current') return { ...key, state: 'previous', verifiesUntil };
  return key.state === 'pending' ? { ...key, state: 'dropped', verifiesUntil } : undefined;
}

/** Changes a key. @returns 1 if it was changed, else 0 */
async function changed(
  table: Table,
  kid: string,
  to: (found: PublishedKey | undefined) => PublishedKey | undefined,
): Promise<0 | 1> {
  const seen: { next?: PublishedKey | undefined } = {};
  await changePublishedKey(table, kid, (found) => (seen.next = to(found)));
  return seen.next === undefined ? 0 : 1;
}

/**
 * Joins two states of a key. The ids of its entries at Document Engine join too: rotation takes an entry without a known id for
 * that of another backend.
 *
 * @returns undefined if the former table knows nothing that the restored one does not
 */
function joined(former: PublishedKey, found: PublishedKey | undefined): PublishedKey | undefined {
  if (found === undefined) return former;
  const entryIds = new Set([...(found.entryIds ?? []), ...(former.entryIds ?? [])]);
  const hasMoreIds = entryIds.size > (found.entryIds?.size ?? 0);
  const knowsMore = isLater(former, found);
  if (!hasMoreIds && !knowsMore) return undefined;
  return { ...(knowsMore ? former : found), ...(entryIds.size > 0 && { entryIds }) };
}

/** Tells if the former table has a later state of a key than the restored one. */
function isLater(former: PublishedKey, found: PublishedKey): boolean {
  if (former.state !== found.state) return STATES.indexOf(former.state) > STATES.indexOf(found.state);
  return former.longestLife > found.longestLife || (former.verifiesUntil ?? 0) < (found.verifiesUntil ?? 0);
}
