import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { size } from '../support/jest/suites.ts';
import { GrantStore, parseRoles, type Grant, type VouchedGrant } from '../../lib/grants/index.ts';
import { principalKey } from '../../lib/identity/index.ts';
import {
  createMinting,
  explainToken,
  type Explanation,
  type MintRefusal,
  type MintRequest,
} from '../../lib/tokens/index.ts';
import { claimsOf } from '../support/tokens/client-token.ts';
import { minting, tableOf, type Minting } from '../support/tokens/minting.ts';
import { scenario, type Scenario } from '../support/tokens/scenarios.ts';

/** A scenario, in some cases with a default group to ask for and a grant that a backend vouches for. */
interface Asked {
  readonly given: Scenario;
  readonly defaultGroup: string | undefined;
  readonly vouched: VouchedGrant | undefined;
}

const vouchedGrant: fc.Arbitrary<VouchedGrant> = fc.record(
  {
    role: fc.constantFrom('one', 'two', 'three', 'four'),
    layers: fc.subarray(['', 'draft', '*']),
    privateLayer: fc.boolean(),
    defaultGroup: fc.constantFrom('h', 'i'),
  },
  { requiredKeys: ['role', 'layers', 'privateLayer'] },
);

const asked: fc.Arbitrary<Asked> = fc.record({
  given: scenario,
  defaultGroup: fc.option(fc.constantFrom('g', 'h', 'i'), { nil: undefined, freq: 2 }),
  vouched: fc.option(vouchedGrant, { nil: undefined, freq: 2 }),
});

const requestOf = ({ given, defaultGroup, vouched }: Asked): MintRequest => ({
  documentId: 'doc',
  layer: given.layer,
  ttlSeconds: given.ttlSeconds,
  ...(given.permissions && { permissions: given.permissions }),
  ...(defaultGroup !== undefined && { defaultGroup }),
  ...(vouched && { grant: vouched }),
});

async function worldOf({ given }: Asked, grants: readonly Grant[] = given.grants): Promise<Minting> {
  const table = await tableOf({ doc: grants });
  return minting({
    table,
    privateLayerPrefix: given.privateLayerPrefix,
    roles: parseRoles({ roles: given.roles }),
  });
}

const explainIn = (one: Asked, world: Minting): Promise<Explanation> =>
  explainToken(one.given.subject, requestOf(one), { ...world, store: new GrantStore(world.table) });

/** Mints; the claims of a token, or the refusal. */
async function mintIn(one: Asked, world: Minting): Promise<Became> {
  const outcome = await createMinting(world).mintToken(one.given.subject, requestOf(one));
  return outcome.outcome === 'minted' ? { token: await claimsOf(outcome.jwt) } : { refusal: outcome };
}

type Became = { readonly token: Awaited<ReturnType<typeof claimsOf>> } | { readonly refusal: MintRefusal };

/** Reduces an explanation to the claims and the refusal that it promises. */
function promisedBy({ decision, layer }: Explanation): unknown {
  if (decision.outcome !== 'allowed') return { refusal: decision };
  const { permissions, collaborationPermissions, defaultGroup, expiresAt, issuedAt } = decision;
  return {
    token: {
      permissions,
      ...(layer !== '' && { layer }),
      ...(collaborationPermissions && { collaboration_permissions: collaborationPermissions }),
      ...(defaultGroup !== undefined && { default_group: defaultGroup }),
      iat: issuedAt,
      exp: expiresAt,
    },
  };
}

/** Takes away the claims that an explanation does not promise. */
function comparable(became: Became): unknown {
  if (!('token' in became)) return became;
  const { document_id: _document, user_id: _user, jti: _family, ...claims } = became.token;
  return { token: claims };
}

/** Leaves out the remark for the audit log that an expired grant would have allowed a refused request: it is about such a grant. */
function inForce(became: Became): unknown {
  return 'token' in became ? became : { refusal: { ...became.refusal, expiredGrantWouldAllow: undefined } };
}

const keyOf = ({ grant: { principal } }: Explanation['grants'][number]): string | undefined =>
  principal.kind === 'vouched' ? undefined : principalKey(principal);

// Many runs, on machines of any speed.
jest.setTimeout(120_000);

describe('an explanation', () => {
  test('promises exactly the token or the refusal that a mint gives', async () => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(asked, async (one) => {
        const world = await worldOf(one);
        const explanation = await explainIn(one, world);
        expect(world.table.calls).not.toContain('put');
        const became = await mintIn(one, world);
        expect(promisedBy(explanation)).toEqual(comparable(became));
        outcomes.add('token' in became ? 'token' : became.refusal.reason);
      }),
      { numRuns: size(250, 1500) },
    );
    expect([...outcomes]).toEqual(
      expect.arrayContaining([
        'token',
        'no-grant',
        'permissions-not-granted',
        'default-group-not-granted',
        'vouched-grant-opens-nothing',
      ]),
    );
  });

  test('names every grant of the document once, and the grants of a token are those that count', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async (one) => {
        const { grants, decision } = await explainIn(one, await worldOf(one));
        const keys = grants.flatMap((it) => keyOf(it) ?? 'VOUCHED');
        const all = one.vouched
          ? ['VOUCHED']
          : one.given.grants.map(({ principal }) => principalKey(principal));
        expect(keys.toSorted()).toEqual(all.toSorted());
        if (decision.outcome !== 'allowed') return;
        const counting = grants.filter(({ verdict }) => verdict.counts).map(({ grant }) => grant);
        expect(new Set(counting)).toEqual(new Set(decision.grants));
      }),
      { numRuns: size(100, 600) },
    );
  });

  test('calls only such grants not counting as change nothing in the token when they are removed, one or all', async () => {
    const reasons = new Set<string>();
    await fc.assert(
      fc.asyncProperty(asked, async (one) => {
        const before = await mintIn(one, await worldOf(one));
        const { grants } = await explainIn(one, await worldOf(one));
        const idle = grants.filter(({ verdict }) => !verdict.counts);
        for (const { verdict } of idle) if (!verdict.counts) reasons.add(verdict.reason);
        const without = async (some: typeof idle): Promise<Became> => {
          const removed = new Set(some.map(keyOf));
          const left = one.given.grants.filter(({ principal }) => !removed.has(principalKey(principal)));
          return mintIn(one, await worldOf(one, left));
        };
        const isLackOfAll = grants.every(({ verdict }) => !verdict.counts);
        for (const some of [...idle.map((it) => [it]), idle]) {
          const after = await without(some);
          // If no grant counts, the request is refused in any case, though perhaps for another reason.
          if (isLackOfAll) expect('refusal' in after && 'refusal' in before).toBe(true);
          else expect(inForce(after)).toEqual(inForce(before));
        }
      }),
      { numRuns: size(120, 600) },
    );
    // Chance finds the rarer reasons in some runs alone. tests/unit/tokens/explanation has an example of each.
    expect([...reasons]).toEqual(
      expect.arrayContaining(['expired', 'other-layer', 'other-user', 'other-group']),
    );
  });
});
