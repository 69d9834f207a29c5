import { describe, expect, test } from '@jest/globals';
import type { Grant } from '../../../../../../lib/grants/index.ts';
import { planOf, type OnConflict, type Plan } from '../../../../../../tools/cli/grants/move-user/plan.ts';
import { ROLES } from '../../../../../support/grants/administration.ts';
import { grant, user } from '../../../../../support/grants/grants.ts';
import { ManualClock, NOON } from '../../../../../support/runtime/clock.ts';

const OLD = user('old');
const NEW = user('new');

const context = { roles: ROLES, clock: new ManualClock() };

const plan = (
  [role, details]: readonly [string, Partial<Grant>?],
  present: readonly [string, Partial<Grant>?] | undefined,
  onConflict: OnConflict = 'leave',
): Plan =>
  planOf(
    grant(OLD, role, { grantedBy: 'boss', grantedAt: 7, etag: 'old', ...details }),
    present && grant(NEW, present[0], { etag: 'new', ...present[1] }),
    NEW,
    onConflict,
    context,
  );

describe('A grant is moved', () => {
  test('with everything but its etag, if the new user id has none', () => {
    const details = { layers: ['a'], privateLayer: true, defaultGroup: 'g', expiresAt: NOON + 60 };
    expect(plan(['editor', details], undefined)).toEqual({
      kind: 'set',
      grant: { ...details, principal: NEW, role: 'editor', grantedBy: 'boss', grantedAt: 7 },
      narrowed: false,
    });
  });

  test.each<[string, readonly [string, Partial<Grant>?], readonly [string, Partial<Grant>?]]>([
    ['the same', ['editor'], ['editor']],
    ['a wider role', ['viewer'], ['editor']],
    ['more layers', ['editor', { layers: ['a'] }], ['editor', { layers: ['b', 'a'] }]],
    ['every layer', ['editor', { layers: ['a'] }], ['editor', { layers: ['*'] }]],
    ['a later end', ['editor', { expiresAt: NOON + 60 }], ['editor']],
    ['the private layer too', ['editor'], ['editor', { privateLayer: true }]],
  ])(
    'without changing that of the new user id, if it has %s; the reverse replaces it',
    (_what, less, more) => {
      expect(plan(less, more)).toMatchObject({ kind: 'keep', grant: { principal: NEW, etag: 'new' } });
      if (JSON.stringify(less) === JSON.stringify(more)) return;
      expect(plan(more, less)).toMatchObject({
        kind: 'replace',
        narrowed: false,
        grant: { principal: NEW, role: more[0], grantedBy: 'boss', ...more[1] },
      });
    },
  );

  test('joined with one that differs in its layers alone', () => {
    expect(
      plan(['editor', { layers: ['a', 'b'] }], ['editor', { layers: ['c', 'b'], privateLayer: true }]),
    ).toEqual({
      kind: 'join',
      narrowed: false,
      grant: {
        principal: NEW,
        role: 'editor',
        layers: ['a', 'b', 'c'],
        privateLayer: true,
        grantedBy: 'npm run grants',
        grantedAt: NOON,
      },
    });
  });
});

describe('An attacker who wants to widen a grant by linking two accounts', () => {
  test.each<[string, readonly [string, Partial<Grant>?], readonly [string, Partial<Grant>?]]>([
    ['roles and layers', ['editor', { layers: ['a'] }], ['viewer', { layers: ['b'] }]],
    ['roles and ends', ['editor', { expiresAt: NOON + 60 }], ['viewer']],
    ['layers and ends', ['editor', { layers: ['a'], expiresAt: NOON + 60 }], ['editor', { layers: ['b'] }]],
    ['default groups', ['editor', { defaultGroup: 'x' }], ['editor', { defaultGroup: 'y' }]],
    ['roles that cannot be compared', ['form-filler'], ['annotator']],
    ['a role that is unknown', ['gone', { layers: ['a'] }], ['gone', { layers: ['b'] }]],
    [
      'more layers than a grant can have',
      ['editor', { layers: Array.from({ length: 30 }, (_, at) => `a${at}`) }],
      ['editor', { layers: Array.from({ length: 30 }, (_, at) => `b${at}`) }],
    ],
  ])('gets nothing by %s: both grants are left to a person', (_what, former, present) => {
    expect(plan(former, present)).toMatchObject({
      kind: 'conflict',
      from: { etag: 'old' },
      to: { etag: 'new' },
    });
    expect(plan(former, present, 'keep')).toMatchObject({ kind: 'keep', grant: { etag: 'new' } });
    // The new user id loses a right: its live tokens must end.
    expect(plan(former, present, 'replace')).toMatchObject({
      kind: 'replace',
      narrowed: true,
      grant: { role: former[0], principal: NEW },
    });
  });
});
