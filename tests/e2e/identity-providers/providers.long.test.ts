import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { headings, recipeOf } from '../../support/identity/recipe.ts';
import type { Claims } from '../../support/identity/provider.ts';
import { startProviderIssuers, type ProviderIssuers } from '../../support/identity/provider-issuers.ts';
import { faultsOf, startProviderStage, type ProviderStage } from '../../support/identity/provider-stage.ts';
import { PROVIDERS } from '../../support/identity/providers/index.ts';
import { problemIn, refusalIn, userIdIn } from '../../support/identity/answers.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
import { resourcesOfFile } from '../../support/runtime/resources.ts';

const resources = resourcesOfFile();
let issuers: ProviderIssuers;

beforeAll(async () => {
  issuers = resources.adopt(await startProviderIssuers(), (it) => it.close());
});

const providers = PROVIDERS.map((at) => at(NOON));

test('each section of the page is tested', () => {
  expect(providers.map(({ heading }) => heading).sort()).toEqual(headings().sort());
});

describe.each(providers.map((provider) => [provider.heading, provider] as const))(
  '%s',
  (heading, provider) => {
    const recipe = recipeOf(heading);
    let stage: ProviderStage;

    beforeAll(async () => {
      stage = await startProviderStage(recipe, issuers, new ManualClock());
    });
    afterAll(() => stage.close());

    const tokenOf = (claims: Claims): Promise<string> => issuers.sign(provider, { claims });

    test('packaging accepts the parameters of the page', () => {
      expect(faultsOf(recipe)).toEqual([]);
    });

    test('a backend sets the first grant, and the user gets a token with the user id of the page', async () => {
      const user = await tokenOf(provider.user);
      expect(refusalIn(await stage.mint(user, 'contract'))).toBe('403 not-granted');
      const principal = `user=${encodeURIComponent(provider.userId)}`;
      expect((await stage.grant(await tokenOf(provider.backend), 'contract', principal)).status).toBe(201);
      const minted = await stage.mint(user, 'contract');
      expect([minted.status, minted.status === 201 && userIdIn(minted)]).toEqual([201, provider.userId]);
    });

    test('a member of a group gets a token by the grant of the group', async () => {
      await grantToGroup('plan');
      expect((await stage.mint(await tokenOf(provider.member), 'plan')).status).toBe(201);
      expect(refusalIn(await stage.mint(await tokenOf(provider.user), 'plan'))).toBe('403 not-granted');
    });

    test('a user gives no grant on a document of others', async () => {
      await grantToGroup('notes');
      const answer = await stage.grant(await tokenOf(provider.user), 'notes', 'user=mallory');
      expect(refusalIn(answer)).toBe('403 not-granted');
    });

    test(`a user in too many groups gets ${provider.overflow}, and no 401`, async () => {
      await grantToGroup('report');
      const answer = await stage.mint(await tokenOf(provider.overflowing), 'report');
      expect(refusalIn(answer)).toBe(provider.overflow);
    });

    test.each(provider.traps)('the trap: $name', async ({ token, parameters, status, reason, sets }) => {
      const own = await startProviderStage({ ...recipe, ...parameters }, issuers, new ManualClock());
      try {
        const sent = typeof token === 'string' ? token : await issuers.sign(provider, token);
        const answer =
          sets === true ? await own.grant(sent, 'draft', 'user=alice') : await own.mint(sent, 'draft');
        expect(answer.status).toBe(status);
        expect(problemIn(answer) ?? own.logged()).toContain(reason);
      } finally {
        await own.close();
      }
    });

    async function grantToGroup(documentId: string): Promise<void> {
      const principal = `group=${encodeURIComponent(provider.group)}`;
      const backend = await tokenOf(provider.backend);
      expect((await stage.grant(backend, documentId, principal)).status).toBe(201);
    }
  },
);
