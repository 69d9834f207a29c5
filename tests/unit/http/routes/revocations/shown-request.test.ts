import { beforeEach, describe, expect, test } from '@jest/globals';
import { DocumentEngineUnavailableError } from '../../../../../lib/document-engine/index.ts';
import { as } from '../../../../support/grants/grants-api.ts';
import { user } from '../../../../support/grants/grants.ts';
import { answerIn, REVOKER, RevocationsApi } from '../../../../support/revocation/revocations-api.ts';

const SECRET = 'Under investigation';
const BOBS = { userId: 'bob', documentId: 'contract' };

let api: RevocationsApi;

beforeEach(async () => {
  api = new RevocationsApi();
  await api.grant(user('olivia'), 'owner');
  await api.grant(user('bob'), 'viewer');
  await api.mint('bob');
});

describe("the reason of somebody else's revocation cannot be read by the user of the revoked tokens", () => {
  test.each([
    ['with the id, which can be computed', BOBS],
    ['with the id, for all their tokens', { userId: 'bob' }],
  ])('%s', async (_, target) => {
    const { id } = answerIn(await api.revoke(REVOKER, { ...target, reason: SECRET }));
    expect((await api.read(as('bob'), id)).statusCode).toBe(404);
  });

  test.each([
    ['before', ['other', 'own']],
    ['after', ['own', 'other']],
  ])('by a revocation of the same tokens %s', async (_, order) => {
    let id = '';
    for (const by of order) {
      const result = await (by === 'own'
        ? api.revoke(as('bob'), { documentId: 'contract' })
        : api.revoke(REVOKER, { ...BOBS, reason: SECRET }));
      if (by === 'own') expect(result.body).not.toContain(SECRET);
      ({ id } = answerIn(result));
    }
    const seen = await api.read(as('bob'), id);
    expect(answerIn(seen)).not.toHaveProperty('reason');
    expect(seen.body).not.toContain(SECRET);
    expect(answerIn(await api.read(REVOKER, id))).toMatchObject({ reason: SECRET });
  });

  test('as an owner of the document', async () => {
    await api.grant(user('bob'), 'owner');
    const { id } = answerIn(await api.revoke(REVOKER, { ...BOBS, reason: SECRET }));
    const seen = await api.read(as('bob'), id);
    expect(seen.statusCode).toBe(200);
    expect(seen.body).not.toContain(SECRET);
  });

  test('with a user id that reads like the parts of the target', async () => {
    const { id } = answerIn(await api.revoke(REVOKER, { ...BOBS, reason: SECRET }));
    for (const sub of ['backend ', 'bob","contract', '["bob"', 'null']) {
      expect((await api.read(as(sub), id)).statusCode).toBe(404);
    }
  });
});

describe('the user of the revoked tokens', () => {
  test('cannot replace the reason that somebody else gave by revoking their own tokens', async () => {
    const { id, requestedAt } = answerIn(await api.revoke(REVOKER, { ...BOBS, reason: SECRET }));
    api.revoking.clock.advance(60_000);
    await api.revoke(as('bob'), { documentId: 'contract', reason: 'nothing happened' });
    for (const claims of [REVOKER, as('olivia')])
      expect(answerIn(await api.read(claims, id))).toMatchObject({ reason: SECRET, requestedAt });
    expect(answerIn(await api.read(as('bob'), id))).toMatchObject({ reason: 'nothing happened' });
  });

  test('cannot keep the revocation of somebody else from being shown as confirmed', async () => {
    const { id } = answerIn(await api.revoke(REVOKER, BOBS));
    await api.mint('bob');
    api.revoking.answer = () => {
      throw new DocumentEngineUnavailableError('POST /api/revoke', 'it is down');
    };
    expect((await api.revoke(as('bob'), { documentId: 'contract' })).statusCode).toBe(202);
    expect(answerIn(await api.read(REVOKER, id))).toMatchObject({ state: 'confirmed', waiting: 0 });
    expect(answerIn(await api.read(as('bob'), id))).toMatchObject({ state: 'pending', waiting: 1 });
  });
});

test('a revocation is shown with the request of another caller to callers that can revoke the same tokens', async () => {
  const { id } = answerIn(await api.revoke(as('bob'), { documentId: 'contract', reason: 'a lost phone' }));
  for (const claims of [as('olivia'), REVOKER])
    expect(answerIn(await api.read(claims, id))).toMatchObject({ userId: 'bob', reason: 'a lost phone' });
  expect((await api.read(as('mallory'), id)).statusCode).toBe(404);
});

test('a former owner sees the revocation that they asked for', async () => {
  const { id } = answerIn(await api.revoke(as('olivia'), { ...BOBS, reason: SECRET }));
  await api.grant(user('olivia'), 'viewer');
  expect(answerIn(await api.read(as('olivia'), id))).toMatchObject({ reason: SECRET });
});
