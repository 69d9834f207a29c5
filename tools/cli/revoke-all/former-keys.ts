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
  const changes = { count: 0 };
  const change = async (kid: string, to: (found: PublishedKey | undefined) => PublishedKey | undefined) => {
    let isChanged = false;
    await changePublishedKey(table, kid, (found) => {
      const next = to(found);
      isChanged = next !== undefined;
      return next;
    });
    if (isChanged) changes.count += 1;
  };
  for (const key of formerKeys) await change(key.kid, (found) => (isLater(key, found) ? key : undefined));

  const present = await readPublishedKeys(table);
  const signing = present.filter(({ state }) => state === 'current');
  const stillSigns = signing.find(({ kid }) =>
    formerKeys.some((key) => key.kid === kid && key.state === 'current'),
  );
  if (stillSigns === undefined) return changes.count;
  const verifiesUntil = secondsOf(clock);
  for (const { kid } of signing.filter((key) => key !== stillSigns)) {
    await change(kid, (found) => found && { ...found, state: 'dropped', verifiesUntil });
  }
  return changes.count;
}

/** Tells if the former table knows more about a key than the restored one. */
function isLater(former: PublishedKey, found: PublishedKey | undefined): boolean {
  if (found === undefined) return true;
  if (former.state !== found.state) return STATES.indexOf(former.state) > STATES.indexOf(found.state);
  return former.longestLife > found.longestLife || (former.verifiesUntil ?? 0) < (found.verifiesUntil ?? 0);
}
