import { DocumentEngineRefusalError } from '../document-engine/index.ts';
import { secondsOf } from '../runtime/clock.ts';
import { DeadlineOverError } from '../runtime/deadline.ts';
import { errorFields, InvariantError } from '../runtime/errors.ts';
import { slicesOf } from '../runtime/slices.ts';
import { toMilliseconds, type Seconds } from '../runtime/time.ts';
import { signJwt, type SigningKey } from '../signing-keys/index.ts';
import { holderOfKey, StoreUnavailableError, type Key } from '../table/index.ts';
import { DELIVERY_MARGIN, familyId, pendingFamilies, type PendingFamily } from './families.ts';
import type { HolderAt } from './holders.ts';
import { refusesContent, type RevocationRun } from './revocation-run.ts';
import { Settlement, type Delivery, type FamilyAt } from './settlement.ts';

// The longest JWT here is about 2 KB (ids of 512 bytes, RSA signature): a batch stays far below a megabyte.
const JWTS_PER_CALL = 100;

/**
 * The most calls for one batch. Finding one refused JWT in a hundred takes 15 at most. If Document Engine refuses all,
 * each later sweep finds some more.
 */
const CALLS_PER_BATCH = 32;

/** Families to deliver in one call. A refused batch is cut in two. */
interface Batch<At extends HolderAt> {
  readonly families: readonly FamilyAt<At>[];
  /** The calls that are left for the batch that this one was cut from. */
  readonly calls: { left: number };
}

/**
 * Delivers the pending families of these holders to Document Engine, at most 100 in a call. The result of each call is
 * settled before the next, and the run's deadline is looked at before each call except the first. If this fails, nothing
 * is lost: the families stay on the holder items, which stay in the index of due items. Delivering a family twice does no
 * harm.
 *
 * @returns the families and holders that are left. No error is thrown: it is logged, and its holders are untried. The
 * outcome names an interruption.
 */
export async function deliver<At extends HolderAt>(
  holders: readonly At[],
  run: RevocationRun,
): Promise<Delivery<At>> {
  const settlement = new Settlement(holders, run);
  try {
    const now = secondsOf(run.clock);
    const families = holders.flatMap((at) =>
      pendingFamilies(at.holder, now).map((family) => ({ at, ...family })),
    );
    await settlement.settleOthers(families);
    if (run.documentEngine.stillAnswers) await deliverFamilies(families, settlement, run);
  } catch (error) {
    logFailure(error, holders.length, run);
    if (interrupts(error)) return { ...settlement.outcome(), interruption: error };
  }
  return settlement.outcome();
}

async function deliverFamilies<At extends HolderAt>(
  families: readonly FamilyAt<At>[],
  settlement: Settlement<At>,
  run: RevocationRun,
): Promise<void> {
  if (families.length === 0) return;
  const key = await signingKeyOf(run);
  const batches = slicesOf(families, JWTS_PER_CALL)
    .map((slice): Batch<At> => ({ families: slice, calls: { left: CALLS_PER_BATCH } }))
    .toReversed();
  for (let isFirst = true; batches.length > 0 && (isFirst || !run.deadline.isOver()); isFirst = false) {
    const batch = batches.pop();
    if (batch && batch.calls.left > 0) batches.push(...(await deliverBatch(batch, key, settlement, run)));
  }
}

/** Fetches the key. Without one, Document Engine is not called again in this run. */
async function signingKeyOf({ signingKeys, documentEngine }: RevocationRun): Promise<SigningKey> {
  try {
    return await signingKeys.current();
  } catch (error) {
    documentEngine.stop(error);
    throw error;
  }
}

/** Delivers a batch in one call. @returns the halves of a batch that Document Engine refused */
async function deliverBatch<At extends HolderAt>(
  { families, calls }: Batch<At>,
  key: SigningKey,
  settlement: Settlement<At>,
  run: RevocationRun,
): Promise<Batch<At>[]> {
  const now = secondsOf(run.clock);
  const jwts = await Promise.all(families.map((family) => revocationJwt(family.at.key, family, key, now)));
  calls.left -= 1;
  try {
    const confirmed = new Set((await run.documentEngine.revoke(jwts)).data);
    settlement.leave(families.filter((_, index) => !confirmed.has(jwts[index] ?? '')));
    const ended = families.filter((_, index) => confirmed.has(jwts[index] ?? ''));
    for (const family of ended) recordEnd('revocation.confirmed', family, run);
    await settlement.settle(ended);
    return [];
  } catch (error) {
    if (!refusesContent(error)) throw error;
    if (families.length > 1) return halvesOf(families).map((half) => ({ families: half, calls }));
    run.log.error('Document Engine refuses a revocation, and the others do not wait for it', {
      pk: families[0]?.at.key.pk,
      ...errorFields(error),
    });
    run.log.count('RevocationRefused');
    for (const family of families) recordEnd('revocation.refused', family, run);
    settlement.leave(families);
    return [];
  }
}

/** Records Document Engine's answer about a family. One that is confirmed twice, after a failed write, has one id. */
function recordEnd<At extends HolderAt>(
  type: 'revocation.confirmed' | 'revocation.refused',
  { at, epoch, holdsUntil }: FamilyAt<At>,
  { audit, clock }: RevocationRun,
): void {
  const { documentId = '', userId = '' } = holderOfKey(at.key) ?? {};
  const family = familyId(documentId, userId, epoch);
  audit.record({
    type,
    id: type === 'revocation.confirmed' ? `${family}/confirmed` : `${family}/refused/${clock.now()}`,
    subject: documentId,
    data: {
      userId: audit.userId(userId),
      documentId,
      family,
      tokensEndBy: new Date(toMilliseconds(holdsUntil)).toISOString().replace('.000Z', 'Z'),
    },
  });
}

/** Cuts a list in two; the first half comes last. */
function halvesOf<Element>(list: readonly Element[]): Element[][] {
  return slicesOf(list, Math.ceil(list.length / 2)).toReversed();
}

function interrupts(error: unknown): error is Error {
  return error instanceof StoreUnavailableError || error instanceof DeadlineOverError;
}

function logFailure(error: unknown, holders: number, { log }: RevocationRun): void {
  // The end of the process's time is nobody's fault.
  if (error instanceof DeadlineOverError) return;
  const fields = { holders, ...errorFields(error) };
  if (error instanceof DocumentEngineRefusalError) {
    log.error('Document Engine refuses every revocation; the sweeper tries again', fields);
  } else if (error instanceof StoreUnavailableError) {
    log.warn('delivered revocations could not be settled now; the sweeper delivers them again', fields);
  } else {
    log.warn('revocations could not be delivered now; the sweeper tries again', fields);
  }
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
