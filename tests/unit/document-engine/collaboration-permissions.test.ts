import { describe, expect, test } from '@jest/globals';
import {
  covers,
  formatCollaborationPermission,
  parseCollaborationPermission,
  type CollaborationPermission,
} from '../../../lib/document-engine/index.ts';

/** Parses a valid collaboration permission. */
function parsed(text: string): CollaborationPermission {
  const permission = parseCollaborationPermission(text);
  if (typeof permission === 'string') throw new TypeError(permission);
  return permission;
}

const SCOPES = ['all', 'self', 'createdBy=bob', 'createdBy=alice', 'group=bob', 'group=class 7'];

describe('a collaboration permission', () => {
  test.each(SCOPES)('with the scope %s is written as it was read', (scope) => {
    const text = `annotations:edit:${scope}`;
    expect(formatCollaborationPermission(parsed(text))).toBe(text);
  });

  test.each(['', 'groupx', 'createdByx', 'group', 'all=', 'self=bob', 'groups=bob', 'xgroup=bob', 'ALL'])(
    'has no scope %j',
    (scope) => {
      expect(parseCollaborationPermission(`annotations:edit:${scope}`)).toContain('has a scope that is not');
    },
  );

  test('covers itself, and with the scope "all" every other one of its content type and action', () => {
    for (const wide of SCOPES) {
      for (const narrow of SCOPES) {
        const pair = [parsed(`comments:view:${wide}`), parsed(`comments:view:${narrow}`)] as const;
        expect(covers(...pair)).toBe(wide === 'all' || wide === narrow);
      }
    }
    expect(covers(parsed('comments:view:all'), parsed('comments:edit:all'))).toBe(false);
    expect(covers(parsed('comments:view:all'), parsed('annotations:view:all'))).toBe(false);
  });
});
