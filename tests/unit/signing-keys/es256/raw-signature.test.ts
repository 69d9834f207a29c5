import { describe, expect, test } from '@jest/globals';
import { sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { InvariantError } from '../../../../lib/runtime/errors.ts';
import { rawSignatureOf } from '../../../../lib/signing-keys/es256/raw-signature.ts';
import { size } from '../../../support/jest/suites.ts';
import { der, integer, sequence } from '../../../support/signing-keys/der.ts';
import { ecPair } from '../../../support/signing-keys/keys.ts';

const LARGEST = 2n ** 256n - 1n;

const hex = (raw: ArrayBuffer): string => Buffer.from(raw).toString('hex');
const inHex = (number: bigint): string => number.toString(16).padStart(64, '0');

/** A number of any length: most random ones of 256 bits have all their bytes. */
const number = fc.integer({ min: 1, max: 256 }).chain((bits) => fc.bigInt(1n, 2n ** BigInt(bits) - 1n));

test('r and s stand in 32 bytes each, with zeros before the shorter ones', () => {
  fc.assert(
    fc.property(number, number, (r, s) => {
      expect(hex(rawSignatureOf(sequence(integer(r), integer(s))))).toBe(inHex(r) + inHex(s));
    }),
    { numRuns: size(300, 5000) },
  );
});

test.each([
  ['the first bit of both is set', 2n ** 255n, LARGEST],
  ['r begins with a zero byte', 2n ** 247n, 2n ** 255n],
  ['s begins with a zero byte whose next bit is set', 2n ** 254n, 2n ** 248n - 1n],
  ['both have one digit', 1n, 0x7fn],
])('r and s keep their places if %s', (_, r, s) => {
  expect(hex(rawSignatureOf(sequence(integer(r), integer(s))))).toBe(inHex(r) + inHex(s));
});

test('OpenSSL verifies its own signatures in the form of JOSE', () => {
  const { privateKey, publicKey } = ecPair();
  for (let made = 0; made < size(600, 5000); made += 1) {
    const text = Buffer.from(`text ${made}`);
    const raw = new Uint8Array(rawSignatureOf(sign('sha256', text, privateKey)));
    expect(verify('sha256', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
  }
});

const bytes = (value: string): Buffer => der(0x02, Buffer.from(value, 'hex'));
const s = integer(2n);

describe('A signature is refused, and none is made up, if', () => {
  test.each([
    ['it is empty', Buffer.alloc(0)],
    ['it is a SET', der(0x31, s, s)],
    ['it has one number', sequence(s)],
    ['it has three numbers', sequence(s, s, s)],
    ['r is an OCTET STRING', sequence(der(0x04, Buffer.from([1])), s)],
    ['s is an OCTET STRING', sequence(s, der(0x04, Buffer.from([1])))],
    ['r has no digit', sequence(bytes(''), s)],
    ['s has no digit', sequence(s, bytes(''))],
    ['r is zero', sequence(integer(0n), s)],
    ['s is zero', sequence(s, integer(0n))],
    ['r is negative', sequence(bytes('80'), s)],
    ['s is negative in 32 bytes', sequence(s, bytes('ff'.repeat(32)))],
    ['r has a zero too many', sequence(bytes('007f'), s)],
    ['s has 33 digits', sequence(s, integer(2n ** 256n))],
    ['r has 33 digits after a zero', sequence(integer(2n ** 263n), s)],
    ['r has 34 bytes of zeros', sequence(bytes(`${'00'.repeat(33)}01`), s)],
    ['bytes follow it', Buffer.concat([sequence(s, s), Buffer.from([0])])],
    ['bytes follow s', sequence(s, s, Buffer.from([0]))],
    ['its length is wrong', Buffer.concat([Buffer.from([0x30, 5]), s, s])],
    ['its length takes two bytes', Buffer.concat([Buffer.from([0x30, 0x81, 6]), s, s])],
    ['s ends after the signature', sequence(s, Buffer.from([0x02, 2, 1]))],
    ['r covers s', sequence(Buffer.from([0x02, 7, 1]), s)],
  ])('%s', (_, signature) => {
    expect(() => rawSignatureOf(signature)).toThrow(InvariantError);
  });
});

test('A changed or cut signature is refused, or is that of other numbers: two texts never give the same', () => {
  const whole = sequence(integer(2n ** 255n + 7n), integer(2n ** 200n));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
      const changed = Buffer.from(whole);
      changed[at] = byte;
      for (const signature of [changed, changed.subarray(0, length)]) {
        let raw: ArrayBuffer;
        try {
          raw = rawSignatureOf(signature);
        } catch (error) {
          expect(error).toBeInstanceOf(InvariantError);
          continue;
        }
        const [r = '', other = ''] = hex(raw).match(/.{64}/g) ?? [];
        expect(sequence(integer(BigInt(`0x${r}`)), integer(BigInt(`0x${other}`)))).toEqual(signature);
      }
    }),
    { numRuns: size(500, 20_000) },
  );
});
