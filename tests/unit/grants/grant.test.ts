import { describe, expect, test } from '@jest/globals';
import { coversLayer, isExpired, isPrivateLayer, privateLayerOf } from '../../../lib/grants/grant.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { EVERYONE, grant, subject } from '../../support/grants/grants.ts';

const PREFIX = 'user:';

function covers(layer: string, details: Parameters<typeof grant>[2], userId = 'alice'): boolean {
  return coversLayer(grant(EVERYONE, 'viewer', details), layer, subject(userId), PREFIX);
}

describe('a grant covers', () => {
  test('the layers it names and no others', () => {
    const layers = ['', 'draft'];
    expect(covers('', { layers })).toBe(true);
    expect(covers('draft', { layers })).toBe(true);
    expect(covers('Draft', { layers })).toBe(false);
    expect(covers('draft2', { layers })).toBe(false);
    expect(covers('', { layers: ['draft'] })).toBe(false);
    expect(covers('', { layers: [] })).toBe(false);
  });

  test('every shared layer, the default one too, if it names "*"', () => {
    expect(covers('', { layers: ['*'] })).toBe(true);
    expect(covers('draft', { layers: ['*'] })).toBe(true);
  });

  test("the caller's own private layer only if it has `privateLayer`", () => {
    expect(covers('user:alice', { privateLayer: true })).toBe(true);
    expect(covers('user:alice', { layers: ['*'] })).toBe(false);
  });

  test("no other user's private layer, even if it names that layer", () => {
    const all = { layers: ['', '*', 'user:bob', 'user:'], privateLayer: true };
    for (const layer of ['user:bob', 'user:', 'user:alice2', 'user:alic', 'user:user:alice', 'user:Alice']) {
      expect(covers(layer, all)).toBe(false);
    }
  });

  test('no shared layer through a private one', () => {
    expect(covers('draft', { layers: [], privateLayer: true }, 'draft')).toBe(false);
    expect(covers('', { layers: [], privateLayer: true })).toBe(false);
  });
});

describe('a private layer', () => {
  test('is named by the prefix and the user id', () => {
    expect(privateLayerOf('alice', PREFIX)).toBe('user:alice');
    expect(privateLayerOf('bob', 'own/')).toBe('own/bob');
    expect(isPrivateLayer('user:alice', PREFIX)).toBe(true);
    expect(isPrivateLayer('users', PREFIX)).toBe(false);
  });

  test.each([
    ['holds "*"', 'a*b'],
    ['holds a control character', 'a\u0000b'],
    ['makes the name too long', 'a'.repeat(252)],
  ])('does not exist for a user id that %s', (_, userId) => {
    expect(privateLayerOf(userId, PREFIX)).toBeUndefined();
    expect(covers(`user:${userId}`, { layers: ['*'], privateLayer: true }, userId)).toBe(false);
  });

  test('counts its length in characters, not in UTF-16 units', () => {
    expect(privateLayerOf('🙂'.repeat(251), PREFIX)).toBe(`user:${'🙂'.repeat(251)}`);
    expect(privateLayerOf('🙂'.repeat(252), PREFIX)).toBeUndefined();
  });
});

describe('a grant', () => {
  test('counts until the second before it expires', () => {
    const expiring = grant(EVERYONE, 'viewer', { expiresAt: NOON });
    expect(isExpired(expiring, NOON - 1)).toBe(false);
    expect(isExpired(expiring, NOON)).toBe(true);
    expect(isExpired(expiring, NOON + 1)).toBe(true);
  });

  test('without an expiry never expires', () => {
    expect(isExpired(grant(EVERYONE, 'viewer'), Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
