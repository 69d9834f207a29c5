import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ApiResult } from '../../../lib/http/routes/route.ts';
import { as, BACKEND, GrantsApi } from '../../support/grants/grants-api.ts';
import { user } from '../../support/grants/grants.ts';
import { problemIn } from '../../support/http/events.ts';

const ALICE = as('alice');

let api: GrantsApi;

beforeEach(async () => {
  api = await GrantsApi.open();
  await api.world.grant('doc', user('alice'), 'owner', { layers: ['*'], privateLayer: true });
});

afterEach(async () => {
  await api.close();
});

/** Expects that the attack has given nobody a token. */
async function expectRefused(result: ApiResult, status: number): Promise<void> {
  expect(problemIn(result)).toMatchObject({ status });
  expect(result.body).not.toContain('eyJ');
  for (const documentId of ['doc', 'plan'])
    expect(await api.world.tryToMint(documentId, 'mallory')).toMatchObject({ outcome: 'refused' });
}

describe('a grant that gives more than there is to give', () => {
  test("another user's private layer, by a grant that names it", async () => {
    for (const layers of [['user:bob'], ['', 'user:bob'], ['user:*']]) {
      for (const caller of [ALICE, BACKEND]) {
        const answer = await api.put(caller, 'doc', 'user=mallory', { role: 'viewer', layers });
        await expectRefused(answer, 400);
      }
    }
  });

  test('a default group built to add a permission', async () => {
    for (const defaultGroup of ['x:edit:all', 'annotations:edit:all', 'a=b', '*', '']) {
      const answer = await api.put(ALICE, 'doc', 'user=mallory', { role: 'viewer', defaultGroup });
      await expectRefused(answer, 400);
    }
  });

  test('an owner that grants more than their own rights', async () => {
    await api.world.grant('plan', user('olga'), 'owner', { layers: ['review'] });
    const giveOn = (principal: string, body: object): Promise<ApiResult> =>
      api.put(as('olga'), 'plan', principal, body);
    await expectRefused(await giveOn('user=olga', { role: 'owner', layers: ['*'] }), 403);
    await expectRefused(await giveOn('user=mallory', { role: 'viewer', layers: [''] }), 403);
    await expectRefused(await giveOn('everyone', { role: 'owner', layers: ['review'] }), 403);
  });
});
