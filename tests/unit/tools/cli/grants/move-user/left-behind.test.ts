import { expect, test } from '@jest/globals';
import { parseRoles } from '../../../../../../lib/grants/index.ts';
import { leftBehind, type Moved } from '../../../../../../tools/cli/grants/move-user/left-behind.ts';
import { ROLES } from '../../../../../support/grants/administration.ts';

const left = (details: Partial<Moved> = {}): string =>
  leftBehind({
    pairs: [{ from: 'old', to: 'new' }],
    roles: ROLES,
    privateLayerPrefix: 'user:',
    hasPrivateLayer: true,
    revokesAll: false,
    isDryRun: false,
    ...details,
  }).join('\n');

test('The consequences of a move name the private layers and the roles with "self"', () => {
  expect(left()).toContain(
    'The private layer of "old", "user:old", keeps its name and its records. A token for "new" opens another one, "user:new", which is empty at first.',
  );
  expect(left()).toContain(
    'Permissions with the scope "self" (as in the roles commenter, annotator) no longer',
  );
  expect(left()).toContain('Android: USER_MISMATCH');
  expect(left({ hasPrivateLayer: false })).not.toContain('private layer');
});

test('The consequences of a move name a role that the former user id is written into', () => {
  const roles = parseRoles({
    roles: {
      reviewer: {
        permissions: ['read-document', 'write'],
        collaborationPermissions: ['comments:edit:createdBy=old'],
      },
    },
  });
  expect(left({ roles })).toContain(
    'The role "reviewer" in infra/roles/roles.json names createdBy=old. The records keep this creator: add createdBy=new beside it for new ones.',
  );
  expect(left({ roles, pairs: [{ from: 'other', to: 'new' }] })).not.toContain('createdBy');
});

test('The consequences of a move tell which live tokens end', () => {
  expect(left()).toContain('Live tokens of "old" that a moved grant gave are being revoked.');
  expect(left({ revokesAll: true })).toContain('Live tokens of "old": all are being revoked');
  expect(left({ revokesAll: true, isDryRun: true })).toContain('all would be revoked');
});
