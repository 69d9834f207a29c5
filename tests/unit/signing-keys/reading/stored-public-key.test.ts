import { describe, expect, test } from '@jest/globals';
import type { KeyObject } from 'node:crypto';
import { readPublicKey } from '../../../../lib/signing-keys/reading/stored-public-key.ts';
import type { Algorithm } from '../../../../lib/signing-keys/index.ts';
import { certified } from '../../../support/signing-keys/certificate.ts';
import {
  ecPair,
  encryptedPkcs8,
  pem,
  pkcs8,
  rsaPair,
  sec1,
  shownOf,
  spki,
} from '../../../support/signing-keys/keys.ts';

const ec = ecPair();
const rsa = rsaPair();

const whole = spki(ec.publicKey);
const oneLine = (text: string, between: string): string => text.trimEnd().replaceAll('\n', between);
const inBase64 = (content: string | Buffer): string => Buffer.from(content).toString('base64');
const jwk = (key: KeyObject): string => JSON.stringify(key.export({ format: 'jwk' }));

/** Reads the public key of a value, and writes it as PEM. */
function spkiIn(value: string, algorithm: Algorithm = 'ES256'): string {
  const key = readPublicKey(value, algorithm);
  if (typeof key === 'string') throw new TypeError(key);
  return spki(key);
}

describe('A public key is read', () => {
  test.each([
    ['from SPKI', whole],
    ['with CRLF', oneLine(whole, '\r\n')],
    ['with CR alone', oneLine(whole, '\r')],
    ['with blanks in place of line breaks', oneLine(whole, ' ')],
    ['with nothing in place of line breaks', oneLine(whole, '')],
    [String.raw`with a literal \n, as an environment has it`, oneLine(whole, String.raw`\n`)],
    ['with indentation', oneLine(whole, '\n    ')],
    ['with a byte order mark', `\uFEFF${whole}`],
    ['in "quotes"', `"${whole}"`],
    ["in 'quotes'", `'${whole}'`],
    ['from base64 of PEM', inBase64(whole)],
    ['from base64 of DER', inBase64(ec.publicKey.export({ type: 'spki', format: 'der' }))],
    ['twice', whole + oneLine(whole, ' ')],
    ['from a JWK', jwk(ec.publicKey)],
    ['from JSON', JSON.stringify({ publicKey: whole })],
  ])('%s', (_, value) => {
    expect(spkiIn(value)).toBe(whole);
  });

  test.each([
    ['PKCS#1', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' })],
    ['PKCS#1 in DER', inBase64(rsa.publicKey.export({ type: 'pkcs1', format: 'der' }))],
    ['a JWK', jwk(rsa.publicKey)],
  ])('of RSA from %s', (_, value) => {
    expect(spkiIn(value.toString(), 'RS256')).toBe(spki(rsa.publicKey));
  });

  test.each([
    ['a certificate', certified.certificate],
    ['a certificate with blanks', oneLine(certified.certificate, ' ')],
    ['a certificate in base64', inBase64(certified.certificate)],
    ['a certificate beside the same key', certified.certificate + certified.publicKey],
  ])('from %s', (_, value) => {
    expect(spkiIn(value)).toBe(certified.publicKey);
  });
});

const PRIVATE =
  'holds a private key. Everyone who can read the stage can sign with it: replace this key at Document Engine and at its ' +
  'backend, and write the public half of the new one. `openssl pkey -in FILE -pubout` prints it';
const NONE =
  'must be none, or the public key of the backend that is replaced, in PEM ("-----BEGIN PUBLIC KEY-----")';
const DAMAGED =
  'holds a public key that cannot be read: characters are missing or were changed. Copy it again from its file';

describe('Anything else is refused with the very fault and its cure', () => {
  test.each([
    ['a private key', pkcs8(ec.privateKey), PRIVATE],
    ['a private key beside its public key', whole + sec1(ec.privateKey), PRIVATE],
    ['a private key in base64', inBase64(pkcs8(ec.privateKey)), PRIVATE],
    ['a private key that was cut', pkcs8(ec.privateKey).slice(0, 80), PRIVATE],
    ['a private key without hyphens', pkcs8(ec.privateKey).replaceAll('-', ''), PRIVATE],
    [
      'a private key in JSON that was cut',
      JSON.stringify({ key: pkcs8(ec.privateKey) }).slice(0, -1),
      PRIVATE,
    ],
    ['an encrypted private key', encryptedPkcs8(ec.privateKey), PRIVATE],
    ['a DSA private key', pem('DSA PRIVATE KEY', Buffer.from('3003020100', 'hex')), PRIVATE],
    ['a private JWK', jwk(ec.privateKey), PRIVATE],
    ['a key that was cut', whole.slice(0, 80), DAMAGED],
    ['a key with a changed character', whole.replace('MFk', 'MGk'), DAMAGED],
    [
      'a certificate that was cut',
      certified.certificate.slice(0, 200),
      'holds a certificate that cannot be read: characters are missing or were changed. Copy it again from its file',
    ],
    ['two keys', whole + certified.certificate, 'holds 2 different public keys. Write one alone'],
    [
      'an SSH public key',
      'ecdsa-sha2-nistp256 AAAAE2VjZHNh me@here',
      'holds an SSH public key. Convert it with `ssh-keygen -e -m PKCS8 -f FILE.pub`',
    ],
    [
      'a JWK that names a member twice',
      JSON.stringify(ec.publicKey.export({ format: 'jwk' })).replace('{', '{"x":"AA",'),
      'holds JSON that names a member twice, and does not say which one counts. Remove one of them',
    ],
    [
      'a certificate request',
      certified.request,
      'holds a certificate request. Print its public key with `openssl req -in FILE -noout -pubkey`',
    ],
    ['the name of a file', 'keys/public.pem', 'holds the name of a file. Write its content'],
    [
      'a key without hyphens',
      whole.replaceAll('-', ''),
      'holds PEM without the hyphens of "-----BEGIN … KEY-----": a word processor or a chat has changed or dropped them. ' +
        'Copy it again from its file',
    ],
    [
      'a key on another curve',
      spki(ecPair('secp224r1').publicKey),
      'ES256 needs an EC key on curve P-256, and this one is on secp224r1',
    ],
    [
      'a key of another type',
      spki(rsa.publicKey),
      'ES256 needs an EC key on curve P-256, and this is a key of type rsa',
    ],
    ['a symmetric key', '{"kty":"oct","k":"c2VjcmV0LW9mLW1hbnktYnl0ZXM"}', NONE],
    ['another text', 'correct horse battery staple', NONE],
    ['None', 'None', NONE],
  ])('%s', (_, value, message) => {
    const fault = readPublicKey(value, 'ES256');
    expect(fault).toBe(message);
    expect(shownOf(value, fault)).toEqual([]);
    expect(spkiIn(whole)).toBe(whole);
  });
});
