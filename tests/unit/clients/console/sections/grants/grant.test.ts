import { describe, expect, test } from '@jest/globals';
import {
  grantPath,
  layersInWords,
  preconditionOf,
  principalInWords,
  readPrincipal,
} from '../../../../../../clients/console/src/sections/grants/grant.ts';

describe('A principal', () => {
  test.each([
    [{ user: 'bob' }, { kind: 'user', name: 'bob' }, 'user “bob”'],
    [{ group: 'editors' }, { kind: 'group', name: 'editors' }, 'group “editors”'],
    [{ everyone: true }, { kind: 'everyone', name: '' }, 'everyone'],
  ] as const)('is read from %j', (json, principal, words) => {
    expect(readPrincipal(json)).toEqual(principal);
    expect(principalInWords(principal)).toBe(words);
  });

  test('of an unknown kind is not taken for everyone', () => {
    expect(() => readPrincipal({ device: 'phone' })).toThrow('a user, a group or everyone');
  });
});

describe('The address of a grant', () => {
  test('names everyone without a value', () => {
    const path = grantPath('a', { kind: 'everyone', name: '' }, false);
    expect(path).toBe('/v1/documents/a/grants?everyone');
  });

  test('keeps a name that looks like another parameter in its value', () => {
    const path = grantPath('a', { kind: 'user', name: 'x&all=+ #' }, true);
    expect(path).toBe('/v1/documents/a/grants?user=x%26all%3D%2B%20%23&allowNoOwner');
  });
});

test('A change demands the grant that was seen, or that there is none', () => {
  expect(preconditionOf({ etag: 'e1' })).toEqual({ 'if-match': '"e1"' });
  expect(preconditionOf(undefined)).toEqual({ 'if-none-match': '*' });
});

test.each([
  [{ layers: [''], privateLayer: false }, 'the default layer'],
  [{ layers: ['*'], privateLayer: true }, 'every shared layer, the person’s private layer'],
  [{ layers: ['', 'review'], privateLayer: false }, 'the default layer, “review”'],
  [{ layers: [], privateLayer: false }, 'no layer'],
])('The layers of %j in words', (layers, words) => {
  expect(layersInWords(layers)).toBe(words);
});
