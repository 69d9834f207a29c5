import { secondsOf } from '../runtime/clock.ts';
import { errorFields, InvariantError } from '../runtime/errors.ts';
import { slicesOf } from '../runtime/slices.ts';
import type { Milliseconds, Seconds } from '../runtime/time.ts';
import { signJwt, type SigningKey } from '../signing-keys/index.ts';
import { holderOfKey, type Item, type Key } from '../table/index.ts';
import { putOff, putOffFailed } from './due.ts';
import { DELIVERY_MARGIN, familyId, pendingFamilies, settlePending, type PendingFamily } from './families.ts';
import { holderFromItem, readableHolders, type HolderAt } from './holders.ts';
import type { RevocationRun, RevokesTokens } from './revocation-run.ts';

// The longest JWT here is about 2 KB (ids of 512 bytes, RSA signature): a batch stays far below a megabyte.
const JWTS_PER_CALL = 100;
const HOLDERS_PER_ROUND = 100;

/**
 * Delivers to Document Engine all that waits on these holders. If that cannot be done now, nothing is lost: it stands on the holder
 * items, in the index of what is due, and to deliver it again changes nothing.
 *
 * @returns how many families wait on although it answered; undefined if delivering failed
 */
export async function deliver(holders: readonly HolderAt[], run: RevocationRun): Promise<number | undefined> {
  try {
    let waiting = 0;
    for (const round of slicesOf(holders, HOLDERS_PER_ROUND)) waiting += await deliverRound(round, run);
    return waiting;
  } catch (error) {
    run.log.warn('revocations could not be delivered and wait', {
      holders: holders.length,
      ...errorFields(error),
    });
    return undefined;
  }
}

/** Delivers to holders that are due. Families that Document Engine leaves unconfirmed are asked about less and less often. */
export async function deliverDue(items: readonly Item[], run: RevocationRun): Promise<void> {
  if (items.length === 0) return;
  const { table, clock } = run;
  // The index may lag: the items are read again, so that no family is told twice for nothing.
  const fresh = await table.batchGet(items.map(({ pk, sk }) => ({ pk, sk })));
  const holders = await readOrPutOff(fresh, run);
  // As long as Document Engine does not answer at all, nothing is put off.
  if (!(await deliver(holders, run))) return;
  const after = await table.batchGet(holders.map(({ key }) => key));
  for (const item of after.filter((item) => Object.keys(holderFromItem(item).pending).length > 0)) {
    await putOff(table, item, clock.now());
  }
}

async function readOrPutOff(items: readonly Item[], run: RevocationRun): Promise<HolderAt[]> {
  const unreadable: { readonly item: Item; readonly error: unknown }[] = [];
  const holders = readableHolders(items, (item, error) => {
    unreadable.push({ item, error });
  });
  for (const { item, error } of unreadable) await putOffFailed(item, error, run);
  return holders;
}

/** A family that waits, and the JWT that names it to Document Engine. */
interface Named {
  readonly epoch: Milliseconds;
  readonly jwt: string;
}

/** Takes off the families whose JWT Document Engine names, and those too old to matter; all others stay. */
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
 * Signs a JWT that names the family to Document Engine, which revokes by JWT and not by bare id. It lives past every token of
 * the family, so that the revocation is remembered for as long, and opens as little as a token can.
 */
function revocationJwt(itemKey: Key, family: PendingFamily, key: SigningKey, now: Seconds): Promise<string> {
  const of = holderOfKey(itemKey);
  if (of === undefined) throw new InvariantError('Only holder items have families');
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
