import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { familyId } from '../../../lib/revocation/index.ts';

describe('the id of a family', () => {
  test('is the first 128 bits of SHA-256 over the JSON array of document, user and epoch', () => {
    const digest = createHash('sha256').update('["doc","auth0|7",1769860800000]').digest('hex');
    const id = Buffer.from(familyId('doc', 'auth0|7', 1_769_860_800_000), 'base64url');
    expect(id.toString('hex')).toBe(digest.slice(0, 32));
  });

  test('never changes: tokens that were signed before an update are still revoked by it', () => {
    expect(familyId('7KPSA689RP53HB64GKKZX64XFV', 'alice', 1_769_860_800_000)).toBe('o0BhNzX6eqoGf5WmMC5H2Q');
  });

  test('differs wherever document, user or epoch differ, however they are cut', () => {
    const ids = [
      familyId('a', 'b', 1),
      familyId('a', 'b', 11),
      familyId('a', 'b"', 1),
      familyId('a","b', 'c', 1),
      familyId('a', 'b","c', 1),
      familyId('ab', '', 1),
      familyId('', 'ab', 1),
      familyId('b', 'a', 1),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
