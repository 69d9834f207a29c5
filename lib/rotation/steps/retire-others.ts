import type { JwtSecret } from '../../document-engine/index.ts';
import { secondsOf } from '../../runtime/clock.ts';
import type { Seconds } from '../../runtime/time.ts';
import {
  changePublishedKey,
  overlapOf,
  readPublishedKeys,
  type KeyPair,
  type PublishedKey,
} from '../../signing-keys/index.ts';
import type { RotationRun } from '../rotation-run.ts';

/**
 * Sets an end for every key of this stage except the one that signs now: the moment at which its last token has expired. Entries of
 * other stages and backends are left alone.
 */
export async function retireOthers(run: RotationRun, { kid: current }: KeyPair): Promise<void> {
  const { table, clock, longestLife } = run.dependencies;
  const now = secondsOf(clock);
  const keys = await readPublishedKeys(table);
  const others = keys.filter(({ kid }) => kid !== current);
  // Published before the expiries are computed: once a key is published as previous, no process raises its longest life.
  const published = await Promise.all(
    others.map(({ kid }) => changePublishedKey(table, kid, (key) => key && retired(key, now, longestLife))),
  );
  const ends = new Map(
    published.flatMap((key) => (key?.state === 'previous' ? [[key.kid, key.verifiesUntil] as const] : [])),
  );
  const limit = ends.size > 0 ? Math.max(...ends.values()) : now + overlapOf(longestLife);
  const { oldKid = '' } = run.lease.checkpoint;
  const oldLimit = ends.get(oldKid) ?? limit;
  const { isOn: isOld } = run.expiryOf('old');
  const { isOn: isNew } = run.expiryOf('new');
  const owner = ({ id }: JwtSecret): PublishedKey | undefined => keys.find((key) => key.entryIds?.has(id));
  await run.keys.shorten((entry) => {
    if (run.isPredecessors(entry)) return Infinity;
    if (isOld(entry) || owner(entry)?.kid === oldKid) return oldLimit;
    if (isNew(entry) || owner(entry) !== undefined || run.isAbandoned(entry)) return limit;
    return run.endOfReplaced(entry) ?? Infinity;
  });
}

function retired(key: PublishedKey, now: Seconds, longestLifeNow: Seconds): PublishedKey | undefined {
  switch (key.state) {
    case 'current': {
      const longestLife = Math.max(key.longestLife, longestLifeNow);
      return { ...key, state: 'previous', longestLife, verifiesUntil: now + overlapOf(longestLife) };
    }
    case 'pending':
      // Left by an abandoned rotation: it never signed.
      return { ...key, state: 'dropped', verifiesUntil: now };
    case 'previous':
    case 'dropped':
      return undefined;
  }
}
