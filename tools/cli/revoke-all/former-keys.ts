import type { Clock } from '../../../lib/runtime/clock.ts';
import { secondsOf } from '../../../lib/runtime/clock.ts';
import { changePublishedKey, readPublishedKeys, type PublishedKey } from '../../../lib/signing-keys/index.ts';
import type { Table } from '../../../lib/table/index.ts';

/** A key only moves forward through its states. */
const STATES: readonly PublishedKey['state'][] = ['pending', 'current', 'previous', 'dropped'];

/**
 * Brings the public keys of a restored table up to date. A backup shows them as they were: a key that leaked and was discarded
 * since could count as valid again. Of two states of a key the later one counts. If the former table's current key still signs, no
 * other key does.
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
  const signing = present.filter(({ state }) => state === 'current');
  const stillSigns = signing.find(({ kid }) =>
    formerKeys.some((key) => key.kid === kid && key.state === 'current'),
  );
  if (stillSigns === undefined) return count;
  const verifiesUntil = secondsOf(clock);
  for (const { kid } of signing.filter((key) => key !== stillSigns)) {
    count += await changed(table, kid, (found) => found && { ...found, state: 'dropped', verifiesUntil });
  }
  return count;
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
