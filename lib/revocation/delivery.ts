import { secondsOf, type Clock } from '../runtime/clock.ts';
import { type Logger } from '../runtime/log.ts';
import { signJwt, type SigningKey, type SigningKeys } from '../signing-keys/index.ts';
import { familyId } from './family.ts';
import { DELIVERY_MARGIN, pendingFamilies, settlePending, type PendingFamily } from './families.ts';
import { type Holder } from './holders.ts';
import { type Key, type Table, holderOfKey } from '../table/index.ts';
import { InvariantError } from '../runtime/errors.ts';

/** The one call of Document Engine that revoking needs. */
export interface RevokesTokens {
  /**
   * Revokes the `jti` of each JWT.
   *
   * @returns the JWTs that Document Engine names as revoked
   */
  revoke(jwts: readonly string[]): Promise<{ readonly data: readonly string[] }>;
}

/** Document Engine for as long as it answers. */
export interface RevokesUntilItFails extends RevokesTokens {
  /** Whether it has failed to answer. */
  readonly failed: boolean;
}

/**
 * The same, but after a first failure it is not asked any more: whoever goes through many holders would otherwise wait
 * for every one of them as long as for the first.
 */
export function untilItFails(documentEngine: RevokesTokens): RevokesUntilItFails {
  let failure: { readonly error: unknown } | undefined;
  return {
    get failed() {
      return failure !== undefined;
    },
    revoke: async (jwts) => {
      if (failure) throw failure.error;
      try {
        return await documentEngine.revoke(jwts);
      } catch (error) {
        failure = { error };
        throw error;
      }
    },
  };
}

/** What revoking works with. */
export interface RevocationDependencies {
  readonly table: Table;
  readonly documentEngine: RevokesTokens;
  readonly signingKeys: SigningKeys;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A holder and where its item lies. */
export interface HolderAt {
  readonly key: Key;
  readonly holder: Holder;
}

// The longest JWT here is about 2 KB (ids of 512 bytes, RSA signature): a batch stays far below a megabyte.
const JWTS_PER_CALL = 100;
const HOLDERS_PER_ROUND = 100;

/**
 * Tells Document Engine of every family of these holders that waits for it. What it confirms by naming the JWT, and
 * what is so old that it cannot matter, is taken off; everything else stays.
 *
 * @returns how many families still wait
 * @throws the client's error where Document Engine does not answer, a SigningKeyError, or StoreUnavailableError. What
 * was not taken off by then is delivered again, which changes nothing.
 */
export async function deliver(
  holders: readonly HolderAt[],
  dependencies: RevocationDependencies,
): Promise<number> {
  let waiting = 0;
  for (let start = 0; start < holders.length; start += HOLDERS_PER_ROUND) {
    waiting += await deliverRound(holders.slice(start, start + HOLDERS_PER_ROUND), dependencies);
  }
  return waiting;
}

async function deliverRound(
  holders: readonly HolderAt[],
  dependencies: RevocationDependencies,
): Promise<number> {
  const { table, signingKeys, clock } = dependencies;
  const now = secondsOf(clock);
  const key = await signingKeys.current();
  const rounds = await Promise.all(
    holders.map(async (at) => ({
      at,
      families: await Promise.all(
        pendingFamilies(at.holder, now).map(async (family) => ({
          epoch: family.epoch,
          jwt: await revocationJwt(at.key, family, key, now),
        })),
      ),
    })),
  );
  const confirmed = await revokeAll(
    rounds.flatMap(({ families }) => families.map(({ jwt }) => jwt)),
    dependencies.documentEngine,
  );
  const left = rounds.map(async ({ at, families }) => {
    const open = new Set(families.filter(({ jwt }) => !confirmed.has(jwt)).map(({ epoch }) => epoch));
    const settled = Object.keys(at.holder.pending)
      .map(Number)
      .filter((epoch) => !open.has(epoch));
    await settlePending(table, at.key, at.holder, new Set(settled));
    return open.size;
  });
  return (await Promise.all(left)).reduce((sum, open) => sum + open, 0);
}

async function revokeAll(
  jwts: readonly string[],
  documentEngine: RevokesTokens,
): Promise<ReadonlySet<string>> {
  const confirmed = new Set<string>();
  for (let start = 0; start < jwts.length; start += JWTS_PER_CALL) {
    const { data } = await documentEngine.revoke(jwts.slice(start, start + JWTS_PER_CALL));
    for (const jwt of data) confirmed.add(jwt);
  }
  return confirmed;
}

/**
 * A JWT that names the family to Document Engine, which revokes by JWT and not by bare id. It lives past every token of
 * the family, so that the revocation is remembered for as long, and opens as little as a token can.
 */
function revocationJwt(itemKey: Key, family: PendingFamily, key: SigningKey, now: number): Promise<string> {
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
