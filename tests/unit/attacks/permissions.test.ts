import { describe, expect, test } from '@jest/globals';
import { parseRoles } from '../../../lib/grants/index.ts';
import { EVERYONE, grant, group, user } from '../../support/grants/grants.ts';
import { problemIn } from '../../support/http/events.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { attempt, claimsAfter, EVERYONE_EDITS, expectRefused } from '../../support/tokens/mint-attempt.ts';
import { tableOf } from '../../support/tokens/minting.ts';

const DOC = { documentId: 'doc' };

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
    'a group with a name that would add a permission: %s',
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
    'a group with a name that another reader could take for more than a name: %s',
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
    const table = await tableOf({ doc: [EVERYONE_EDITS], doc2: [] });
    const { result } = await attempt([], { body: { documentId: 'doc2' } }, { table });
    expect(problemIn(result)).toMatchObject({ status: 403 });
  });
});
