import { describe, expect, test } from '@jest/globals';
import { type CollaborationPermission } from '../../../../lib/document-engine/index.ts';
import { JoinedActions } from '../../../../lib/grants/contributions/collaboration.ts';

const edit = (scope: CollaborationPermission['scope']): CollaborationPermission => ({
  contentType: 'annotations',
  action: 'edit',
  scope,
});

const OWN = edit({ kind: 'self' });
const OF_A = edit({ kind: 'group', name: 'a' });
const BY_A = edit({ kind: 'createdBy', name: 'a' });
const ALL = edit({ kind: 'all' });

describe('the joined actions of grants', () => {
  test('are widened only by an action that none of them allows', () => {
    const joined = new JoinedActions();
    joined.add([OWN, OF_A]);
    expect(joined.isWidenedBy([OF_A, OWN])).toBe(false);
    expect(joined.isWidenedBy([OF_A, BY_A])).toBe(true);
    expect(joined.isWidenedBy([{ ...OF_A, action: 'delete' }])).toBe(true);
    expect(joined.isWidenedBy([])).toBe(false);
    joined.add([ALL]);
    expect(joined.isWidenedBy([BY_A])).toBe(false);
    expect(joined.isWidenedBy('unrestricted')).toBe(true);
    joined.add('unrestricted');
    expect(joined.isWidenedBy('unrestricted')).toBe(false);
  });

  test('name each action once, and none that a wider one covers', () => {
    const joined = new JoinedActions();
    joined.add([OWN, OF_A]);
    joined.add([OF_A, BY_A]);
    expect(joined.all).toEqual([OWN, OF_A, BY_A]);
    joined.add([ALL]);
    expect(joined.all).toEqual([ALL]);
    joined.add('unrestricted');
    expect(joined.all).toBe('unrestricted');
  });

  test('take a few looks at each action, so that a caller with grants of 500 groups does not keep a process busy', () => {
    let looks = 0;
    const ofGroups = Array.from({ length: 4000 }, (_, index) =>
      Object.defineProperty(edit({ kind: 'self' }), 'scope', {
        get: () => {
          looks += 1;
          return { kind: 'group', name: `group-${index}` };
        },
      }),
    );
    const joined = new JoinedActions();
    for (const one of ofGroups) {
      expect(joined.isWidenedBy([one])).toBe(true);
      joined.add([one]);
    }
    expect(joined.all).toHaveLength(4000);
    expect(looks).toBeLessThanOrEqual(4 * 4000);
  });
});
