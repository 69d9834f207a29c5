import { secondsOf } from '../runtime/clock.ts';
import { errorFields, InvariantError } from '../runtime/errors.ts';
import { slicesOf } from '../runtime/slices.ts';
import type { Milliseconds, Seconds } from '../runtime/time.ts';
import { signJwt, type SigningKey } from '../signing-keys/index.ts';
import { holderOfKey, type Item, type Key } from '../table/index.ts';
import { postpone, postponeFailed } from './due.ts';
import { DELIVERY_MARGIN, familyId, pendingFamilies, settlePending, type PendingFamily } from './families.ts';
import { holderFromItem, readableHolders, type HolderAt } from './holders.ts';
import type { RevocationRun, RevokesTokens } from './revocation-run.ts';

// The longest JWT here is about 2 KB (ids of 512 bytes, RSA signature): a batch stays far below a megabyte.
const JWTS_PER_CALL = 100;
const HOLDERS_PER_ROUND = 100;

/**
 * Delivers the pending families of these holders to Document Engine. If this fails, nothing is lost: the families stay
 * on the holder items, which stay in the index of due items. Delivering a family twice does no harm.
 *
 * @returns the number of families that Document Engine did not confirm; undefined if the delivery failed
 */
export async function deliver(holders: readonly HolderAt[], run: RevocationRun): Promise<number | undefined> {
  try {
    let waiting = 0;
    for (const round of slicesOf(holders, HOLDERS_PER_ROUND)) waiting += await deliverRound(round, run);
    return waiting;
  } catch (error) {
    run.log.warn('revocations could not be delivered now; the sweeper tries again', {
      holders: holders.length,
      ...errorFields(error),
    });
    return undefined;
  }
}

/** Delivers the families of due holders. Holders with unconfirmed families are postponed, each time for longer. */
export async function deliverDue(items: readonly Item[], run: RevocationRun): Promise<void> {
  if (items.length === 0) return;
  const { table, clock } = run;
  // The index may lag. Reading the items again avoids delivering a confirmed family twice.
  const fresh = await table.batchGet(items.map(({ pk, sk }) => ({ pk, sk })));
  const holders = await readOrPostpone(fresh, run);
  // Nothing is postponed if Document Engine confirmed everything, or does not answer at all.
  if (!(await deliver(holders, run))) return;
  const after = await table.batchGet(holders.map(({ key }) => key));
  for (const item of after.filter((item) => Object.keys(holderFromItem(item).pending).length > 0)) {
    await postpone(table, item, clock.now());
  }
}

async function readOrPostpone(items: readonly Item[], run: RevocationRun): Promise<HolderAt[]> {
  const unreadable: { readonly item: Item; readonly error: unknown }[] = [];
  const holders = readableHolders(items, (item, error) => {
    unreadable.push({ item, error });
  });
  for (const { item, error } of unreadable) await postponeFailed(item, error, run);
  return holders;
}

/** A pending family, and the JWT that names it to Document Engine. */
interface Named {
  readonly epoch: Milliseconds;
  readonly jwt: string;
}

/**
 * Delivers one round. Removes the families that Document Engine confirms or that no longer matter; all others stay
 * pending.
 */
async function deliverRound(holders: readonly HolderAt[], run: RevocationRun): Promise<number> {
  const now = secondsOf(run.clock);
  const key = await run.signingKeys.current();
  const round = await Promise.all(holders.map(async (at) => ({ at, named: await namedOf(at, key, now) })));
  const jwts = round.flatMap(({ named }) => named.map(({ jwt }) => jwt));
  const confirmed = await revokeAll(jwts, run.documentEngine);
  const open = round.map(async ({ at, named }) => {
    const unconfirmed = new Set(named.filter(({ jwt }) => !confirmed.has(jwt)).map(({ epoch }) => epoch));
    const settled = new Set(Object.keys(at.holder.pending).map(Number)).difference(unconfirmed);
    await settlePending(run.table, at.key, at.holder, settled);
    return unconfirmed.size;
  });
  return (await Promise.all(open)).reduce((sum, count) => sum + count, 0);
}

function namedOf({ key: itemKey, holder }: HolderAt, key: SigningKey, now: Seconds): Promise<Named[]> {
  return Promise.all(
    pendingFamilies(holder, now).map(async (family) => ({
      epoch: family.epoch,
      jwt: await revocationJwt(itemKey, family, key, now),
    })),
  );
}

async function revokeAll(
  jwts: readonly string[],
  documentEngine: RevokesTokens,
): Promise<ReadonlySet<string>> {
  const confirmed = new Set<string>();
  for (const slice of slicesOf(jwts, JWTS_PER_CALL)) {
    const { data } = await documentEngine.revoke(slice);
    for (const jwt of data) confirmed.add(jwt);
  }
  return confirmed;
}

/**
 * Signs a JWT that names the family to Document Engine, which revokes by JWT and not by bare id. The JWT outlives every
 * token of the family, so that Document Engine remembers the revocation for long enough. It allows as little as a token
 * can.
 */
function revocationJwt(itemKey: Key, family: PendingFamily, key: SigningKey, now: Seconds): Promise<string> {
  const of = holderOfKey(itemKey);
  if (of === undefined) throw new InvariantError('A family was delivered for an item that is not a holder');
  return signJwt(
    {
      document_id: of.documentId,
      permissions: ['cover-image'],
      iat: now,
      exp: family.holdsUntil + DELIVERY_MARGIN,
      jti: familyId(of.documentId, of.userId, family.epoch),
    },
    key,
  );
}
