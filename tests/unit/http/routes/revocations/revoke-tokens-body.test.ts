import { beforeEach, describe, expect, test } from '@jest/globals';
import { as } from '../../../../support/grants/grants-api.ts';
import { EVERYONE, user } from '../../../../support/grants/grants.ts';
import { problemIn } from '../../../../support/http/events.ts';
import { answerIn, REVOKER, RevocationsApi } from '../../../../support/revocation/revocations-api.ts';

let api: RevocationsApi;

beforeEach(async () => {
  api = new RevocationsApi();
  await api.grant(user('olivia'), 'owner');
  await api.grant(EVERYONE, 'viewer');
  for (const name of ['olivia', 'bob']) await api.mint(name);
  await api.mint('bob');
});

describe('a revocation with a document alone', () => {
  test.each([
    ['an owner of it', as('olivia'), 'olivia'],
    ['a user with a grant', as('bob'), 'bob'],
    ['a backend with the scope', REVOKER, 'backend'],
  ])(
    'does not end the tokens of everybody by mistake: by %s, it is for their own',
    async (_, claims, userId) => {
      const result = await api.revoke(claims, { documentId: 'contract' });
      expect(result.statusCode).toBe(200);
      expect(answerIn(result)).toMatchObject({
        userId,
        documentId: 'contract',
        holders: userId === 'backend' ? 0 : 1,
      });
    },
  );
});

describe('a revocation of everyone', () => {
  const everyone = { documentId: 'contract', everyone: true };

  test.each([
    ['an owner of the document', as('olivia')],
    ['a backend with the scope', REVOKER],
  ])('by %s ends the tokens of all users for the document', async (_, claims) => {
    const answer = answerIn(await api.revoke(claims, everyone));
    expect(answer).toMatchObject({ state: 'confirmed', documentId: 'contract', holders: 2 });
    expect(answer).not.toHaveProperty('userId');
  });

  test('is refused for a user that is not an owner', async () => {
    expect((await api.revoke(as('bob'), everyone)).statusCode).toBe(403);
  });

  test.each([
    [
      { everyone: true },
      'must stand beside a "documentId": it ends the tokens of all users for one document',
    ],
    [
      { everyone: true, documentId: null },
      'must stand beside a "documentId": it ends the tokens of all users for one document',
    ],
    [
      { ...everyone, userId: 'bob' },
      'must not stand beside "userId": it ends the tokens of all users for a document',
    ],
  ])('is refused with the rule that it breaks: %j', async (body, rule) => {
    const result = await api.revoke(REVOKER, body);
    expect(result.statusCode).toBe(400);
    expect(problemIn(result).errors).toEqual([{ pointer: '#/everyone', detail: rule }]);
  });

  test.each([
    { ...everyone, everyone: 'true' },
    { ...everyone, everyone: 1 },
  ])('is not taken from another value than true: %j', async (body) => {
    const result = await api.revoke(as('olivia'), body);
    expect(problemIn(result).errors).toEqual([
      { pointer: '#/everyone', detail: expect.stringMatching(/^must be true or false/) },
    ]);
  });
});

test.each([
  [{ userId: null, documentId: null, everyone: null, reason: null }, { userId: 'bob' }],
  [{ everyone: false, userId: 'bob' }, { userId: 'bob' }],
  [
    { everyone: false, documentId: 'contract', userId: null },
    { userId: 'bob', documentId: 'contract' },
  ],
])('null counts as left out, and so does `everyone: false`: %j', async (body, target) => {
  const result = await api.revoke(as('bob'), body);
  expect(result.statusCode).toBe(200);
  const { userId, documentId, reason } = answerIn(result);
  expect({ userId, documentId, reason }).toEqual({ documentId: undefined, reason: undefined, ...target });
});

describe('a reason', () => {
  test.each(['half a \ud83d pair', '\udd11', 'reversed \udd11\ud83d'])(
    'that is not well-formed Unicode is refused, and never reaches the table: %j',
    async (reason) => {
      const before = api.revoking.table.everything().length;
      const result = await api.revoke(as('bob'), JSON.stringify({ reason }));
      expect(result.statusCode).toBe(400);
      expect(problemIn(result).errors).toEqual([
        {
          pointer: '#/reason',
          detail: 'must be well-formed Unicode, without half a surrogate pair',
        },
      ]);
      expect(api.revoking.table.everything()).toHaveLength(before);
    },
  );

  test('can have any well-formed text', async () => {
    const reason = 'verloren 🔑\n\u0000';
    expect(answerIn(await api.revoke(as('bob'), { reason })).reason).toBe(reason);
  });
});
