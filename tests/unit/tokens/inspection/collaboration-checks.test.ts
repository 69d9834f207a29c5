import { describe, expect, test } from '@jest/globals';
import { failedIn, inspect, ruleIn } from '../../../support/tokens/inspecting.ts';

describe('Collaboration permissions', () => {
  const ofList = (list: readonly string[], claims: object = {}) =>
    inspect({ claims: { collaboration_permissions: list, ...claims } });

  test.each([
    ['annotations:view:all', 'The user may see all annotations.'],
    ['annotations:edit:self', 'The user may change the annotations that they created themselves.'],
    ['comments:reply:createdBy=bob', 'The user may reply to the comments that "bob" created.'],
    ['form-fields:fill:group=tenant', 'The user may fill in the form fields of the group "tenant".'],
    ['annotations:set-group:group=teacher', 'The user may move annotations into the group "teacher".'],
    [
      'comments:set-group:self',
      'The user may change the group of the comments that they created themselves.',
    ],
    ['comments:delete:all', 'The user may delete all comments.'],
  ])('%s is explained in words', async (text, words) => {
    expect(ruleIn(await ofList([text]), 'collaboration-permission')).toMatchObject({
      ok: true,
      detail: words,
    });
  });

  test.each([
    ['annotations:view', 'documented'],
    ['widgets:view:all', 'documented'],
    ['annotations:fill:all', 'documented'],
    ['annotations:view:everyone', 'documented'],
    ['annotations:view:group=', 'documented'],
    ['annotations:view:subgroup=teachers', 'documented'],
    ['form-fields:fill:notcreatedBy=bob', 'documented'],
    ['annotations:view:all:all', 'documented'],
    ['annotations:view:group=a:b', 'undocumented'],
    ['annotations:view:createdBy=*', 'undocumented'],
  ] as const)('%s is refused, as is %s', async (text, basis) => {
    const inspection = await ofList([text]);
    expect(inspection.accepted).toBe(false);
    expect(ruleIn(inspection, 'collaboration-permission')).toMatchObject({ ok: false, basis });
  });

  test('that scope form fields by their creator say nothing useful', async () => {
    for (const scope of ['self', 'createdBy=bob']) {
      const inspection = await ofList([`form-fields:fill:${scope}`]);
      expect(inspection.accepted).toBe(true);
      expect(ruleIn(inspection, 'collaboration-permission')).toMatchObject({ ok: false, basis: 'advice' });
    }
  });

  test('that say self need a user id', async () => {
    const inspection = await ofList(['annotations:edit:self'], { user_id: undefined });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual(['creator', 'self']);
  });

  test('without an effect are named', async () => {
    const inspection = await ofList(['annotations:edit:all', 'annotations:view:all'], {
      permissions: ['read-document'],
    });
    expect(inspection.accepted).toBe(true);
    expect(ruleIn(inspection, 'collaboration-effect')).toMatchObject({
      ok: false,
      actual: 'without effect: ["annotations:edit:all"]',
    });
  });
});
