import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { size } from '../support/jest/suites.ts';
import { parseRoles, type Grant, type VouchedGrant } from '../../lib/grants/index.ts';
import { createMinting, type MintedToken, type MintRefusal } from '../../lib/tokens/index.ts';
import { grant, user } from '../support/grants/grants.ts';
import { NOON } from '../support/runtime/clock.ts';
import { claimsOf, type TokenClaims } from '../support/tokens/client-token.ts';
import { minting, tableOf } from '../support/tokens/minting.ts';
import { circumstancesOf, scenario, type Scenario } from '../support/tokens/scenarios.ts';
import {
  allowedByGrant,
  allowedByToken,
  defaultGroupOf,
  everyAction,
  excessOf,
  lives,
  permissionFor,
} from '../support/tokens/single-actions.ts';

/** A scenario with a default group to ask for, and in some cases a grant that a backend vouches for. */
interface Vouching {
  readonly given: Scenario;
  readonly defaultGroup: string | undefined;
  readonly vouched: VouchedGrant | undefined;
}

const vouchedGrant = (given: Scenario): fc.Arbitrary<VouchedGrant> =>
  fc.record(
    {
      role: fc.constantFrom('one', 'two', 'three', 'four'),
      layers: fc.oneof(fc.subarray(['', 'draft', '*']), fc.constant([circumstancesOf(given).layer, '*'])),
      privateLayer: fc.boolean(),
      defaultGroup: fc.constantFrom('h', 'i'),
    },
    { requiredKeys: ['role', 'layers', 'privateLayer'] },
  );

/** Any scenario with a vouched grant; in half of them a default group is asked for. */
const vouching: fc.Arbitrary<Vouching> = scenario.chain((given) =>
  fc.record({
    given: fc.constant(given),
    vouched: vouchedGrant(given),
    defaultGroup: fc.option(fc.constantFrom('g', 'h', 'i', 'alice'), { nil: undefined, freq: 2 }),
  }),
);

/** Any scenario in which a token can have a default group, with a choice: mostly of one that it can have. */
const choosing = (from: fc.Arbitrary<Omit<Vouching, 'defaultGroup'>>): fc.Arbitrary<Vouching> =>
  from
    .map((one): Vouching => ({ ...one, defaultGroup: undefined }))
    .filter((one) => choicesOf(one).size > 0)
    .chain((one) =>
      fc
        .oneof(
          { weight: 4, arbitrary: fc.constantFrom(...choicesOf(one)) },
          { weight: 1, arbitrary: fc.constantFrom('g', 'h', 'i', 'teachers', 'alice') },
        )
        .map((defaultGroup) => ({ ...one, defaultGroup })),
    );

async function mintIn({ given, defaultGroup, vouched }: Vouching): Promise<MintedToken | MintRefusal> {
  const { subject, privateLayerPrefix, layer, permissions, ttlSeconds } = given;
  const table = await tableOf({ doc: given.grants });
  const world = minting({ table, privateLayerPrefix, roles: parseRoles({ roles: given.roles }) });
  return createMinting(world).mintToken(subject, {
    documentId: 'doc',
    layer,
    ttlSeconds,
    ...(permissions && { permissions }),
    ...(defaultGroup !== undefined && { defaultGroup }),
    ...(vouched && { grant: vouched }),
  });
}

/** The grants that decide: the vouched one as a grant of the user, or those of the table. */
const deciding = ({ given, vouched }: Vouching): readonly Grant[] =>
  vouched ? [grant(user(given.subject.userId), vouched.role, vouched)] : given.grants;

const living = (one: Vouching): Grant[] => deciding(one).filter((grant) => lives(grant, NOON));

/** The default groups that a token can have, by the oracle. */
const choicesOf = (one: Vouching): Set<string> =>
  new Set(
    living(one).flatMap(
      (grant) => defaultGroupOf(grant, circumstancesOf(one.given), one.given.permissions) ?? [],
    ),
  );

/** The permissions that the grants give together, cut to those that are asked for. */
function permissionsOf(one: Vouching): Set<string> {
  const { given } = one;
  const rules = living(one).map((grant) => allowedByGrant(grant, circumstancesOf(given), given.permissions));
  const actions = everyAction([given.subject.userId, 'eve', 'teachers']);
  return new Set(actions.filter((action) => rules.some((allows) => allows(action))).map(permissionFor));
}

/** Expects that a token is within the request, and within the grants that decide it. */
function expectWithin(claims: TokenClaims, one: Vouching): void {
  const { given } = one;
  const circumstances = circumstancesOf(given);
  expect(claims).toMatchObject({ document_id: 'doc', user_id: given.subject.userId, iat: NOON });
  expect(claims.layer ?? '').toBe(circumstances.layer);
  expect(claims.exp).toBeLessThanOrEqual(NOON + given.ttlSeconds);
  if (given.permissions) expect(new Set(claims.permissions)).toEqual(new Set(given.permissions));
  expect(excessOf(claims, deciding(one), circumstances, claims.iat)).toBeUndefined();
}

// Many runs, on machines of any speed.
jest.setTimeout(120_000);

describe('a token that a backend vouches for', () => {
  test('is within the one grant of the request and within the request, regardless of the grants in the table', async () => {
    let minted = 0;
    await fc.assert(
      fc.asyncProperty(vouching, async (one) => {
        const outcome = await mintIn(one);
        if (outcome.outcome !== 'minted') return;
        minted += 1;
        expectWithin(await claimsOf(outcome.jwt), one);
      }),
      { numRuns: size(80, 600) },
    );
    // About 22 in 100 scenarios get a token.
    expect(minted).toBeGreaterThan(size(2, 60));
  });

  test('allows all that this grant allows, and is refused for no other reason', async () => {
    await fc.assert(
      fc.asyncProperty(vouching, async (one) => {
        const outcome = await mintIn(one);
        const permissions = permissionsOf(one);
        const { given, defaultGroup } = one;
        const asked = given.permissions ?? [];
        if (outcome.outcome === 'minted') {
          const rules = living(one).map((grant) =>
            allowedByGrant(grant, circumstancesOf(given), given.permissions),
          );
          const byToken = allowedByToken(await claimsOf(outcome.jwt));
          const missing = everyAction([given.subject.userId, 'eve', 'teachers']).filter(
            (action) => rules.some((allows) => allows(action)) && !byToken(action),
          );
          expect(missing).toEqual([]);
          return;
        }
        const opens = permissionsOf({ ...one, given: { ...given, permissions: undefined } }).size > 0;
        if (!opens) expect(outcome.reason).toMatch(/^(?:vouched-grant-opens-nothing|no-grant)$/);
        else if (asked.some((permission) => !permissions.has(permission)))
          expect(outcome.reason).toBe('permissions-not-granted');
        else {
          expect(outcome.reason).toBe('default-group-not-granted');
          expect(choicesOf(one)).not.toContain(defaultGroup);
        }
      }),
      { numRuns: size(80, 600) },
    );
  });
});

describe('a chosen default group', () => {
  test.each([
    ['of grants in the table', choosing(scenario.map((given) => ({ given, vouched: undefined })))],
    ['of a vouched grant', choosing(vouching)],
  ])('is one of the choices, or is refused with exactly these: %s', async (_, cases) => {
    let chosen = 0;
    await fc.assert(
      fc.asyncProperty<[Vouching]>(cases, async (one) => {
        const outcome = await mintIn(one);
        if (outcome.outcome === 'refused') {
          if (outcome.reason !== 'default-group-not-granted') return;
          expect(new Set(outcome.choices)).toEqual(choicesOf(one));
          expect(outcome.choices).not.toContain(one.defaultGroup);
          return;
        }
        const claims = await claimsOf(outcome.jwt);
        expectWithin(claims, one);
        chosen += 1;
        expect(claims.default_group).toBe(one.defaultGroup);
        // One grant that gives this group lasts as long as the token.
        const lasting = deciding(one).filter((grant) => lives(grant, claims.exp - 1));
        expect(choicesOf({ ...one, given: { ...one.given, grants: lasting } })).toContain(one.defaultGroup);
      }),
      { numRuns: size(60, 500) },
    );

    expect(chosen).toBeGreaterThan(size(10, 150));
  });
});
