import { describe, expect, test } from '@jest/globals';
import { BatchAnswer } from '../../../../lib/http/routes/tokens/batch-schemas.ts';
import { mintTokensHandler } from '../../../../lib/http/routes/tokens/mint-tokens.ts';
import { api, have, useGrantsApi } from '../../../support/grants/document-under-test.ts';
import { EVERYONE, grant, group, user } from '../../../support/grants/grants.ts';
import { apiEvent, lambdaContext, problemIn } from '../../../support/http/events.ts';
import { RevocationsApi } from '../../../support/revocation/revocations-api.ts';
import { attempt } from '../../../support/tokens/mint-attempt.ts';
import { minting, tableOf } from '../../../support/tokens/minting.ts';

/** A token of alice whose groups cannot be read. */
const ALICE = { sub: 'alice', 'cognito:groups': 7 };

/** A token of alice from which the issuer left out the groups. */
const LEFT_OUT = { sub: 'alice', _claim_names: { 'cognito:groups': 'src1' } };

const DOC = { documentId: 'doc' };

const GROUPS_NOT_IN_TOKEN = {
  status: 403,
  type: 'urn:layermint:problem:groups-not-in-token',
  detail: expect.stringContaining('so grants to groups do not count'),
};

const EDITORS = grant(group('editors'), 'editor');

describe('a token that does not tell the groups, when a token is minted', () => {
  test.each<[string, object, string]>([
    [
      'of another shape',
      ALICE,
      'the claim "cognito:groups" must be a list of strings, one string, or an object.',
    ],
    ['left out by the issuer', LEFT_OUT, 'the issuer left out the claim "cognito:groups", because'],
  ])('is named as the reason for the lack of a grant: groups %s', async (_, claims, reason) => {
    const { result } = await attempt([EDITORS], { claims: { ...claims }, body: DOC });
    expect(problemIn(result)).toMatchObject(GROUPS_NOT_IN_TOKEN);
    expect(problemIn(result).detail).toContain('No grant lets this user open this layer of this document.');
    expect(problemIn(result).detail).toContain(reason);
  });

  test('is named as the reason for the lack of a permission', async () => {
    const body = { ...DOC, permissions: ['write'] };
    const { result } = await attempt([grant(user('alice'), 'viewer'), EDITORS], { claims: ALICE, body });
    expect(problemIn(result)).toMatchObject(GROUPS_NOT_IN_TOKEN);
    expect(problemIn(result).detail).toMatch(/^Not granted on this layer of this document: write\./);
  });

  test('is named as the reason for the lack of a default group', async () => {
    const teams = grant(group('editors'), 'editor', { defaultGroup: 'team' });
    const body = { ...DOC, defaultGroup: 'team' };
    const { result } = await attempt([grant(user('alice'), 'editor'), teams], { claims: ALICE, body });
    expect(problemIn(result)).toMatchObject(GROUPS_NOT_IN_TOKEN);
  });

  test('is no hindrance to grants to the user and to everyone', async () => {
    for (const given of [grant(user('alice'), 'viewer'), grant(EVERYONE, 'viewer')]) {
      const { result } = await attempt([given], { claims: ALICE, body: DOC });
      expect(result.statusCode).toBe(201);
    }
  });

  test('is named in each entry of a batch that lacks a grant, and in no other', async () => {
    const table = await tableOf({ own: [grant(user('alice'), 'viewer')], doc: [EDITORS] });
    const body = { requests: [{ documentId: 'own' }, DOC, { documentId: 'own', ttlSeconds: 1 }] };
    const event = apiEvent({ route: 'POST /v1/tokens/batch', claims: ALICE, body });
    const result = await mintTokensHandler(minting({ table }))(event, lambdaContext());
    expect(BatchAnswer.parse(JSON.parse(result.body ?? '')).results).toMatchObject([
      { status: 201 },
      { status: 403, problem: GROUPS_NOT_IN_TOKEN },
      { status: 400, problem: { type: 'urn:layermint:problem:invalid-request' } },
    ]);
  });

  test('of a backend says nothing about the user on whose behalf it asks', async () => {
    const claims = { ...ALICE, scope: 'layermint/on-behalf' };
    const { result } = await attempt([EDITORS], { claims, body: { ...DOC, onBehalfOf: { userId: 'bob' } } });
    expect(problemIn(result).type).toBe('urn:layermint:problem:not-granted');
  });
});

describe('a token that does not tell the groups, when grants are administered', () => {
  useGrantsApi();

  test.each([
    ['listed', () => api.list(ALICE, 'doc')],
    ['set', () => api.put(ALICE, 'doc', 'user=bob', { role: 'viewer' })],
    ['removed', () => api.remove(ALICE, 'doc', 'user=zoe')],
  ])('is named as the reason if grants are %s', async (_, ask) => {
    await have(group('owners'), 'owner');
    await have(user('zoe'), 'owner');
    expect(problemIn(await ask())).toMatchObject(GROUPS_NOT_IN_TOKEN);
  });

  test('is named as the reason if a grant goes beyond the own one', async () => {
    await have(user('alice'), 'owner');
    await have(group('owners'), 'owner', { layers: ['*'] });
    const body = { role: 'viewer', layers: ['review'] };
    expect(problemIn(await api.put(ALICE, 'doc', 'user=bob', body))).toMatchObject(GROUPS_NOT_IN_TOKEN);
  });

  test('is not the reason if a scope is missing', async () => {
    expect(problemIn(await api.remove(ALICE, 'doc', 'all')).type).toBe('urn:layermint:problem:scope-missing');
  });
});

test('a token that does not tell the groups is named as the reason if tokens of others are not revoked', async () => {
  const revocations = new RevocationsApi();
  await revocations.grant(group('owners'), 'owner');
  for (const body of [{ userId: 'bob', documentId: 'contract' }, { userId: 'bob' }]) {
    expect(problemIn(await revocations.revoke(ALICE, body))).toMatchObject(GROUPS_NOT_IN_TOKEN);
  }
  expect((await revocations.revoke(ALICE, { documentId: 'contract' })).statusCode).toBe(200);
});
