import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { size } from '../support/jest/suites.ts';
import { decide, parseRoles, sourceKey, type Decision, type Grant } from '../../lib/grants/index.ts';
import { createMinting, type MintedToken, type MintRefusal } from '../../lib/tokens/index.ts';
import { claimsOf } from '../support/tokens/client-token.ts';
import { NOON } from '../support/runtime/clock.ts';
import { EVERYONE, grant } from '../support/grants/grants.ts';
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
import { principalKey } from '../../lib/identity/index.ts';

/** Mints from a table with the scenario's grants, and a grant of everything on other documents. */
async function mintIn(given: Scenario): Promise<MintedToken | MintRefusal> {
  const everything = grant(EVERYONE, 'one', { layers: ['', '*'], privateLayer: true });
  const table = await tableOf({ doc: given.grants, doc2: [everything], do: [everything] });
  const { subject, privateLayerPrefix, layer, permissions, ttlSeconds } = given;
  const world = minting({ table, privateLayerPrefix, roles: parseRoles({ roles: given.roles }) });
  const request = { documentId: 'doc', layer, ttlSeconds, ...(permissions && { permissions }) };
  return createMinting(world).mintToken(subject, request);
}

/** Lists the actions that the unexpired grants allow together, cut to permissions that are asked for. */
function grantedActions(given: Scenario, names: readonly string[], asked?: readonly string[]) {
  const rules = given.grants
    .filter((one) => lives(one, NOON))
    .map((one) => allowedByGrant(one, circumstancesOf(given), asked));
  return everyAction(names).filter((one) => rules.some((allows) => allows(one)));
}

// Many runs, on machines of any speed.
jest.setTimeout(120_000);

describe('a token', () => {
  test('allows no single action, at any moment, that no single grant of the caller allows then', async () => {
    let minted = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const outcome = await mintIn(given);
        if (outcome.outcome !== 'minted') return;
        minted += 1;
        const claims = await claimsOf(outcome.jwt);
        const excess = excessOf(claims, given.grants, circumstancesOf(given), claims.iat);
        if (excess === undefined) return;
        const { action, moment } = excess;
        throw new Error(`${JSON.stringify(action)} at noon + ${moment - NOON} is allowed by no single grant`);
      }),
      { numRuns: size(120, 600) },
    );
    // About 29 in 100 scenarios get a token. Fewer than this by chance: one run in millions.
    expect(minted).toBeGreaterThan(size(10, 100));
  });

  test('is within the request: its document, layer, user, permissions and life', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const outcome = await mintIn(given);
        if (outcome.outcome !== 'minted') return;
        const claims = await claimsOf(outcome.jwt);
        expect(claims).toMatchObject({ document_id: 'doc', user_id: given.subject.userId, iat: NOON });
        expect(claims.layer ?? '').toBe(circumstancesOf(given).layer);
        expect(claims.layer).not.toBe('');
        expect(claims.exp).toBeGreaterThan(NOON);
        expect(claims.exp).toBeLessThanOrEqual(NOON + given.ttlSeconds);
        if (given.permissions) expect(new Set(claims.permissions)).toEqual(new Set(given.permissions));
      }),
      { numRuns: size(60, 300) },
    );
  });

  test('allows every requested single action that one single grant allows', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const outcome = await mintIn(given);
        const names = [given.subject.userId, ...given.subject.groups, 'eve', 'teachers'];
        const granted = grantedActions(given, [...new Set(names)], given.permissions);
        const permissions = new Set(granted.filter((one) => 'permission' in one).map(permissionFor));
        if (outcome.outcome !== 'minted') {
          expect({ ...outcome, expiredGrantWouldAllow: undefined }).toEqual(
            grantedActions(given, []).length === 0
              ? { outcome: 'refused', reason: 'no-grant' }
              : {
                  outcome: 'refused',
                  reason: 'permissions-not-granted',
                  permissions: given.permissions?.filter((one) => !permissions.has(one)),
                },
          );
          return;
        }
        const byToken = allowedByToken(await claimsOf(outcome.jwt));
        const asked = new Set<string>(given.permissions ?? permissions);
        const missing = granted.filter((one) => asked.has(permissionFor(one)) && !byToken(one));
        expect(missing).toEqual([]);
      }),
      { numRuns: size(120, 600) },
    );
  });
});

test('A token never has an empty list of collaboration permissions: Document Engine does not say that this allows nothing', async () => {
  let listed = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const outcome = await mintIn(given);
      if (outcome.outcome !== 'minted') return;
      const { collaboration_permissions: list } = await claimsOf(outcome.jwt);
      expect(list).not.toEqual([]);
      if (list) listed += 1;
    }),
    { numRuns: size(120, 600) },
  );
  expect(listed).toBeGreaterThan(size(10, 50));
});

describe('a decision', () => {
  /** Decides as minting does, from the grants of the subject. */
  const decided = (given: Scenario, grants: readonly Grant[]): Decision => {
    const { subject, privateLayerPrefix, permissions, ttlSeconds } = given;
    const mine = new Set([
      'EVERYONE',
      `USER#${subject.userId}`,
      ...subject.groups.map((name) => `GROUP#${name}`),
    ]);
    return decide(
      {
        subject,
        layer: circumstancesOf(given).layer,
        at: NOON,
        notAfter: NOON + ttlSeconds,
        ...(permissions && { permissions }),
      },
      grants.filter(({ principal }) => mine.has(principalKey(principal))),
      { privateLayerPrefix, roles: parseRoles({ roles: given.roles }) },
    );
  };
  const builtFrom = (decision: Decision): ReadonlySet<string> =>
    new Set(
      decision.outcome === 'allowed' ? decision.grants.map(({ principal }) => sourceKey(principal)) : [],
    );
  const isOf = (principals: ReadonlySet<string>) => (one: Grant) =>
    principals.has(principalKey(one.principal));

  test('stays the same if only the grants that it is built from are left', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const decision = decided(given, given.grants);
        if (decision.outcome !== 'allowed') return;
        expect(decided(given, given.grants.filter(isOf(builtFrom(decision))))).toEqual(decision);
      }),
      { numRuns: size(200, 1000) },
    );
  });

  test('does not depend on the order of the grants', () => {
    fc.assert(
      fc.property(
        scenario.chain((given) =>
          fc.tuple(
            fc.constant(given),
            fc.shuffledSubarray([...given.grants], { minLength: given.grants.length }),
          ),
        ),
        ([given, shuffled]) => {
          expect(decided(given, shuffled)).toEqual(decided(given, given.grants));
        },
      ),
      { numRuns: size(100, 500) },
    );
  });

  test('expires with the first grant that it is built from, and is built from no early one without need', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const decision = decided(given, given.grants);
        if (decision.outcome !== 'allowed') return;
        const used = given.grants.filter(isOf(builtFrom(decision)));
        const ends = used.map(({ expiresAt }) => expiresAt ?? Infinity);
        expect(decision.expiresAt).toBe(Math.min(NOON + given.ttlSeconds, ...ends));
        const ending = used.filter(({ expiresAt }) => expiresAt === decision.expiresAt);
        const others = decided(
          given,
          given.grants.filter((one) => !ending.includes(one)),
        );
        if (ending.length === 0 || others.outcome !== 'allowed' || others.expiresAt <= decision.expiresAt)
          return;
        // The grant that gives the default group stays, even if another one would give the same group.
        const { permissions } = given;
        if (ending.some((one) => defaultGroupOf(one, circumstancesOf(given), permissions) !== undefined))
          return;
        const { expiresAt: _soon, grants: _with, ...allowed } = decision;
        const { expiresAt: _later, grants: _without, ...allowedWithout } = others;
        expect(allowedWithout).not.toEqual(allowed);
      }),
      { numRuns: size(200, 1000) },
    );
  });

  test("has the default group of the user's grant with write, otherwise of the first group by name, otherwise of everyone's", () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const decision = decided(given, given.grants);
        if (decision.outcome !== 'allowed') return;
        const groupOf = (one: Grant) => defaultGroupOf(one, circumstancesOf(given), given.permissions);
        const rank = { user: '0', group: '1', everyone: '2' };
        const [first] = given.grants
          .filter((one) => lives(one, NOON) && groupOf(one) !== undefined)
          .map(({ principal, ...rest }) => ({
            principal,
            ...rest,
            by: rank[principal.kind] + principalKey(principal),
          }))
          .sort((one, other) => (one.by < other.by ? -1 : 1));
        expect(decision.defaultGroup).toBe(first && groupOf(first));
      }),
      { numRuns: size(200, 1000) },
    );
  });
});
