import { describe, expect, test } from '@jest/globals';
import { readBody } from '../../../../../lib/http/messages/json-body.ts';
import { mintRequestOf, mintRequestSchema } from '../../../../../lib/http/routes/tokens/mint-request.ts';
import { Problem } from '../../../../../lib/http/problems/problem.ts';
import { type MintRequest } from '../../../../../lib/tokens/index.ts';
import { ROLES } from '../../../../support/grants/administration.ts';
import { apiEvent } from '../../../../support/http/events.ts';

const schema = mintRequestSchema({
  roles: ROLES,
  privateLayerPrefix: 'user:',
  ttl: { default: 900, max: 3600 },
});

function parsed(body: unknown): MintRequest {
  return mintRequestOf(readBody(apiEvent({ body }), schema, 65_536));
}

/** Lists the faults of a body: pointers and details. */
function faultsOf(body: unknown): readonly (readonly [string, string])[] {
  try {
    parsed(body);
    return [];
  } catch (error) {
    if (error instanceof Problem) return (error.errors ?? []).map(({ pointer, detail }) => [pointer, detail]);
    throw error;
  }
}

const pointersOf = (body: unknown): string[] => faultsOf(body).map(([pointer]) => pointer);

describe('a grant in a mint request', () => {
  const BEHALF = { documentId: 'doc', onBehalfOf: { userId: 'bob' } };

  test('is for the default layer unless it names others', () => {
    expect(parsed({ ...BEHALF, grant: { role: 'viewer' } })).toMatchObject({
      grant: { role: 'viewer', layers: [''], privateLayer: false },
    });
    const whole = { role: 'editor', layers: ['a', 'b'], privateLayer: true, defaultGroup: 'g' };
    expect(parsed({ ...BEHALF, grant: whole })).toMatchObject({ grant: whole });
  });

  test('needs the user of onBehalfOf', () => {
    expect(faultsOf({ documentId: 'doc', grant: { role: 'viewer' } })).toEqual([
      ['#/onBehalfOf', 'is missing; it must name the user of "grant"'],
    ]);
  });

  test('names a role of the role file; a fault names them all', () => {
    for (const role of ['admin', 'Viewer', 7, ['viewer']]) {
      expect(faultsOf({ ...BEHALF, grant: { role } })).toEqual([
        ['#/grant/role', `must be one of the roles ${[...ROLES.keys()].join(', ')}`],
      ]);
    }
    expect(pointersOf({ ...BEHALF, grant: {} })).toEqual(['#/grant/role']);
  });

  test.each([
    [{ layers: ['user:bob'] }, '#/grant/layers/0'],
    [{ layers: ['a', 'a'] }, '#/grant/layers'],
    [{ layers: ['*', 'a'] }, '#/grant/layers'],
    [{ layers: [] }, '#/grant/layers'],
    [{ defaultGroup: 'a:b' }, '#/grant/defaultGroup'],
    [{ privateLayer: 'yes' }, '#/grant/privateLayer'],
    [{ expiresAt: '2027-01-01T00:00:00Z' }, '#/grant/expiresAt'],
    [{ grantedBy: 'alice' }, '#/grant/grantedBy'],
  ])('keeps the rules of a grant to set: not %j', (members, pointer) => {
    expect(pointersOf({ ...BEHALF, grant: { role: 'viewer', ...members } })).toEqual([pointer]);
  });
});

test('a grant that is null is left out, with and without a user', () => {
  const vouched = parsed({ documentId: 'doc', grant: null, defaultGroup: null });
  expect(vouched).toEqual({ documentId: 'doc', layer: '', ttlSeconds: 900 });
  expect(faultsOf({ documentId: 'doc', onBehalfOf: null, grant: { role: 'viewer' } })).toEqual([
    ['#/onBehalfOf', 'is null; it must name the user of "grant"'],
  ]);
});

describe('a default group in a mint request', () => {
  test('is any group name that can stand in a scope', () => {
    expect(parsed({ documentId: 'doc', defaultGroup: 'class 7b' })).toMatchObject({
      defaultGroup: 'class 7b',
    });
  });

  test.each(['', 'a:b', 'a=b', '*', 'a\n', 7, ['a'], 'half \ud83d'])('is not %j', (defaultGroup) => {
    expect(pointersOf(JSON.stringify({ documentId: 'doc', defaultGroup }))).toEqual(['#/defaultGroup']);
  });
});

describe('a mint request', () => {
  test('needs a document only: the default layer, all permissions, the default life', () => {
    expect(parsed({ documentId: 'doc' })).toEqual({ documentId: 'doc', layer: '', ttlSeconds: 900 });
  });

  test('may name a layer, permissions and a life', () => {
    expect(
      parsed({ documentId: 'doc', layer: 'draft', permissions: ['write', 'read-document'], ttlSeconds: 60 }),
    ).toEqual({ documentId: 'doc', layer: 'draft', permissions: ['write', 'read-document'], ttlSeconds: 60 });
  });

  test("may ask for the user's private layer", () => {
    expect(parsed({ documentId: 'doc', privateLayer: true })).toMatchObject({ layer: { private: true } });
  });

  test.each(['7KPSA689RP53HB64GKKZX64XFV', 'a.b_c~d:e@f-g', 'x'.repeat(256)])(
    'may be for document %s',
    (documentId) => {
      expect(parsed({ documentId })).toMatchObject({ documentId });
    },
  );

  test.each([undefined, null, 7, '', 'a/b', 'a b', 'é', 'a#b', 'a\n', 'x'.repeat(257), ['doc']])(
    'is not for the document id %j',
    (documentId) => {
      expect(pointersOf({ documentId })).toEqual(['#/documentId']);
    },
  );

  test.each(['', 'draft', 'a/b', '日本', 'user:bob', '🙂'.repeat(256)])('may name the layer %j', (layer) => {
    expect(parsed({ documentId: 'doc', layer })).toMatchObject({ layer });
  });

  test.each([7, '*', 'a*', 'a\nb', 'a\u0085', 'half \ud83d', 'x'.repeat(257), '🙂'.repeat(257)])(
    'does not name the layer %j',
    (layer) => {
      const body = JSON.stringify({ documentId: 'doc', layer });
      expect(pointersOf(body)).toEqual(['#/layer']);
    },
  );

  test('cannot be for a layer and the private layer at once, not even the default layer', () => {
    expect(pointersOf({ documentId: 'doc', layer: '', privateLayer: true })).toEqual(['#/privateLayer']);
  });

  test('false in privateLayer counts as left out', () => {
    expect(parsed({ documentId: 'doc', layer: 'draft', privateLayer: false })).toMatchObject({
      layer: 'draft',
    });
  });

  test.each([1, 'true'])('cannot set privateLayer to %j', (privateLayer) => {
    expect(faultsOf({ documentId: 'doc', privateLayer })).toEqual([
      ['#/privateLayer', expect.stringMatching(/^must be true or false, or be left out/)],
    ]);
  });

  test.each([
    [[], '#/permissions'],
    ['write', '#/permissions'],
    [['write', 'write'], '#/permissions'],
    [['write', 'admin'], '#/permissions/1'],
    [['WRITE'], '#/permissions/0'],
    [[null], '#/permissions/0'],
  ])('cannot ask for the permissions %j', (permissions, pointer) => {
    expect(pointersOf({ documentId: 'doc', permissions })).toEqual([pointer]);
  });

  test.each([60, 3600])('may live for %i seconds', (ttlSeconds) => {
    expect(parsed({ documentId: 'doc', ttlSeconds })).toMatchObject({ ttlSeconds });
  });

  test.each([59, 3601, 0, -60, 60.5, '900', 1_000_000])('cannot live for %j seconds', (ttlSeconds) => {
    expect(faultsOf({ documentId: 'doc', ttlSeconds })).toEqual([
      ['#/ttlSeconds', expect.stringMatching(/^must be a whole number of seconds from 60 to 3600/)],
    ]);
  });

  test.each([
    'user_id',
    'userId',
    'role',
    'claims',
    'jti',
    'exp',
    'collaboration_permissions',
    'DocumentId',
    '__proto__',
  ])('cannot hold %j: a caller sets no claim and no role', (member) => {
    const faults = faultsOf(`{"documentId": "doc", ${JSON.stringify(member)}: "x"}`);
    expect(faults).toEqual([[`#/${member}`, expect.stringContaining('is unknown; the members are')]]);
  });

  test.each([[[]], ['doc'], [null], [7]])('is not %j', (body) => {
    expect(faultsOf(JSON.stringify(body))).toEqual([['#', expect.stringContaining('must be an object')]]);
  });

  test('may be on behalf of another user', () => {
    const onBehalfOf = { userId: 'bob', groups: ['staff'], name: 'Bob B.' };
    expect(pointersOf({ documentId: 'doc', onBehalfOf })).toEqual([]);
  });

  test('may have null for each optional member', () => {
    const body = { documentId: 'doc', layer: null, permissions: null, ttlSeconds: null, onBehalfOf: null };
    expect(parsed({ ...body, privateLayer: null })).toEqual({
      documentId: 'doc',
      layer: '',
      ttlSeconds: 900,
    });
    expect(parsed({ ...body, privateLayer: true })).toMatchObject({ layer: { private: true } });
    expect(parsed({ documentId: 'doc', layer: 'draft', privateLayer: null })).toMatchObject({
      layer: 'draft',
    });
  });

  test.each([
    [{}, '#/onBehalfOf/userId'],
    [{ userId: null }, '#/onBehalfOf/userId'],
    [{ userId: '' }, '#/onBehalfOf/userId'],
    [{ userId: 'a\nb' }, '#/onBehalfOf/userId'],
    [{ userId: 'é'.repeat(257) }, '#/onBehalfOf/userId'],
    [{ userId: 'bob', groups: 'staff' }, '#/onBehalfOf/groups'],
    [{ userId: 'bob', groups: ['a', ''] }, '#/onBehalfOf/groups/1'],
    [
      { userId: 'bob', groups: Array.from({ length: 501 }, (_, index) => `g${index}`) },
      '#/onBehalfOf/groups',
    ],
    [{ userId: 'bob', name: 7 }, '#/onBehalfOf/name'],
    [{ userId: 'bob', role: 'owner' }, '#/onBehalfOf/role'],
    ['bob', '#/onBehalfOf'],
  ])('is not on behalf of %j', (onBehalfOf, pointer) => {
    expect(pointersOf({ documentId: 'doc', onBehalfOf })).toEqual([pointer]);
  });
});
