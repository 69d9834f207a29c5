import { describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type VouchedGrant } from '../../../lib/grants/index.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../../../lib/http/routes/tokens/mint-tokens.ts';
import { grant, group, user } from '../../support/grants/grants.ts';
import { apiEvent, lambdaContext, problemIn } from '../../support/http/events.ts';
import { REVOKER, RevocationsApi } from '../../support/revocation/revocations-api.ts';
import { attempt, claimsAfter, expectRefused } from '../../support/tokens/mint-attempt.ts';
import { minting } from '../../support/tokens/minting.ts';

const ON_BEHALF = 'layermint/on-behalf';
const VOUCH = 'layermint/vouch';
const BACKEND = { sub: 'backend', scope: `${ON_BEHALF} ${VOUCH}` };

const VOUCHED = { documentId: 'doc', onBehalfOf: { userId: 'bob' }, grant: { role: 'owner' } };

/** The grant of a user who edits everything, in the table. */
const BOB_EDITS = grant(user('bob'), 'editor', { layers: ['*'] });

describe('a right that nobody has given', () => {
  test('by a user who vouches for themself, or for another user', async () => {
    for (const onBehalfOf of [{ userId: 'bob' }, { userId: 'alice' }]) {
      const body = { ...VOUCHED, onBehalfOf };
      await expectRefused(403, 'scope-missing', [BOB_EDITS], { claims: { sub: 'bob' }, body });
    }
    const body = { documentId: 'doc', grant: { role: 'owner' } };
    await expectRefused(400, 'invalid-request', [BOB_EDITS], { claims: { sub: 'bob' }, body });
  });

  test.each([
    ['may only mint on behalf of users', ON_BEHALF],
    ['may vouch but not mint on behalf of users', VOUCH],
    ['has scopes that only look like it', `${ON_BEHALF} layermint/vouch-read x/layermint/vouch`],
    ['has every other scope', `${ON_BEHALF} layermint/grants layermint/revocations layermint/backend-tokens`],
  ])('by a backend that %s', async (_, scope) => {
    await expectRefused(403, 'scope-missing', [BOB_EDITS], {
      claims: { sub: 'backend', scope },
      body: VOUCHED,
    });
  });

  test("on another user's private layer", async () => {
    const open = { role: 'owner', layers: ['*'], privateLayer: true };
    const body = { ...VOUCHED, layer: 'user:alice', grant: open };
    await expectRefused(403, 'not-granted', [], { claims: BACKEND, body });
    const named = { ...VOUCHED, layer: 'user:alice', grant: { role: 'owner', layers: ['user:alice'] } };
    await expectRefused(400, 'invalid-request', [], { claims: BACKEND, body: named });
  });

  test('by a role for groups, with a group of the request in place of its {group}', async () => {
    const claims = { sub: 'backend', scope: `${ON_BEHALF} ${VOUCH}` };
    const roles = new Map([
      [
        'team',
        {
          permissions: ['read-document', 'write'] as const,
          collaborationPermissions: [
            {
              contentType: 'annotations' as const,
              action: 'edit' as const,
              scope: { kind: 'group' as const, name: '{group}' },
            },
          ],
        },
      ],
    ]);
    const body = { ...VOUCHED, onBehalfOf: { userId: 'bob', groups: ['admins'] }, grant: { role: 'team' } };
    const { result } = await attempt([], { claims, body }, { roles });
    expect(problemIn(result)).toMatchObject({ status: 403, type: 'urn:layermint:problem:not-granted' });
    expect(problemIn(result).detail).toContain('{group} cannot be filled in');
  });

  test('by a stored grant that a vouched one is joined with', async () => {
    const body = { ...VOUCHED, onBehalfOf: { userId: 'bob', groups: ['admins'] }, grant: { role: 'viewer' } };
    const stored = [BOB_EDITS, grant(group('admins'), 'owner', { defaultGroup: 'admins' })];
    const claims = await claimsAfter(stored, { claims: BACKEND, body });
    expect(claims.permissions).toEqual(['read-document', 'cover-image']);
    await expectRefused(403, 'permissions-not-granted', stored, {
      claims: BACKEND,
      body: { ...body, permissions: ['write'] },
    });
  });

  test('by a default group that the grant does not give', async () => {
    const body = { ...VOUCHED, grant: { role: 'editor', defaultGroup: 'staff' } };
    const stored = [grant(user('bob'), 'editor', { defaultGroup: 'board' })];
    const refused = await expectRefused(403, 'default-group-not-granted', stored, {
      claims: BACKEND,
      body: { ...body, defaultGroup: 'board' },
    });
    expect(problemIn(refused).detail).toContain('"staff"');
    const claims = await claimsAfter(stored, { claims: BACKEND, body: { ...body, defaultGroup: 'staff' } });
    expect(claims.default_group).toBe('staff');
  });

  test('by one entry of a batch: each entry with a grant needs the scope, and the others are served', async () => {
    const world = minting({ table: (await attempt([BOB_EDITS], {})).world.table });
    const entry = { documentId: 'doc', onBehalfOf: { userId: 'bob' } };
    const requests = [VOUCHED, entry, { ...entry, grant: { role: 'no-role' } }];
    const event = apiEvent({
      claims: { sub: 'backend', scope: ON_BEHALF },
      body: { requests },
      route: 'POST /v1/tokens/batch',
    });
    const answer = await mintTokensHandler(world)(event, lambdaContext());
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      results: [
        { status: 403, problem: { type: 'urn:layermint:problem:scope-missing' } },
        { status: 201, token: { permissions: ['read-document', 'write', 'download', 'cover-image'] } },
        { status: 400, problem: { errors: [{ pointer: '#/grant/role' }] } },
      ],
    });
  });
});

describe('a vouched token that outlives its revocation', () => {
  const OWNER: VouchedGrant = { role: 'owner', layers: [''], privateLayer: false };

  async function held(
    documentId = 'contract',
  ): Promise<{ api: RevocationsApi; token: Awaited<ReturnType<RevocationsApi['mint']>> }> {
    const api = new RevocationsApi();
    await api.grant(user('bob'), 'viewer');
    await api.grant(user('bob'), 'viewer', 'plan');
    return { api, token: await api.mint('bob', documentId, { grant: OWNER }) };
  }

  test.each([
    ['of the user for the document', REVOKER, { userId: 'bob', documentId: 'contract' }],
    ['of the user for every document', REVOKER, { userId: 'bob' }],
    ['of everyone for the document', REVOKER, { everyone: true, documentId: 'contract' }],
    ['of their own, by the user', { sub: 'bob' }, {}],
    ['of their own for the document, by the user', { sub: 'bob' }, { documentId: 'contract' }],
  ])('by a revocation %s', async (_, claims, body) => {
    const { api, token } = await held();
    const other = await api.mint('bob', 'plan', { grant: OWNER });
    expect((await api.revoke(claims, body)).statusCode).toBeLessThan(300);
    expect(api.ended(token)).toBe(true);
    expect(api.ended(other)).toBe(!('documentId' in body));
    const next = await api.mint('bob', 'contract', { grant: OWNER });
    expect(next.family).not.toBe(token.family);
    expect(api.ended(next)).toBe(false);
  });

  test('ends with no stored grant: it was not built from one', async () => {
    const { api, token } = await held();
    await api.remove(user('bob'));
    expect(api.ended(token)).toBe(false);
  });

  test('ends with a stored grant if the user also has a token from that: all share one family', async () => {
    const { api, token } = await held();
    const stored = await api.mint('bob');
    expect(stored.family).toBe(token.family);
    await api.remove(user('bob'));
    expect(api.ended(token)).toBe(true);
  });

  test('is of no user with such a name: a removed grant of the user "VOUCHED" ends none', async () => {
    const { api, token } = await held();
    await api.grant(user('VOUCHED'), 'viewer');
    await api.grant(group('VOUCHED'), 'viewer');
    await api.remove(user('VOUCHED'));
    await api.remove(group('VOUCHED'));
    expect(api.ended(token)).toBe(false);
  });
});

describe('a vouched mint that nobody can trace', () => {
  const lineOf = (lines: readonly string[]): unknown => JSON.parse(lines.at(-1) ?? '');

  test('is logged with the role, the backend and its user, and no token', async () => {
    const { result, world } = await attempt([], { claims: BACKEND, body: VOUCHED });
    expect(result.statusCode).toBe(201);
    expect(lineOf(world.lines)).toMatchObject({
      operation: 'mintToken',
      userId: 'bob',
      callerId: 'backend',
      vouchedRole: 'owner',
      documentId: 'doc',
    });
    const { jwt } = JSON.parse(result.body ?? '') as { jwt: string };
    for (const part of jwt.split('.')) expect(world.lines.join('')).not.toContain(part);
  });

  test('is logged like that if it is refused', async () => {
    const { world } = await attempt([], { claims: BACKEND, body: { ...VOUCHED, layer: 'draft' } });
    expect(lineOf(world.lines)).toMatchObject({
      status: 403,
      userId: 'bob',
      callerId: 'backend',
      vouchedRole: 'owner',
    });
  });

  test('is told apart in the log line of a batch, and a mint on behalf of a user names the backend too', async () => {
    const { world } = await attempt([grant(user('bob'), 'viewer')], {});
    const { documentId, onBehalfOf } = VOUCHED;
    const requests = [
      { documentId, onBehalfOf },
      { ...VOUCHED, documentId: 'plan' },
      { ...VOUCHED, layer: 'x' },
    ];
    const event = apiEvent({ claims: BACKEND, body: { requests }, route: 'POST /v1/tokens/batch' });
    const result = await mintTokensHandler(world)(event, lambdaContext());
    expect(result.statusCode).toBe(200);
    expect(lineOf(world.lines)).toMatchObject({
      userId: 'bob',
      callerId: 'backend',
      documentIds: ['doc', 'plan'],
      vouchedRoles: ['', 'owner'],
    });
    const alone = apiEvent({ claims: BACKEND, body: { documentId, onBehalfOf } });
    await mintTokenHandler(world)(alone, lambdaContext());
    expect(lineOf(world.lines)).toMatchObject({ userId: 'bob', callerId: 'backend' });
    expect(lineOf(world.lines)).not.toHaveProperty('vouchedRole');
  });

  test('has its family in the log, by which its tokens can be revoked', async () => {
    const { result, world } = await attempt([], { claims: BACKEND, body: VOUCHED });
    const { jwt } = JSON.parse(result.body ?? '') as { jwt: string };
    expect(lineOf(world.lines)).toMatchObject({ jti: decodeJwt(jwt).jti });
  });
});
