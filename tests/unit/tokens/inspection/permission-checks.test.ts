import { describe, expect, test } from '@jest/globals';
import { inspect, ruleIn } from '../../../support/tokens/inspecting.ts';

const permissionsIn = async (permissions: unknown) =>
  ruleIn(await inspect({ claims: { permissions } }), 'permissions');

describe('The permissions of a token', () => {
  test.each([
    ['read', 'Write "read-document" in place of "read"'],
    ['Write', 'Write "write" in place of "Write"'],
    ['cover_image', 'Write "cover-image" in place of "cover_image"'],
    ['admin', 'Remove "admin"'],
    [5, 'Remove 5'],
    ['x'.repeat(5000), 'Remove "xxx'],
  ])('are refused with a remedy for %j', async (permission, remedy) => {
    const found = await permissionsIn(['read-document', permission]);
    expect(found).toMatchObject({ ok: false, basis: 'documented' });
    expect(found?.detail).toContain(remedy);
  });

  test('can have "all" in the guide for iOS only, so the check is marked as undocumented', async () => {
    const inspection = await inspect({ claims: { permissions: ['all'] } });
    expect(inspection.accepted).toBe(false);
    expect(ruleIn(inspection, 'permissions')).toMatchObject({ ok: false, basis: 'undocumented' });
    expect(ruleIn(inspection, 'permissions')?.detail).toContain('iOS');
    expect(await permissionsIn(['all', 'read'])).toMatchObject({ ok: false, basis: 'documented' });
  });

  test('that are unknown get five remedies at most, one for each', async () => {
    const found = await permissionsIn(Array.from({ length: 500 }, (_, at) => `p${at % 9}`));
    expect(found?.detail.match(/Remove/g)).toHaveLength(5);
  });
});
