import { describe, expect, test } from '@jest/globals';
import { grant, group, user } from '../../support/grants/grants.ts';
import { callerToken } from '../../support/http/events.ts';
import { claimsAfter, EVERYONE_EDITS, expectRefused } from '../../support/tokens/mint-attempt.ts';

const DOC = { documentId: 'doc' };

describe('a caller with a false identity', () => {
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

  test('a bearer that differs from the verified one', async () => {
    await expectRefused(401, 'unauthenticated', [EVERYONE_EDITS], {
      claims: { sub: 'owner' },
      verified: { sub: 'alice' },
      body: DOC,
    });
  });

  test('a bearer of the same user that claims another group than the verified one', async () => {
    const token = { iss: 'https://identity.example.com/', sub: 'alice', exp: 1_769_863_600, jti: 'a1' };
    await expectRefused(401, 'unauthenticated', [grant(group('admins'), 'owner')], {
      claims: { ...token, jti: 'a2', 'cognito:groups': ['admins'] },
      verified: { ...token, 'cognito:groups': ['staff'] },
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

  test('two groups, to be read as one group with a space in its name', async () => {
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

describe('acting for another user', () => {
  test('onBehalfOf without the scope', async () => {
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

  test('the groups of a backend, for its users', async () => {
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

  test('without an attack, a token for another user has only the rights and the name of that user', async () => {
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
