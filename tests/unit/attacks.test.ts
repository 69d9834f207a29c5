import { describe, expect, test } from '@jest/globals';
import { parseRoles, type Grant } from '../../lib/grants/index.ts';
import { mintTokenHandler } from '../../lib/http/routes/tokens/mint-token.ts';
import { type ApiResult } from '../../lib/http/routes/route.ts';
import { claimsOf, type TokenClaims } from '../support/tokens/client-token.ts';
import { NOON } from '../support/runtime/clock.ts';
import {
  apiEvent,
  callerToken,
  lambdaContext,
  problemIn,
  tokenIn,
  type RequestParts,
} from '../support/http/events.ts';
import { EVERYONE, grant, group, user } from '../support/grants/grants.ts';
import { minting, tableOf, type Minting } from '../support/tokens/minting.ts';
import { grantKey } from '../../lib/table/index.ts';

const DOC = { documentId: 'doc' };

interface Attempt {
  readonly result: ApiResult;
  readonly world: Minting;
}

/** Asks `POST /v1/tokens` where `doc` has these grants. */
async function attempt(
  grants: readonly Grant[],
  parts: RequestParts,
  given: Partial<Minting> = {},
): Promise<Attempt> {
  const world = minting({ table: await tableOf({ doc: grants }), ...given });
  return { result: await mintTokenHandler(world)(apiEvent(parts), lambdaContext()), world };
}

/** The claims of the token that was minted after all. */
async function claimsAfter(
  grants: readonly Grant[],
  parts: RequestParts,
  given?: Partial<Minting>,
): Promise<TokenClaims> {
  const { result } = await attempt(grants, parts, given);
  expect(result.statusCode).toBe(201);
  return claimsOf(tokenIn(result).jwt);
}

async function expectRefused(
  status: number,
  slug: string,
  grants: readonly Grant[],
  parts: RequestParts,
): Promise<void> {
  const { result, world } = await attempt(grants, parts);
  expect(problemIn(result)).toMatchObject({ status, type: `urn:layermint:problem:${slug}` });
  // Whoever is refused leaves nothing behind, and finds out nothing that is not said.
  expect(world.table.everything()).toHaveLength(grants.length);
  expect(result.body).not.toContain('eyJ');
}

const EVERYONE_EDITS = grant(EVERYONE, 'editor', { layers: ['*'], privateLayer: true });

describe('a caller who is not who they say', () => {
  test('a request that went around the authorizer', async () => {
    const headers = { authorization: `Bearer ${callerToken({ sub: 'alice' })}` };
    await expectRefused(401, 'unauthenticated', [EVERYONE_EDITS], { claims: null, headers, body: DOC });
  });

  test('an authorizer context without claims', async () => {
    await expectRefused(401, 'unauthenticated', [EVERYONE_EDITS], { verified: {}, body: DOC });
  });

  test('two Authorization headers, of which the authorizer verified the first', async () => {
    const [own, forged] = [callerToken({ sub: 'alice' }), callerToken({ sub: 'bob' })];
    for (const headers of [
      { authorization: `Bearer ${own},Bearer ${forged}` },
      { authorization: `Bearer ${own}, ${forged}` },
      { authorization: `Bearer ${own}`, Authorization: `Bearer ${forged}` },
    ]) {
      await expectRefused(401, 'unauthenticated', [EVERYONE_EDITS], { headers, body: DOC });
    }
  });

  test('a bearer that is not the one that was verified', async () => {
    await expectRefused(401, 'unauthenticated', [EVERYONE_EDITS], {
      claims: { sub: 'owner' },
      verified: { sub: 'alice' },
      body: DOC,
    });
  });

  test('a bearer that claims a group which was not verified', async () => {
    await expectRefused(401, 'unauthenticated', [grant(group('admins'), 'owner')], {
      claims: { sub: 'alice', 'cognito:groups': ['admins'] },
      verified: { sub: 'alice', 'cognito:groups': ['staff'] },
      body: DOC,
    });
  });

  test('a group name with a space, to be read as two groups', async () => {
    const admins = grant(group('admins'), 'owner');
    await expectRefused(403, 'not-granted', [admins], {
      claims: { sub: 'alice', 'cognito:groups': ['staff admins'] },
      body: DOC,
    });
  });

  test('two groups, to be read as the one whose name has a space', async () => {
    const oneGroup = grant(group('board members'), 'owner');
    await expectRefused(403, 'not-granted', [oneGroup], {
      claims: { sub: 'alice', 'cognito:groups': ['board', 'members'] },
      body: DOC,
    });
  });

  test('a user id that looks like the key of a group, of everyone, or of another user', async () => {
    const grants = [grant(group('staff'), 'owner'), grant(user('bob'), 'owner')];
    for (const sub of ['GROUP#staff', '#GROUP#staff', 'EVERYONE', 'USER#bob', 'bob ', 'Bob', 'bo\u200bb']) {
      await expectRefused(403, 'not-granted', grants, { claims: { sub }, body: DOC });
    }
  });

  test('a user id that another user has in another Unicode form', async () => {
    await expectRefused(403, 'not-granted', [grant(user('jos\u00e9'), 'owner')], {
      claims: { sub: 'jose\u0301' },
      body: DOC,
    });
  });
});

describe('a body that asks for what is not its to say', () => {
  test.each([
    ['user_id', 'bob'],
    ['userId', 'bob'],
    ['role', 'owner'],
    ['claims', { user_id: 'bob' }],
    ['jti', 'mine'],
    ['exp', NOON + 86_400 * 3650],
    ['collaboration_permissions', ['annotations:edit:all']],
    ['default_group', 'teachers'],
    ['groups', ['admins']],
  ])('the member %j', async (member, value) => {
    await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { ...DOC, [member]: value } });
  });

  test('a second documentId, for whoever reads the last of two', async () => {
    for (const body of [
      '{"documentId": "other", "documentId": "doc"}',
      String.raw`{"documentId": "other", "\u0064ocumentId": "doc"}`,
    ]) {
      await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body });
    }
  });

  test('members by way of the prototype', async () => {
    for (const member of ['__proto__', 'constructor', 'prototype']) {
      const body = `{"documentId": "doc", "${member}": {"onBehalfOf": {"userId": "bob"}, "ttlSeconds": 1e9}}`;
      await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body });
    }
  });

  test('somebody else, without the scope for it', async () => {
    const body = { ...DOC, onBehalfOf: { userId: 'bob' } };
    const grants = [grant(user('bob'), 'owner'), EVERYONE_EDITS];
    for (const scope of [
      undefined,
      'openid',
      'layermint/on-behalf-of',
      'layermint/grants',
      'xlayermint/on-behalf',
    ]) {
      const claims = { sub: 'alice', ...(scope !== undefined && { scope }) };
      await expectRefused(403, 'scope-missing', grants, { claims, body });
    }
  });

  test("one's own groups for somebody else: who speaks for others lends them nothing", async () => {
    await expectRefused(
      403,
      'not-granted',
      [grant(group('admins'), 'owner'), grant(user('backend'), 'owner')],
      {
        claims: { sub: 'backend', scope: 'layermint/on-behalf', 'cognito:groups': ['admins'] },
        body: { ...DOC, onBehalfOf: { userId: 'bob' } },
      },
    );
  });

  test('a life beyond what the stage allows', async () => {
    await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { ...DOC, ttlSeconds: 3601 } });
  });

  test('every layer at once', async () => {
    await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { ...DOC, layer: '*' } });
  });

  test('another document by a path in the id', async () => {
    for (const documentId of ['other/../doc', 'doc/', '../doc', 'doc%2F', 'DOC#doc', 'doc#GRANT']) {
      await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { documentId } });
    }
  });
});

describe("somebody else's layer", () => {
  test("another user's private layer, by its name", async () => {
    await expectRefused(403, 'not-granted', [EVERYONE_EDITS], { body: { ...DOC, layer: 'user:bob' } });
  });

  test('a private layer that a grant names, though none can', async () => {
    const named = grant(user('alice'), 'editor', { layers: ['user:bob'], privateLayer: true });
    await expectRefused(403, 'not-granted', [named], { body: { ...DOC, layer: 'user:bob' } });
  });

  test('a private layer by way of a user id that begins like it', async () => {
    for (const sub of ['bo', 'bobby', 'user:bob', '']) {
      const { result } = await attempt([EVERYONE_EDITS], {
        claims: { sub },
        body: { ...DOC, layer: 'user:bob' },
      });
      expect([401, 403]).toContain(result.statusCode);
    }
  });

  test("a shared layer by way of a user id that is the layer's name", async () => {
    const own = grant(EVERYONE, 'editor', { layers: [], privateLayer: true });
    for (const sub of ['board', 'user:', 'user:board']) {
      await expectRefused(403, 'not-granted', [own], { claims: { sub }, body: { ...DOC, layer: 'board' } });
      const claims = await claimsAfter([own], { claims: { sub }, body: { ...DOC, privateLayer: true } });
      expect(claims.layer).toBe(`user:${sub}`);
    }
  });

  test('a private layer for a user id that would read as a wildcard', async () => {
    await expectRefused(403, 'not-granted', [EVERYONE_EDITS], {
      claims: { sub: '*' },
      body: { ...DOC, privateLayer: true },
    });
  });
});

describe('more than any one grant allows', () => {
  const TEAM = parseRoles({
    roles: {
      member: {
        permissions: ['read-document', 'write'],
        collaborationPermissions: ['annotations:view:all', 'annotations:edit:group={group}'],
      },
      author: {
        permissions: ['read-document', 'write'],
        collaborationPermissions: ['annotations:edit:createdBy={userId}'],
      },
    },
  });

  test.each(['x:edit:all', 'x\u003aedit\u003aall', 'a=b', '*', 'all,annotations:edit:all'])(
    'a group whose name would add a permission: %s',
    async (name) => {
      const { result } = await attempt(
        [grant(group(name), 'member')],
        { claims: { sub: 'alice', 'cognito:groups': [name] }, body: DOC },
        { roles: TEAM },
      );
      expect(problemIn(result)).toMatchObject({ status: 403, type: 'urn:layermint:problem:not-granted' });
    },
  );

  test.each(['x","annotations', 'all', 'self', 'all annotations', '{userId}', '日本'])(
    'a group whose name would be more than a name in other hands: %s',
    async (name) => {
      const claims = await claimsAfter(
        [grant(group(name), 'member')],
        { claims: { sub: 'alice', 'cognito:groups': [name] }, body: DOC },
        { roles: TEAM },
      );
      expect(claims.collaboration_permissions).toEqual([
        `annotations:edit:group=${name}`,
        'annotations:view:all',
      ]);
    },
  );

  test('a user id that would be read as a placeholder once it is filled in', async () => {
    const claims = await claimsAfter(
      [grant(user('{group}'), 'author'), grant(group('staff'), 'member')],
      { claims: { sub: '{group}', 'cognito:groups': ['staff'] }, body: DOC },
      { roles: TEAM },
    );
    expect(claims.collaboration_permissions).toEqual([
      'annotations:edit:createdBy={group}',
      'annotations:edit:group=staff',
      'annotations:view:all',
    ]);
  });

  test('a viewer of everything and a commenter, merged to an editor', async () => {
    const claims = await claimsAfter([grant(user('alice'), 'viewer'), grant(group('staff'), 'commenter')], {
      claims: { sub: 'alice', 'cognito:groups': ['staff'] },
      body: DOC,
    });
    expect(claims.permissions).toEqual(['read-document', 'write', 'cover-image']);
    expect(claims.collaboration_permissions).toEqual([
      'annotations:view:all',
      'comments:delete:self',
      'comments:edit:self',
      'comments:reply:all',
      'comments:view:all',
      'form-fields:view:all',
    ]);
  });

  test('a grant that has expired and that DynamoDB has not deleted yet', async () => {
    const expired = grant(user('alice'), 'owner', { expiresAt: NOON });
    await expectRefused(403, 'not-granted', [expired], { body: DOC });
    const claims = await claimsAfter([expired, grant(EVERYONE, 'viewer')], { body: DOC });
    expect(claims.permissions).toEqual(['read-document', 'cover-image']);
  });

  test('a grant that expires sooner than the token would', async () => {
    const claims = await claimsAfter([grant(user('alice'), 'owner', { expiresAt: NOON + 61 })], {
      body: DOC,
    });
    expect(claims.exp).toBe(NOON + 61);
  });

  test('the grants of another document', async () => {
    const world = minting({ table: await tableOf({ doc: [EVERYONE_EDITS], doc2: [] }) });
    const result = await mintTokenHandler(world)(apiEvent({ body: { documentId: 'doc2' } }), lambdaContext());
    expect(problemIn(result)).toMatchObject({ status: 403 });
  });
});

describe('finding something out', () => {
  test('whether a document exists: without a grant the answer is the same', async () => {
    const one = await attempt([grant(user('bob'), 'owner')], { body: DOC });
    const other = await attempt([], { body: { documentId: 'no-such-document' } });
    expect(one.result).toEqual(other.result);
  });

  test('tokens, claims and bodies from the log', async () => {
    const claims = { sub: 'alice', 'cognito:groups': ['staff'], email: 'alice@example.com' };
    const mistaken = { documentId: 'doc', layer: 7, permissions: ['hunter2'] };
    for (const body of [DOC, mistaken, '{"hunter2']) {
      const { result, world } = await attempt([EVERYONE_EDITS], { claims, body });
      const log = world.lines.join('');
      expect(log).toContain('request-1');
      for (const secret of ['eyJ', 'hunter2', 'alice@example.com', 'staff'])
        expect(log).not.toContain(secret);
      if (result.statusCode !== 201) expect(result.body).not.toContain('hunter2');
    }
  });

  test('whose token it is from a cache', async () => {
    const { result } = await attempt([EVERYONE_EDITS], { body: DOC });
    expect(result.headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  test('why a grant item cannot be read', async () => {
    const table = await tableOf({});
    table.store({ ...grantKey('doc', user('alice')), role: { secret: 'hunter2' } });
    const { result, world } = await attempt([], { body: DOC }, { table });
    expect(problemIn(result)).toMatchObject({ status: 403 });
    expect(world.lines.join('')).not.toContain('hunter2');
  });
});

describe('what is allowed', () => {
  test('is minted all the same: a token and what a client has to know of it', async () => {
    const { result } = await attempt([grant(user('alice'), 'viewer', { layers: ['draft'] })], {
      body: { ...DOC, layer: 'draft', permissions: ['read-document'], ttlSeconds: 600 },
    });
    expect(result.statusCode).toBe(201);
    expect(tokenIn(result)).toEqual({
      jwt: expect.stringMatching(/^eyJ/) as unknown,
      documentId: 'doc',
      layer: 'draft',
      userId: 'alice',
      permissions: ['read-document'],
      issuedAt: '2026-01-31T12:00:00Z',
      expiresAt: '2026-01-31T12:10:00Z',
      refreshAt: '2026-01-31T12:08:00Z',
      serverUrl: 'https://documents.example.com',
      documentUrl: 'https://documents.example.com/api/1/documents/doc',
    });
  });

  test('is minted for somebody else with the scope, by their grants and in their name alone', async () => {
    const claims = await claimsAfter(
      [grant(user('backend'), 'owner'), grant(user('bob'), 'thumbnail'), grant(group('class 7'), 'viewer')],
      {
        claims: { sub: 'backend', scope: 'openid layermint/on-behalf', name: 'Backend' },
        body: { ...DOC, onBehalfOf: { userId: 'bob', groups: ['class 7', 'class 7'], name: 'Bob B.' } },
      },
    );
    expect(claims).toMatchObject({
      user_id: 'bob',
      creator_name: 'Bob B.',
      permissions: ['read-document', 'cover-image'],
    });
  });
});
