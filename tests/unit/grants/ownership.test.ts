import { describe, expect, test } from '@jest/globals';
import { type Grant, type GrantContent } from '../../../lib/grants/index.ts';
import { beyondOwned, makesOwner } from '../../../lib/grants/ownership.ts';
import { ROLES, ROLES_WITHOUT_OWNER } from '../../support/grants/administration.ts';
import { grant, user } from '../../support/grants/grants.ts';
import { NOON } from '../../support/runtime/clock.ts';

const owner = (details: Partial<Grant>): Grant => grant(user('alice'), 'owner', details);

const viewer = (details: Partial<GrantContent>): GrantContent => ({
  role: 'viewer',
  layers: [],
  privateLayer: false,
  ...details,
});

describe('a grant makes an owner', () => {
  test('until the second in which it expires', () => {
    expect(makesOwner(owner({ expiresAt: NOON + 1 }), ROLES, NOON)).toBe(true);
    expect(makesOwner(owner({ expiresAt: NOON }), ROLES, NOON)).toBe(false);
  });

  test('by the role "owner" alone, and only if the role file has it', () => {
    expect(makesOwner(grant(user('alice'), 'editor'), ROLES, NOON)).toBe(false);
    expect(makesOwner(owner({}), ROLES_WITHOUT_OWNER, NOON)).toBe(false);
  });
});

describe('a grant beyond the owner’s own', () => {
  test('is refused with the layer', () => {
    const owned = [owner({ layers: ['a'] }), owner({ layers: ['b'] })];
    expect(beyondOwned(viewer({ layers: ['a', 'b'] }), owned)).toBeUndefined();
    expect(beyondOwned(viewer({ layers: ['a', 'c', 'd'] }), owned)).toEqual({ layer: 'c' });
  });

  test('cannot name every layer if the owner has only some by name', () => {
    const owned = [owner({ layers: ['', 'a'] })];
    expect(beyondOwned(viewer({ layers: ['*'] }), owned)).toEqual({ anyLayer: true });
    expect(beyondOwned(viewer({ layers: ['*'] }), [owner({ layers: ['*'] })])).toBeUndefined();
  });

  test('cannot give private layers if the owner has only every shared one', () => {
    const owned = [owner({ layers: ['*'] })];
    expect(beyondOwned(viewer({ privateLayer: true }), owned)).toEqual({ privateLayer: true });
    expect(beyondOwned(viewer({ privateLayer: true }), [owner({ privateLayer: true })])).toBeUndefined();
  });

  test('can give a layer for as long as the owner has it, but not for longer', () => {
    const owned = [owner({ layers: ['a'], expiresAt: NOON })];
    expect(beyondOwned(viewer({ layers: ['a'], expiresAt: NOON }), owned)).toBeUndefined();
    expect(beyondOwned(viewer({ layers: ['a'], expiresAt: NOON + 1 }), owned)).toEqual({ layer: 'a' });
    expect(beyondOwned(viewer({ layers: ['a'] }), owned)).toEqual({ layer: 'a' });
  });

  test('cannot last longer through another grant of the owner', () => {
    const owned = [owner({ layers: ['a'], expiresAt: NOON }), owner({ layers: ['b'] })];
    expect(beyondOwned(viewer({ layers: ['a', 'b'], expiresAt: NOON + 1 }), owned)).toEqual({ layer: 'a' });
  });
});
