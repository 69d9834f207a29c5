import { describe, expect, test } from '@jest/globals';
import type * as z from 'zod';
import { GrantStore, type Grant } from '../../../../../lib/grants/index.ts';
import { explainTokenHandler } from '../../../../../lib/http/routes/explanations/explain-token.ts';
import { ExplanationAnswer } from '../../../../../lib/http/routes/explanations/schemas.ts';
import { type ApiResult } from '../../../../../lib/http/routes/route.ts';
import { mintTokenHandler } from '../../../../../lib/http/routes/tokens/mint-token.ts';
import { as, BACKEND, longLayers, payloadOf, type Claims } from '../../../../support/grants/grants-api.ts';
import { EVERYONE, grant, group, user } from '../../../../support/grants/grants.ts';
import { apiEvent, lambdaContext, problemIn } from '../../../../support/http/events.ts';
import { NOON } from '../../../../support/runtime/clock.ts';
import { minting, tableOf, type Minting } from '../../../../support/tokens/minting.ts';

const OWNED = [grant(user('alice'), 'owner'), grant(group('staff'), 'editor')];

async function worldWith(grants: readonly Grant[] = OWNED): Promise<Minting> {
  return minting({ table: await tableOf({ doc: grants, other: [grant(user('mallory'), 'owner')] }) });
}

async function send(
  body: unknown,
  claims: Claims | null = BACKEND,
  given?: Minting | readonly Grant[],
): Promise<ApiResult> {
  const world = given !== undefined && 'table' in given ? given : await worldWith(given);
  const handler = explainTokenHandler({ ...world, store: new GrantStore(world.table) });
  return handler(apiEvent({ route: 'POST /v1/tokens/explain', claims, body }), lambdaContext());
}

const answerIn = (result: ApiResult): z.output<typeof ExplanationAnswer> =>
  ExplanationAnswer.parse(JSON.parse(result.body ?? ''));

const forBob = { documentId: 'doc', userId: 'bob' };

describe('POST /v1/tokens/explain', () => {
  test('logs the outcome that it explains beside its own', async () => {
    const world = await worldWith();
    await send({ ...forBob, userId: 'nobody' }, BACKEND, world);
    const line = world.lines.find((it) => it.includes('"explainToken"')) ?? '';
    expect(JSON.parse(line)).toMatchObject({ outcome: 'served', status: 200, explained: 'refused' });
  });

  test('answers the token, the grants that it is built from, and those that do not count; no cache may store it', async () => {
    const answer = await send({ ...forBob, groups: ['staff'] });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'cache-control': 'no-store' } });
    expect(answerIn(answer)).toMatchObject({
      documentId: 'doc',
      layer: '',
      userId: 'bob',
      groups: ['staff'],
      outcome: 'allowed',
      token: {
        permissions: ['read-document', 'write', 'download', 'cover-image'],
        expiresAt: new Date((NOON + 900) * 1000).toISOString().replace('.000', ''),
      },
      grants: [
        {
          principal: { group: 'staff' },
          counts: true,
          brings: { permissions: expect.arrayContaining(['write']) as unknown },
        },
        { principal: { user: 'alice' }, counts: false, reason: 'other-user' },
      ],
      grantsLeftOut: 0,
      moreGrants: false,
    });
  });

  test('answers a refusal with the very problem details of the mint, and says which group is missing', async () => {
    const world = await worldWith();
    const answer = answerIn(await send(forBob, BACKEND, world));
    const mint = mintTokenHandler(world);
    const minted = await mint(apiEvent({ claims: as('bob'), body: { documentId: 'doc' } }), lambdaContext());
    expect(answer.problem).toEqual(problemIn(minted));
    expect(answer.outcome).toBe('refused');
    expect(answer).not.toHaveProperty('token');
    expect(answer.hints.join(' ')).toContain('"staff"');
    expect(answer.grants).toContainEqual(
      expect.objectContaining({ principal: { group: 'staff' }, reason: 'other-group' }),
    );
  });

  test.each([
    ['an expired grant', { expiresAt: NOON - 60 }, 'expired', 'It ended at'],
    [
      'another layer',
      { layers: ['draft'] },
      'other-layer',
      'It opens the layer "draft", but not the default layer.',
    ],
    [
      'other layers',
      { layers: ['draft', 'final'], privateLayer: true },
      'other-layer',
      `It opens the layers "draft", "final" and each user's own private layer, but not the default layer.`,
    ],
    ['a retired role', { role: 'retired' }, 'unknown-role', 'no role "retired"'],
  ])('names %s in plain words', async (_what, details, reason, detail) => {
    const grants = [grant(user('bob'), 'viewer', details)];
    const answer = answerIn(await send(forBob, BACKEND, grants));
    expect(answer.grants).toMatchObject([{ counts: false, reason }]);
    expect(answer.grants[0]?.detail).toContain(detail);
  });

  test.each([
    [[''], 'It opens the default layer, but not the layer "user:bob".'],
    [['*'], 'It opens every shared layer, but not the layer "user:bob".'],
    [
      ['', 'draft'],
      'It opens the layers "", "draft" ("" is the default layer), but not the layer "user:bob".',
    ],
  ])('names the shared layers %j to a user that asks for the private one', async (layers, detail) => {
    const grants = [grant(user('bob'), 'viewer', { layers })];
    const answer = answerIn(await send({ ...forBob, privateLayer: true }, BACKEND, grants));
    expect(answer.grants).toMatchObject([{ reason: 'other-layer', detail }]);
  });

  test('says that a document has no grants at all', async () => {
    const answer = answerIn(await send({ ...forBob, documentId: 'unknown' }));
    expect(answer).toMatchObject({ outcome: 'refused', grants: [] });
    expect(answer.hints).toContain('The document has no grants at all. Check its id.');
  });

  test('names a grant to vouch for, also for a user that can have no private layer', async () => {
    const scope = 'layermint/grants layermint/vouch';
    const asked = { documentId: 'doc', userId: '*', privateLayer: true, grant: { role: 'viewer' } };
    const { outcome, grants } = answerIn(await send(asked, { sub: 'backend', scope }));
    expect({ outcome, grants }).toMatchObject({
      outcome: 'refused',
      grants: [{ principal: { vouched: true }, counts: false, reason: 'other-layer' }],
    });
  });

  test('takes a grant to vouch for', async () => {
    const scope = 'layermint/grants layermint/vouch';
    const answer = answerIn(await send({ ...forBob, grant: { role: 'viewer' } }, { sub: 'backend', scope }));
    expect(answer).toMatchObject({
      outcome: 'allowed',
      grants: [{ principal: { vouched: true }, counts: true }],
    });
    expect(answer.grants[0]).not.toHaveProperty('grantedBy');
  });

  test.each([
    ['no user', { documentId: 'doc' }, '#/userId'],
    ['another member', { ...forBob, onBehalfOf: { userId: 'bob' } }, '#/onBehalfOf'],
    ['two layers', { ...forBob, layer: 'a', privateLayer: true }, '#/privateLayer'],
    ['501 groups', { ...forBob, groups: Array.from({ length: 501 }, (_, at) => `g${at}`) }, '#/groups'],
    ['a life that is too long', { ...forBob, ttlSeconds: 86_401 }, '#/ttlSeconds'],
    ['a vouched grant with an unknown role', { ...forBob, grant: { role: 'king' } }, '#/grant/role'],
  ])('refuses %s', async (_what, body, pointer) => {
    expect(problemIn(await send(body))).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  test('takes null as left out', async () => {
    const nulls = {
      groups: null,
      layer: null,
      privateLayer: null,
      permissions: null,
      grant: null,
      name: null,
    };
    expect((await send({ ...forBob, ...nulls })).statusCode).toBe(200);
  });

  test('refuses more than 64 KB unread', async () => {
    const world = await worldWith();
    expect((await send({ ...forBob, name: 'x'.repeat(64 * 1024) }, BACKEND, world)).statusCode).toBe(413);
    expect(world.table.calls).toEqual([]);
  });

  test('stays within the answer that Lambda takes, and counts the grants that do not fit', async () => {
    const names = Array.from({ length: 500 }, (_, at) => `group-${at}`);
    const grants = names.map((name) => grant(group(name), 'viewer', { layers: longLayers(name) }));
    const result = await send({ ...forBob, groups: names }, BACKEND, grants);
    expect(payloadOf(result)).toBeLessThan(1024 * 1024);
    const { grants: shown, grantsLeftOut } = answerIn(result);
    expect(shown.length + grantsLeftOut).toBe(500);
  });
});

describe('an explanation is refused', () => {
  const notGranted = { status: 403, type: 'urn:layermint:problem:not-granted' };

  test('to a caller who is no owner, even about the own token', async () => {
    for (const claims of [as('bob'), as('bob', 'staff'), as('mallory')]) {
      const userId = String(claims['sub']);
      expect(problemIn(await send({ documentId: 'doc', userId }, claims))).toMatchObject(notGranted);
    }
  });

  test('to an owner of another document', async () => {
    expect(problemIn(await send(forBob, as('mallory')))).toMatchObject(notGranted);
    expect((await send({ ...forBob, documentId: 'other' }, as('mallory'))).statusCode).toBe(200);
  });

  test('to an owner whose grant has ended', async () => {
    const ended = [grant(user('alice'), 'owner', { expiresAt: NOON })];
    expect(problemIn(await send(forBob, as('alice'), ended))).toMatchObject(notGranted);
  });

  test('to a backend with every scope but that for grants', async () => {
    const scope = 'layermint/on-behalf layermint/vouch layermint/revocations layermint/backend-tokens';
    expect(problemIn(await send(forBob, { sub: 'backend', scope }))).toMatchObject(notGranted);
  });

  test('without a caller token', async () => {
    expect((await send(forBob, null)).statusCode).toBe(401);
  });
});

describe('an explanation is no way', () => {
  test('to learn the content of a role that the own grant does not let an owner give: a vouched grant needs its scope', async () => {
    const asked = { ...forBob, grant: { role: 'editor' } };
    expect(problemIn(await send(asked, as('alice')))).toMatchObject({
      status: 403,
      type: 'urn:layermint:problem:scope-missing',
    });
  });

  test('to probe for documents: one that exists and one that does not get the same answer after the same reads', async () => {
    const world = await worldWith();
    const known = await send(forBob, as('eve'), world);
    const readsOfKnown = world.table.calls.splice(0);
    const unknown = await send({ ...forBob, documentId: 'unknown' }, as('eve'), world);
    expect(unknown).toEqual(known);
    expect(world.table.calls).toEqual(readsOfKnown);
  });

  test("to learn of another's private layer more than the list of grants tells", async () => {
    const own = grant(user('bob'), 'editor', { layers: [], privateLayer: true });
    const world = await worldWith([...OWNED, own]);
    const answer = answerIn(await send({ ...forBob, privateLayer: true }, as('alice'), world));
    expect(answer).toMatchObject({ outcome: 'allowed', layer: 'user:bob' });
    // By its name, for another user: no grant opens it.
    const byName = answerIn(await send({ ...forBob, userId: 'eve', layer: 'user:bob' }, as('alice'), world));
    expect(byName).toMatchObject({ outcome: 'refused', problem: { status: 403 } });
    expect(byName.grants.every(({ counts }) => !counts)).toBe(true);
  });

  test('to learn in which groups a user is: the groups of earlier tokens are not in the answer', async () => {
    const world = await worldWith([grant(user('alice'), 'owner'), grant(EVERYONE, 'viewer')]);
    const mint = mintTokenHandler(world);
    const asked = apiEvent({ claims: as('bob', 'secret-project'), body: { documentId: 'doc' } });
    expect((await mint(asked, lambdaContext())).statusCode).toBe(201);
    const result = await send(forBob, as('alice'), world);
    expect(answerIn(result).liveTokens).toMatchObject({ revocationsWaiting: 0 });
    expect(result.body).not.toContain('secret-project');
  });

  test('to get a token or its id: nothing is written, and no key is asked for', async () => {
    const world = await worldWith();
    const signingKeys = {
      current: () => Promise.reject(new TypeError('An explanation must not ask for the key')),
    };
    const result = await send({ ...forBob, groups: ['staff'] }, BACKEND, { ...world, signingKeys });
    expect(answerIn(result).outcome).toBe('allowed');
    expect(result.body).not.toMatch(/jwt|jti|eyJ/);
    expect(new Set(world.table.calls)).toEqual(new Set(['batchGet', 'query']));
  });

  test('to write a user id or a group into the log', async () => {
    const world = await worldWith();
    await send({ ...forBob, userId: 'bob-of-request', groups: ['group-of-request'] }, BACKEND, world);
    expect(world.lines.join('')).not.toMatch(/-of-request/);
  });
});
