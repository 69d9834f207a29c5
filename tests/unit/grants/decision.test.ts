import { describe, expect, test } from '@jest/globals';
import {
  decide,
  MAX_COLLABORATION_PERMISSIONS,
  parseRoles,
  type Decision,
  type Grant,
  type Question,
  wouldExpiredAllow,
} from '../../../lib/grants/index.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { EVERYONE, grant, group, subject, user } from '../../support/grants/grants.ts';

const HOUR = 3600;

const listing = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, index) => `annotations:edit:group=${name}${index}`);

const ROLES = parseRoles({
  roles: {
    reader: { permissions: ['read-document'] },
    downloader: { permissions: ['read-document', 'download'] },
    thumbnail: { permissions: ['cover-image'] },
    printer: { permissions: ['download'] },
    editor: { permissions: ['read-document', 'write'] },
    'blind-writer': { permissions: ['write'] },
    'own-notes': {
      permissions: ['read-document', 'write'],
      collaborationPermissions: ['annotations:view:all', 'annotations:edit:self'],
    },
    'all-notes': {
      permissions: ['read-document', 'write'],
      collaborationPermissions: ['annotations:view:all', 'annotations:edit:all'],
    },
    'edits-own': {
      permissions: ['read-document', 'write', 'download'],
      collaborationPermissions: ['annotations:edit:self'],
    },
    'views-blindly': { permissions: ['write'], collaborationPermissions: ['annotations:view:all'] },
    'views-blindly-and-prints': {
      permissions: ['write', 'download'],
      collaborationPermissions: ['annotations:view:all'],
      defaultGroup: 'g',
    },
    'sees-own': { permissions: ['read-document'], collaborationPermissions: ['annotations:view:self'] },
    'of-group': {
      permissions: ['read-document', 'write'],
      collaborationPermissions: ['annotations:edit:group={group}'],
      defaultGroup: '{group}',
    },
    'of-user': {
      permissions: ['read-document', 'write'],
      collaborationPermissions: ['annotations:edit:createdBy={userId}'],
    },
    'reader-in-g': { permissions: ['read-document'], defaultGroup: 'g' },
    'lists-200': {
      permissions: ['read-document', 'write'],
      collaborationPermissions: listing(MAX_COLLABORATION_PERMISSIONS, 'a'),
    },
    'lists-one-more': {
      permissions: ['read-document', 'write'],
      collaborationPermissions: listing(1, 'b'),
    },
  },
});

function decideOn(grants: readonly Grant[], asked: Partial<Question> = {}): Decision {
  const question = { subject: subject(), layer: '', at: NOON, notAfter: NOON + HOUR, ...asked };
  return decide(question, grants, { roles: ROLES, privateLayerPrefix: 'user:' });
}

const VIEW_ALL = ['annotations:view:all', 'comments:view:all', 'form-fields:view:all'];
const NO_GRANT = { outcome: 'refused', reason: 'no-grant' };

describe('a grant that counts', () => {
  test('without one, nothing is allowed', () => {
    expect(decideOn([])).toEqual(NO_GRANT);
  });

  test('is not expired', () => {
    expect(decideOn([grant(user('alice'), 'editor', { expiresAt: NOON })])).toEqual(NO_GRANT);
    expect(decideOn([grant(user('alice'), 'editor', { expiresAt: NOON + 1 })])).toMatchObject({
      outcome: 'allowed',
      expiresAt: NOON + 1,
    });
  });

  test('is for the requested layer', () => {
    expect(decideOn([grant(user('alice'), 'editor')], { layer: 'draft' })).toEqual(NO_GRANT);
  });

  test("opens the caller's private layer only if it has one", () => {
    const own = grant(user('alice'), 'editor', { layers: [], privateLayer: true });
    expect(decideOn([own], { layer: 'user:alice' })).toMatchObject({ outcome: 'allowed' });
    expect(decideOn([own], { layer: 'user:bob' })).toEqual(NO_GRANT);
    expect(decideOn([own])).toEqual(NO_GRANT);
  });

  test('has a role of the role file; one with a retired role is reported', () => {
    const unusable: string[] = [];
    const decision = decide(
      { subject: subject(), layer: '', at: NOON, notAfter: NOON + HOUR },
      [grant(user('alice'), 'retired'), grant(EVERYONE, 'reader')],
      {
        roles: ROLES,
        privateLayerPrefix: 'user:',
        onVerdict: ({ role }, it) => it.counts || unusable.push(`${role}: ${it.reason}, ${it.fault}`),
      },
    );
    expect(decision).toMatchObject({ outcome: 'allowed', grants: [{ principal: EVERYONE }] });
    expect(unusable).toEqual(['retired: unknown-role, its role is not in the role file']);
  });

  test('has placeholders that can be filled in; one that has not is reported without the name', () => {
    const unusable: string[] = [];
    const decision = decide(
      { subject: subject('x:edit:all'), layer: '', at: NOON, notAfter: NOON + HOUR },
      [grant(user('x:edit:all'), 'of-user')],
      {
        roles: ROLES,
        privateLayerPrefix: 'user:',
        onVerdict: (_, it) => it.counts || unusable.push(`${it.reason}: ${it.fault}`),
      },
    );
    expect(decision).toEqual(NO_GRANT);
    expect(unusable).toEqual(['placeholder: {userId} cannot be filled in for this caller']);
  });
});

describe('one grant allows', () => {
  test('with read-document alone: seeing every record, and no more', () => {
    expect(decideOn([grant(user('alice'), 'reader')])).toEqual({
      outcome: 'allowed',
      permissions: ['read-document'],
      collaborationPermissions: VIEW_ALL,
      expiresAt: NOON + HOUR,
      grants: [grant(user('alice'), 'reader')],
    });
  });

  test('with read-document and write and no list: everything, unrestricted', () => {
    const decision = decideOn([grant(user('alice'), 'editor')]);
    expect(decision).toMatchObject({ permissions: ['read-document', 'write'] });
    expect(decision).not.toHaveProperty('collaborationPermissions');
  });

  test('with a list: the listed actions', () => {
    expect(decideOn([grant(user('alice'), 'own-notes')])).toMatchObject({
      collaborationPermissions: ['annotations:edit:self', 'annotations:view:all'],
    });
  });

  test('with a list of which no action has an effect: neither permission for records, so that no empty list is signed', () => {
    expect(decideOn([grant(user('alice'), 'views-blindly-and-prints')])).toEqual({
      outcome: 'allowed',
      permissions: ['download'],
      expiresAt: NOON + HOUR,
      grants: [grant(user('alice'), 'views-blindly-and-prints')],
    });
  });

  test('with nothing but such a list: nothing, as without a grant', () => {
    expect(decideOn([grant(user('alice'), 'views-blindly')])).toEqual(NO_GRANT);
  });

  test('with write but not read-document: changing records, but not seeing them', () => {
    const decision = decideOn([grant(user('alice'), 'blind-writer')]);
    expect(decision).toMatchObject({
      permissions: ['write'],
      collaborationPermissions: expect.arrayContaining([
        'annotations:edit:all',
        'comments:reply:all',
      ]) as unknown,
    });
    expect(JSON.stringify(decision)).not.toContain(':view:');
  });

  test('with neither: no collaboration permissions, as none would have an effect', () => {
    expect(decideOn([grant(user('alice'), 'thumbnail')])).toEqual({
      outcome: 'allowed',
      permissions: ['cover-image'],
      expiresAt: NOON + HOUR,
      grants: [grant(user('alice'), 'thumbnail')],
    });
  });
});

describe('merging grants', () => {
  test("joins the permissions of the user's, the groups' and everyone's grants, in Document Engine's order", () => {
    expect(
      decideOn([
        grant(EVERYONE, 'thumbnail'),
        grant(group('printers'), 'printer'),
        grant(user('alice'), 'reader'),
      ]),
    ).toMatchObject({
      permissions: ['read-document', 'download', 'cover-image'],
      grants: [{ principal: user('alice') }, { principal: group('printers') }, { principal: EVERYONE }],
    });
  });

  test('does not apply the write of one to the list of another: a restricted writer with a second grant to view all', () => {
    expect(decideOn([grant(user('alice'), 'own-notes'), grant(EVERYONE, 'reader')])).toMatchObject({
      permissions: ['read-document', 'write'],
      collaborationPermissions: ['annotations:edit:self', ...VIEW_ALL],
    });
  });

  test('is not unrestricted by a grant without a list that cannot both read and write', () => {
    expect(decideOn([grant(user('alice'), 'blind-writer'), grant(EVERYONE, 'sees-own')])).toMatchObject({
      permissions: ['read-document', 'write'],
      collaborationPermissions: expect.not.arrayContaining(['annotations:view:all']) as unknown,
    });
  });

  test('is unrestricted if one grant that can read and write has no list', () => {
    const decision = decideOn([grant(user('alice'), 'own-notes'), grant(EVERYONE, 'editor')]);
    expect(decision).not.toHaveProperty('collaborationPermissions');
  });

  test('does not bring the write of a grant that has no action by itself', () => {
    expect(decideOn([grant(user('alice'), 'views-blindly'), grant(EVERYONE, 'sees-own')])).toEqual({
      outcome: 'allowed',
      permissions: ['read-document'],
      collaborationPermissions: ['annotations:view:self'],
      expiresAt: NOON + HOUR,
      grants: [grant(EVERYONE, 'sees-own')],
    });
  });

  test('keeps the wider of two scopes only', () => {
    expect(decideOn([grant(user('alice'), 'own-notes'), grant(EVERYONE, 'all-notes')])).toMatchObject({
      collaborationPermissions: ['annotations:edit:all', 'annotations:view:all'],
    });
  });

  test('fills placeholders for each grant by itself', () => {
    expect(decideOn([grant(group('a'), 'of-group'), grant(group('b'), 'of-group')])).toMatchObject({
      collaborationPermissions: ['annotations:edit:group=a', 'annotations:edit:group=b'],
    });
  });
});

describe('the default group', () => {
  const inGroup = (defaultGroup: string): Partial<Grant> => ({ defaultGroup });

  test("is that of the user's grant", () => {
    expect(
      decideOn([
        grant(group('a'), 'editor', inGroup('of a')),
        grant(EVERYONE, 'editor', inGroup('of all')),
        grant(user('alice'), 'editor', inGroup('of alice')),
      ]),
    ).toMatchObject({ defaultGroup: 'of alice' });
  });

  test('is otherwise that of the first group by name that has one', () => {
    expect(
      decideOn([
        grant(EVERYONE, 'editor', inGroup('of all')),
        grant(group('c'), 'editor', inGroup('of c')),
        grant(group('b'), 'editor', inGroup('of b')),
        grant(group('a'), 'editor'),
        grant(user('alice'), 'editor'),
      ]),
    ).toMatchObject({ defaultGroup: 'of b' });
  });

  test("is otherwise that of everyone's grant, or absent", () => {
    expect(
      decideOn([grant(user('alice'), 'editor'), grant(EVERYONE, 'editor', inGroup('of all'))]),
    ).toMatchObject({ defaultGroup: 'of all' });
    expect(decideOn([grant(user('alice'), 'editor')])).not.toHaveProperty('defaultGroup');
  });

  test('comes from the grant rather than from its role', () => {
    expect(decideOn([grant(group('a'), 'of-group')])).toMatchObject({ defaultGroup: 'a' });
    expect(decideOn([grant(group('a'), 'of-group', inGroup('other'))])).toMatchObject({
      defaultGroup: 'other',
    });
  });

  test('never comes from a grant without write, which creates no records', () => {
    const grants = [grant(user('alice'), 'reader-in-g'), grant(EVERYONE, 'editor')];
    expect(decideOn(grants)).not.toHaveProperty('defaultGroup');
    expect(decideOn([...grants, grant(group('a'), 'editor', inGroup('of a'))])).toMatchObject({
      defaultGroup: 'of a',
    });
  });

  test('is not in a token without write, even if the grant has write', () => {
    const grants = [grant(user('alice'), 'editor', inGroup('of alice'))];
    expect(decideOn(grants)).toMatchObject({ defaultGroup: 'of alice' });
    expect(decideOn(grants, { permissions: ['read-document'] })).not.toHaveProperty('defaultGroup');
  });

  test('of a grant without write does not shorten the token', () => {
    const grants = [grant(user('alice'), 'reader-in-g', { expiresAt: NOON + 60 }), grant(EVERYONE, 'editor')];
    expect(decideOn(grants)).toMatchObject({ expiresAt: NOON + HOUR, grants: [{ principal: EVERYONE }] });
  });

  test('keeps the grant that gives it, and so ends the token with it', () => {
    expect(
      decideOn([
        grant(user('alice'), 'editor', { expiresAt: NOON + 60, ...inGroup('g') }),
        grant(EVERYONE, 'editor', inGroup('of all')),
      ]),
    ).toMatchObject({
      defaultGroup: 'g',
      expiresAt: NOON + 60,
      grants: [{ principal: EVERYONE }, { principal: user('alice') }],
    });
  });
});

describe('a chosen default group', () => {
  const inGroup = (defaultGroup: string, expiresAt?: number): Partial<Grant> => ({
    defaultGroup,
    ...(expiresAt !== undefined && { expiresAt }),
  });
  const THREE = [
    grant(user('alice'), 'editor', inGroup('of alice')),
    grant(group('a'), 'of-group'),
    grant(EVERYONE, 'editor', inGroup('of all')),
  ];

  test.each(['of alice', 'a', 'of all'])('is the group %j, which one of the grants gives', (defaultGroup) => {
    expect(decideOn(THREE, { defaultGroup })).toMatchObject({ outcome: 'allowed', defaultGroup });
  });

  test('that no grant gives is refused with those that can be chosen, each once and in their order', () => {
    expect(decideOn([...THREE, grant(group('b'), 'editor', inGroup('a'))], { defaultGroup: 'c' })).toEqual({
      outcome: 'refused',
      reason: 'default-group-not-granted',
      choices: ['of alice', 'a', 'of all'],
    });
  });

  test.each<[string, Grant]>([
    ['is expired', grant(user('alice'), 'editor', inGroup('g', NOON))],
    ['is for another layer', grant(user('alice'), 'editor', { ...inGroup('g'), layers: ['draft'] })],
    ['brings no write', grant(user('alice'), 'reader-in-g')],
    ['has a role that is retired', grant(user('alice'), 'retired', inGroup('g'))],
    ['has a role that cannot be filled in', grant(user('alice'), 'of-group', inGroup('g'))],
  ])('is not that of a grant that %s, and the refusal does not name it', (_, unusable) => {
    expect(decideOn([unusable, grant(EVERYONE, 'editor')], { defaultGroup: 'g' })).toEqual({
      outcome: 'refused',
      reason: 'default-group-not-granted',
      choices: [],
    });
  });

  test('is not in a token without write', () => {
    expect(decideOn(THREE, { defaultGroup: 'a', permissions: ['read-document'] })).toEqual({
      outcome: 'refused',
      reason: 'default-group-not-granted',
      choices: [],
    });
  });

  test('ends the token with the grant that gives it, and with no other', () => {
    const grants = [
      grant(user('alice'), 'editor', inGroup('short', NOON + 60)),
      grant(group('a'), 'editor', inGroup('long', NOON + 600)),
      grant(EVERYONE, 'editor'),
    ];
    expect(decideOn(grants, { defaultGroup: 'long' })).toMatchObject({
      expiresAt: NOON + 600,
      grants: [{ principal: EVERYONE }, { principal: group('a') }],
    });
    expect(decideOn(grants)).toMatchObject({ defaultGroup: 'short', expiresAt: NOON + 60 });
  });

  test('of several grants comes from the one that lasts longest', () => {
    const grants = [
      grant(user('alice'), 'editor', inGroup('g', NOON + 60)),
      grant(group('a'), 'editor', inGroup('g', NOON + 600)),
      grant(group('b'), 'editor', inGroup('g', NOON + 60)),
    ];
    for (const order of [grants, grants.toReversed()]) {
      expect(decideOn(order, { defaultGroup: 'g' })).toMatchObject({
        expiresAt: NOON + 600,
        grants: [{ principal: group('a') }],
      });
    }
  });
});

describe('the expiry', () => {
  test('is the requested one if the grants last longer', () => {
    expect(decideOn([grant(user('alice'), 'editor', { expiresAt: NOON + 2 * HOUR })])).toMatchObject({
      expiresAt: NOON + HOUR,
    });
  });

  test('is that of the grant that ends first', () => {
    expect(
      decideOn([
        grant(user('alice'), 'printer', { expiresAt: NOON + 300 }),
        grant(EVERYONE, 'reader', { expiresAt: NOON + 600 }),
      ]),
    ).toMatchObject({ expiresAt: NOON + 300 });
  });

  test('is not that of a grant that adds nothing to longer grants; it is left out', () => {
    expect(
      decideOn([
        grant(user('alice'), 'reader', { expiresAt: NOON + 300 }),
        grant(group('a'), 'own-notes', { expiresAt: NOON + 400 }),
        grant(EVERYONE, 'editor', { expiresAt: NOON + 600 }),
      ]),
    ).toMatchObject({ expiresAt: NOON + 600, grants: [{ principal: EVERYONE }] });
  });

  test('is not shortened by a scope that a longer grant covers with "all"', () => {
    expect(
      decideOn([grant(user('alice'), 'own-notes', { expiresAt: NOON + 60 }), grant(EVERYONE, 'all-notes')]),
    ).toMatchObject({ expiresAt: NOON + HOUR, grants: [{ principal: EVERYONE }] });
  });

  test('is shortened by a grant that adds to longer grants', () => {
    expect(
      decideOn([
        grant(user('alice'), 'own-notes', { expiresAt: NOON + 600 }),
        grant(EVERYONE, 'editor', { expiresAt: NOON + 300 }),
      ]),
    ).toMatchObject({
      expiresAt: NOON + 300,
      grants: [{ principal: user('alice') }, { principal: EVERYONE }],
    });
  });

  test('is not shortened by permissions that were not requested', () => {
    expect(
      decideOn(
        [
          grant(user('alice'), 'editor', { expiresAt: NOON + 60 }),
          grant(EVERYONE, 'reader', { expiresAt: NOON + 600 }),
        ],
        { permissions: ['read-document'] },
      ),
    ).toMatchObject({ expiresAt: NOON + 600, grants: [{ principal: EVERYONE }] });
  });
});

describe('asking for permissions', () => {
  test('gives those and no others', () => {
    expect(decideOn([grant(user('alice'), 'downloader')], { permissions: ['download'] })).toEqual({
      outcome: 'allowed',
      permissions: ['download'],
      expiresAt: NOON + HOUR,
      grants: [grant(user('alice'), 'downloader')],
    });
  });

  test('that are not granted is refused with their names', () => {
    expect(
      decideOn([grant(user('alice'), 'reader')], { permissions: ['read-document', 'write', 'download'] }),
    ).toEqual({ outcome: 'refused', reason: 'permissions-not-granted', permissions: ['write', 'download'] });
  });

  test('that would leave an empty list is refused: the grant edits records, but shows none', () => {
    const grants = [grant(user('alice'), 'edits-own')];
    const refused = { outcome: 'refused', reason: 'permissions-not-granted', permissions: ['read-document'] };
    expect(decideOn(grants, { permissions: ['read-document'] })).toEqual(refused);
    expect(decideOn(grants, { permissions: ['read-document', 'download'] })).toEqual(refused);
    expect(decideOn(grants)).toMatchObject({ permissions: ['read-document', 'write', 'download'] });
  });

  test('without a grant on the layer gives the same answer as for an unknown document', () => {
    expect(decideOn([], { permissions: ['write'] })).toEqual(NO_GRANT);
  });

  test('leaves only those collaboration permissions that have an effect', () => {
    expect(decideOn([grant(user('alice'), 'own-notes')], { permissions: ['read-document'] })).toMatchObject({
      collaborationPermissions: ['annotations:view:all'],
    });
    expect(decideOn([grant(user('alice'), 'own-notes')], { permissions: ['write'] })).toMatchObject({
      collaborationPermissions: ['annotations:edit:self'],
    });
    expect(decideOn([grant(user('alice'), 'editor')], { permissions: ['read-document'] })).toMatchObject({
      collaborationPermissions: VIEW_ALL,
    });
  });
});

describe('too many collaboration permissions', () => {
  test('are over 200, and refused with the principals of the grants that bring them', () => {
    expect(decideOn([grant(user('alice'), 'lists-200')])).toMatchObject({ outcome: 'allowed' });
    expect(decideOn([grant(user('alice'), 'lists-200'), grant(EVERYONE, 'lists-one-more')])).toEqual({
      outcome: 'refused',
      reason: 'too-many-collaboration-permissions',
      builtFrom: [user('alice'), EVERYONE],
    });
  });

  test('are counted after the wider ones have replaced the narrower', () => {
    expect(decideOn([grant(user('alice'), 'lists-200'), grant(EVERYONE, 'all-notes')])).toMatchObject({
      collaborationPermissions: ['annotations:edit:all', 'annotations:view:all'],
    });
  });
});

describe('an expired grant would allow a refused question', () => {
  const policy = { roles: ROLES, privateLayerPrefix: 'user:' };
  const wouldAllow = (grants: readonly Grant[], asked: Partial<Question> = {}): boolean =>
    wouldExpiredAllow(
      { subject: subject(), layer: '', at: NOON, notAfter: NOON + HOUR, ...asked },
      grants,
      policy,
    );
  const expired = { expiresAt: NOON };

  test('by itself, or together with the grants that last', () => {
    expect(wouldAllow([grant(user('alice'), 'reader', expired)])).toBe(true);
    const grants = [grant(user('alice'), 'editor', expired), grant(EVERYONE, 'printer')];
    expect(wouldAllow(grants, { permissions: ['write', 'download'] })).toBe(true);
    expect(wouldAllow(grants, { permissions: ['cover-image'] })).toBe(false);
  });

  test('unless it is for another layer, or its role is unknown', () => {
    expect(wouldAllow([grant(user('alice'), 'reader', { ...expired, layers: ['draft'] })])).toBe(false);
    expect(wouldAllow([grant(user('alice'), 'retired', expired)])).toBe(false);
  });

  test('not if none has expired', () => {
    expect(wouldAllow([])).toBe(false);
    expect(wouldAllow([grant(user('alice'), 'reader', { expiresAt: NOON + 1 })])).toBe(false);
  });
});
