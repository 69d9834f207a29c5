import { expect, test } from '@jest/globals';
import type { JWK } from 'jose';
import { keyFor, readKeySet } from '../../../lib/issuers/key-set.ts';
import type { CallerAlgorithm } from '../../../lib/issuers/index.ts';

const EC: JWK = { kty: 'EC', crv: 'P-256', kid: 'k', x: 'x', y: 'y' };
const RSA: JWK = { kty: 'RSA', kid: 'k', n: Buffer.alloc(256, 1).toString('base64url'), e: 'AQAB' };
const OKP: JWK = { kty: 'OKP', crv: 'Ed25519', kid: 'k', x: 'x' };

const usable = (algorithm: CallerAlgorithm, ...keys: readonly unknown[]): boolean =>
  keyFor(readKeySet({ keys }), 'k', algorithm) !== undefined;

test('a key verifies the algorithms of its kind', () => {
  expect(usable('ES256', EC)).toBe(true);
  expect(usable('ES384', { ...EC, crv: 'P-384' })).toBe(true);
  expect(usable('ES512', { ...EC, crv: 'P-521' })).toBe(true);
  for (const algorithm of ['RS256', 'RS512', 'PS256', 'PS384'] as const)
    expect(usable(algorithm, RSA)).toBe(true);
  for (const algorithm of ['EdDSA', 'Ed25519'] as const) {
    expect(usable(algorithm, OKP)).toBe(true);
    expect(usable(algorithm, { ...OKP, alg: 'EdDSA' })).toBe(true);
  }
});

test('a key verifies no algorithm of another kind, curve or name', () => {
  expect(usable('ES384', EC)).toBe(false);
  expect(usable('RS256', EC)).toBe(false);
  expect(usable('ES256', RSA)).toBe(false);
  expect(usable('ES256', OKP)).toBe(false);
  expect(usable('EdDSA', { ...OKP, crv: 'X25519' })).toBe(false);
  expect(usable('RS256', { ...RSA, alg: 'PS256' })).toBe(false);
  expect(usable('RS256', { ...RSA, alg: 7 })).toBe(false);
});

test('a key for encryption, or for signing only, is ignored', () => {
  expect(usable('ES256', { ...EC, use: 'enc' })).toBe(false);
  expect(usable('ES256', { ...EC, use: 'sig', key_ops: ['verify'] })).toBe(true);
  expect(usable('ES256', { ...EC, key_ops: ['sign'] })).toBe(false);
  expect(usable('ES256', { ...EC, key_ops: 'verify' })).toBe(false);
});

test('a symmetric or a private key is ignored, and named for the log', () => {
  const symmetric = { kty: 'oct', kid: 'k', k: 'c2VjcmV0', alg: 'HS256' };
  expect(usable('ES256', symmetric)).toBe(false);
  expect(usable('ES256', { ...EC, d: 'private' })).toBe(false);
  expect(usable('ES256', { ...EC, k: 'c2VjcmV0' })).toBe(false);
  expect(usable('RS256', { ...RSA, p: 'private' })).toBe(false);
  expect(readKeySet({ keys: [symmetric, { ...EC, d: 'private' }, symmetric] }).suspicions).toEqual([
    'symmetric',
    'private',
  ]);
});

test('of two keys with one kid that both fit a token, neither is used', () => {
  expect(usable('ES256', EC, { ...EC, x: 'other' })).toBe(false);
  expect(readKeySet({ keys: [EC, { ...EC, x: 'other' }] }).suspicions).toEqual(['duplicate']);
});

test('two keys with one kid for different algorithms are both used', () => {
  for (const algorithm of ['ES256', 'RS256'] as const) expect(usable(algorithm, EC, RSA)).toBe(true);
  expect(usable('RS256', { ...RSA, alg: 'RS256' }, { ...RSA, alg: 'PS256' })).toBe(true);
  expect(readKeySet({ keys: [EC, RSA] }).suspicions).toEqual([]);
});

test('an RSA key under 2048 bits, or of an absurd length, is ignored', () => {
  const sized = (bytes: number): JWK => ({ ...RSA, n: Buffer.alloc(bytes, 1).toString('base64url') });
  expect(usable('RS256', sized(255))).toBe(false);
  expect(usable('RS256', sized(256))).toBe(true);
  expect(usable('RS256', sized(2049))).toBe(false);
});

test('an RSA key with the exponent 1, under which everyone can sign, is ignored', () => {
  const withExponent = (...bytes: number[]): JWK => ({ ...RSA, e: Buffer.from(bytes).toString('base64url') });
  for (const bytes of [[], [0], [1], [0, 0, 1], [2], [1, 0]])
    expect([bytes, usable('RS256', withExponent(...bytes))]).toEqual([bytes, false]);
  for (const bytes of [[3], [1, 1], [0, 1, 0, 1]])
    expect([bytes, usable('RS256', withExponent(...bytes))]).toEqual([bytes, true]);
});

test('whatever is no key with a kid is ignored', () => {
  expect(usable('ES256', null, 7, 'text', [], {}, { ...EC, kid: undefined }, { ...EC, kid: 7 }, EC)).toBe(
    true,
  );
  expect(usable('ES256', { ...EC, x: undefined })).toBe(false);
  expect(usable('ES256', { ...EC, y: 7 })).toBe(false);
  expect(usable('ES256', { ...EC, kty: 'ec' })).toBe(false);
  expect(keyFor(readKeySet({ keys: [{ ...EC, kid: '__proto__' }] }), '__proto__', 'ES256')).toBeDefined();
  expect(keyFor(readKeySet({ keys: [EC] }), 'constructor', 'ES256')).toBeUndefined();
});
