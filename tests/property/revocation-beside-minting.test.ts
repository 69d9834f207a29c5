import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { size } from '../support/jest/suites.ts';
import { GrantStore } from '../../lib/grants/index.ts';
import { beginRun, finishWithdrawals } from '../../lib/revocation/index.ts';
import { createMinting, type MintDependencies, type MintOutcome } from '../../lib/tokens/index.ts';
import { aheadOf, NOON } from '../support/runtime/clock.ts';
import { grant, subject, user } from '../support/grants/grants.ts';
import { exhaust, interleave, type Choose, type Thread } from '../support/interleaving/interleaving.ts';
import { type MemoryTable, type Operation } from '../support/table/memory-table.ts';
import { minting, tableOf } from '../support/tokens/minting.ts';
import { holderKey } from '../../lib/table/index.ts';

const NOW = NOON * 1000;
const HOUR = 3600;
// The clocks of different machines differ by far less than the minute for which a holder item is young.
const SKEW = 20_000;
const ALICE = user('alice');
const HOLDER = holderKey('doc', 'alice');

/** The states of the holder item before the mints. */
const FOUND = {
  'is absent': undefined,
  'has named the grant for long': { namedAt: NOW - 120_000, builtFrom: ['USER#alice'] },
  'names the grant since a moment ago': { namedAt: NOW - 5, builtFrom: ['USER#alice'] },
  'has named another grant for long': { namedAt: NOW - 120_000, builtFrom: ['EVERYONE'] },
  'has no room for the grant beside the principals of other tokens': {
    namedAt: NOW - 120_000,
    builtFrom: Array.from({ length: 64 }, (_, number) => `GROUP#${String(number).padEnd(512, '-')}`),
  },
  'was revoked a moment ago': { namedAt: NOW - 5, builtFrom: [] },
} as const satisfies Readonly<Record<string, Found>>;

type Found = { readonly namedAt: number; readonly builtFrom: readonly string[] } | undefined;

/** The result of mints beside the removal of the one grant that allows them. */
interface Aftermath {
  readonly minted: MintOutcome[];
  /** The revocations sent to Document Engine: for each `jti`, the end of its revocation in Unix seconds. */
  readonly revokedUntil: ReadonlyMap<string, number>;
}

async function tableFinding(found: Found): Promise<MemoryTable> {
  const table = await tableOf({ doc: [grant(ALICE, 'editor')] });
  if (found === undefined) return table;
  const { namedAt, builtFrom } = found;
  table.store({
    ...HOLDER,
    epoch: namedAt,
    namedAt,
    holdsUntil: builtFrom.length > 0 ? NOON + 600 : 0,
    ...(builtFrom.length > 0 && { builtFrom: new Set(builtFrom) }),
    pending: {},
  });
  return table;
}

interface Mint {
  readonly ttlSeconds: number;
  readonly skew: number;
}

/**
 * Mints beside the removal of the grant, in the order of the choices.
 *
 * @param mints - the requested life of each, in seconds, and the lead of its clock, in milliseconds
 * @param skew - the lead of the removal's clock, in milliseconds
 * @param steps - the number of the removal's steps that are interleaved; the others come after everything else
 */
async function race(
  found: Found,
  mints: readonly Mint[],
  skew: number,
  choose: Choose,
  steps = Infinity,
): Promise<Aftermath> {
  const table = await tableFinding(found);
  const { clock, ...world } = minting({ table });
  const minted: MintOutcome[] = [];
  const revokedUntil = new Map<string, number>();

  /**
   * Makes the table as one thread sees it. Each access to the grant or the holder item is a step, and takes a
   * millisecond.
   */
  const seenBy = (step: () => Promise<void>, counts: (operation: Operation) => boolean): MemoryTable => {
    const own = table.beside();
    own.before = async (operation, { sk }) => {
      if ((sk !== HOLDER.sk && sk !== 'GRANT#USER#alice') || !counts(operation)) return;
      await step();
      clock.advance(1);
    };
    return own;
  };
  const mint =
    ({ ttlSeconds, skew }: Mint): Thread =>
    async (step) => {
      const own = seenBy(step, () => true);
      // A BatchGetItem reads its items in any order.
      own.readingOrder = (keys) => (choose(2) === 0 ? keys : keys.toReversed());
      const dependencies: MintDependencies = { ...world, clock: aheadOf(clock, () => skew), table: own };
      const request = { documentId: 'doc', layer: '', ttlSeconds };
      minted.push(await createMinting(dependencies).mintToken(subject('alice'), request));
    };
  const removal: Thread = async (step) => {
    let taken = 0;
    const own = seenBy(step, () => (taken += 1) <= steps);
    const store = new GrantStore(table);
    const [slot] = await store.read('doc', [ALICE]);
    const written = slot && (await new GrantStore(own).remove(slot, Math.floor(clock.now() / 1000)));
    if (written === undefined) throw new TypeError('nothing else must change the grant');
    const documentEngine = {
      revoke: (jwts: readonly string[]) => {
        for (const { jti = '', exp = 0 } of jwts.map((jwt) => decodeJwt(jwt))) revokedUntil.set(jti, exp);
        return Promise.resolve({ data: jwts });
      },
    };
    const withdrawal = { documentId: 'doc', principal: ALICE, mark: written.mark };
    const dependencies = { ...world, clock: aheadOf(clock, () => skew), table: own, documentEngine };
    await finishWithdrawals([withdrawal], beginRun(dependencies, Infinity));
  };
  await interleave([...mints.map(mint), removal], choose);
  return { minted, revokedUntil };
}

/** Expects that Document Engine was told to revoke the family of every token from the removed grant. */
function expectNoneOutlives({ minted, revokedUntil }: Aftermath): void {
  for (const outcome of minted) {
    if (outcome.outcome === 'refused') continue;
    if (outcome.outcome === 'failed') throw outcome.error;
    const { family, expiresAt } = outcome;
    if ((revokedUntil.get(family) ?? 0) <= expiresAt) throw new Error('a token outlives its grant');
  }
}

// Many runs, on machines of any speed.
jest.setTimeout(120_000);

describe('no token outlives the removal of its grant', () => {
  test.each(Object.entries(FOUND))(
    'in any order of a mint and the removal, when the holder item %s',
    async (_, found) => {
      const seen = new Set<string>();
      const orders = await exhaust(async (choose) => {
        const aftermath = await race(found, [{ ttlSeconds: 3 * HOUR, skew: SKEW }], 0, choose, 5);
        expectNoneOutlives(aftermath);
        seen.add(aftermath.minted.map(({ outcome }) => outcome).join());
      });
      expect(orders).toBeGreaterThan(50);
      expect(seen).toEqual(new Set(['minted', 'refused']));
    },
  );

  test('in any order of two mints and the removal, each by its own clock', async () => {
    const skew = fc.constantFrom(-SKEW, 0, SKEW);
    const mint = fc.record({ ttlSeconds: fc.constantFrom(60, 900, 3 * HOUR), skew });
    // A thread often takes several steps in a row: constant alternation would miss the important orders.
    const turns = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 5 })), {
      minLength: 12,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(FOUND)),
        fc.tuple(mint, mint),
        skew,
        turns,
        async (found, mints, skew, turns) => {
          const choices = turns.flatMap(([choice, times]) => Array.from({ length: times }, () => choice));
          let next = 0;
          const choose = (of: number) => (choices[(next += 1) % choices.length] ?? 0) % of;
          expectNoneOutlives(await race(found, mints, skew, choose));
        },
      ),
      { numRuns: size(100, 1000) },
    );
  });
});
