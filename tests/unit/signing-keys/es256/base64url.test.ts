import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { base64url as jose } from 'jose';
import { base64url } from '../../../../lib/signing-keys/es256/base64url.ts';
import { size } from '../../../support/jest/suites.ts';

test('Bytes are encoded as jose encodes them, also as a part of a larger buffer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (bytes, from) => {
      const part = bytes.subarray(from);
      expect(base64url(part)).toBe(jose.encode(part));
      expect(jose.decode(base64url(part))).toEqual(part);
    }),
    { numRuns: size(200, 5000) },
  );
});
