import { describe, expect, test } from '@jest/globals';
import type { KeyObject } from 'node:crypto';
import { secretTextOf } from '../../../../lib/runtime/secret-value.ts';
import { readPrivateKey } from '../../../../lib/signing-keys/reading/stored-private-key.ts';
import { certified } from '../../../support/signing-keys/certificate.ts';
import {
  ecPair,
  encryptedPkcs8,
  encryptedTraditional,
  pem,
  pkcs1,
  pkcs8,
  rsaPair,
  sec1,
  shownOf,
  spki,
} from '../../../support/signing-keys/keys.ts';

const ec = ecPair();
const other = ecPair();
const rsa = rsaPair(1024); // This reader does not judge sizes.

const whole = pkcs8(ec.privateKey);
const der = ec.privateKey.export({ type: 'pkcs8', format: 'der' });
const oneLine = (text: string, between: string): string => text.trimEnd().replaceAll('\n', between);
const derOf = (text: string): Buffer => Buffer.from(text.replace(/-----.*-----/g, ''), 'base64');
const inBase64 = (content: string | Buffer): string => Buffer.from(content).toString('base64');
const wrapped = (text: string): string => text.replaceAll(/.{76}/g, '$&\n');
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
const jwk = (key: KeyObject): Readonly<Record<string, unknown>> => ({ ...key.export({ format: 'jwk' }) });

const ecParameters = pem('EC PARAMETERS', Buffer.from('06082a8648ce3d030107', 'hex'));

/** The JSON that Google's console downloads for a service account, without its addresses. */
const serviceAccount = (key: string): string =>
  JSON.stringify({
    type: 'service_account',
    project_id: 'documents',
    private_key_id: '0123456789abcdef0123456789abcdef01234567',
    private_key: key,
    client_email: 'signer@documents.iam.gserviceaccount.com',
    token_uri: 'https://oauth2.googleapis.com/token',
  });

/** Tells whether a value is read as this key. */
function reads(value: string | Buffer, { privateKey }: { readonly privateKey: KeyObject } = ec): boolean {
  const text = typeof value === 'string' ? value : secretTextOf({ SecretBinary: value });
  const found = readPrivateKey(text);
  if (typeof found === 'string') throw new TypeError(found);
  return found.privateKey.equals(privateKey);
}

describe('A private key is read', () => {
  test.each<[string, string | Buffer]>([
    ['from PKCS#8', whole],
    ['from SEC1', sec1(ec.privateKey)],
    ['from SEC1 after its EC PARAMETERS', ecParameters + sec1(ec.privateKey)],
    ['from SEC1 labelled as PKCS#8', sec1(ec.privateKey).replaceAll('EC PRIVATE', 'PRIVATE')],
    ['with CRLF', oneLine(whole, '\r\n')],
    ['with CR alone', oneLine(whole, '\r')],
    ['with blank lines', oneLine(whole, '\n\n')],
    ['with blanks in place of line breaks, as the console stores it', oneLine(whole, ' ')],
    ['with nothing in place of line breaks', oneLine(whole, '')],
    ['without any white space', whole.replaceAll(/\s/g, '')],
    [String.raw`with a literal \n`, oneLine(whole, String.raw`\n`)],
    [String.raw`with a literal \r\n`, oneLine(whole, String.raw`\r\n`)],
    [String.raw`with a literal \\n`, oneLine(whole, String.raw`\\n`)],
    ['with indentation', oneLine(whole, '\n    ')],
    ['with tabs', oneLine(whole, '\n\t')],
    ['with no-break spaces', oneLine(whole, '\u00A0')],
    ['with the bytes of a byte order mark', Buffer.from(`\uFEFF${whole}`)],
    ['with a byte order mark', `\uFEFF${whole}`],
    ['with a byte order mark that was decoded as Latin-1', `\u00EF\u00BB\u00BF${whole}`],
    ['in UTF-16, as PowerShell 5 writes it', utf16(whole)],
    ['in UTF-16 with the other byte order', utf16(whole).swap16()],
    ['in UTF-16 that was decoded as Latin-1', utf16(whole).toString('latin1')],
    ['in "quotes"', `"${whole.trimEnd()}"`],
    ["in 'quotes'", `'${whole.trimEnd()}'`],
    ['in `quotes`', `\`${whole.trimEnd()}\``],
    ['in typographic quotes', `\u201C${whole.trimEnd()}\u201D`],
    ['as a JSON string', JSON.stringify(whole)],
    ['as a line of an environment file', `PRIVATE_KEY="${oneLine(whole, String.raw`\n`)}"`],
    ['from YAML', `privateKey: |\n  ${oneLine(whole, '\n  ')}\n`],
    ['with a hyphen too few at each end', oneLine(whole, '\n').slice(1, -1)],
    ['without its last line, if the key itself is whole', whole.slice(0, whole.indexOf('-----END'))],
    ['from base64 of PEM', inBase64(whole)],
    ['from base64 of PEM in lines', wrapped(inBase64(whole))],
    ['from base64url of PEM', Buffer.from(whole).toString('base64url')],
    ['from base64 of base64 of PEM', inBase64(inBase64(whole))],
    ['from base64 in quotes', `"${inBase64(whole)}"`],
    ['from base64 of DER', inBase64(der)],
    ['from base64 of DER in lines', wrapped(inBase64(der))],
    ['from base64 of DER in SEC1', inBase64(ec.privateKey.export({ type: 'sec1', format: 'der' }))],
    ['from a binary secret with PEM', Buffer.from(whole)],
    ['from a binary secret with DER', der],
    ['after its certificate', certified.certificate + whole],
    ['before its certificates', whole + certified.certificate + certified.certificate],
    ['after its public key', spki(ec.publicKey) + whole],
    ['before its public key', whole + spki(ec.publicKey)],
    [
      'among the attributes that openssl pkcs12 prints',
      `Bag Attributes\n    localKeyID: 2D D4 FD 62\nKey Attributes: <No Attributes>\n${whole}`,
    ],
    ['as the only member of a key/value secret', JSON.stringify({ 'any name': oneLine(whole, ' ') })],
    ['from {"privateKey"}, with blanks', JSON.stringify({ privateKey: oneLine(whole, ' ') })],
    [
      String.raw`from {"private_key"}, with \\n`,
      JSON.stringify({ private_key: oneLine(whole, String.raw`\n`) }),
    ],
    ['from a member with base64', JSON.stringify({ key: inBase64(whole) })],
    ['from a member with base64 of DER', JSON.stringify({ key: inBase64(der) })],
    ['from JSON with line breaks in a string, which JSON does not allow', `{"key": "${whole}"}`],
    [
      'beside members that hold no key',
      JSON.stringify({ user: 'signer', port: 443, none: null, key: whole }),
    ],
    [
      'beside its public key in another member',
      JSON.stringify({ public: spki(ec.publicKey), private: whole }),
    ],
    [
      'beside a member that speaks of a PRIVATE KEY',
      JSON.stringify({ about: 'our PRIVATE KEY', key: whole }),
    ],
    ['from the JSON of a service account', serviceAccount(whole)],
    ['from JSON in a JSON string in a member', JSON.stringify({ credentials: serviceAccount(whole) })],
    ['from JSON in base64', inBase64(serviceAccount(whole))],
    ['from a JWK', JSON.stringify(jwk(ec.privateKey))],
    [
      'from a JWK with other members',
      JSON.stringify({ ...jwk(ec.privateKey), use: 'sig', kid: 'k', alg: 'ES256' }),
    ],
    ['from a JWK set', JSON.stringify({ keys: [jwk(ec.privateKey)] })],
    ['from a JWK in base64', inBase64(JSON.stringify(jwk(ec.privateKey)))],
  ])('%s', (_, value) => {
    expect(reads(value)).toBe(true);
  });

  test.each<[string, string | Buffer]>([
    ['PKCS#1', pkcs1(rsa.privateKey)],
    ['PKCS#1 labelled as PKCS#8', pkcs1(rsa.privateKey).replaceAll('RSA PRIVATE', 'PRIVATE')],
    ['PKCS#8', oneLine(pkcs8(rsa.privateKey), ' ')],
    ['DER in PKCS#1', rsa.privateKey.export({ type: 'pkcs1', format: 'der' })],
    ['a JWK', JSON.stringify(jwk(rsa.privateKey))],
  ])('of RSA from %s', (_, value) => {
    expect(reads(value, rsa)).toBe(true);
  });
});

test('Public keys beside the private one are returned, to be compared with it', () => {
  const both = spki(ec.publicKey) + whole + spki(other.publicKey);
  expect(readPrivateKey(both)).toMatchObject({
    publicKeys: [ec.publicKey, other.publicKey].map(() => expect.objectContaining({ type: 'public' })),
  });
});

const openSsh = (kind: string): string =>
  pem('OPENSSH PRIVATE KEY', Buffer.concat([Buffer.from(`openssh-key-v1\0${kind}`), Buffer.alloc(90, 1)]));

const putty = `PuTTY-User-Key-File-3: ecdsa-sha2-nistp256
Encryption: none
Comment: a throwaway
Private-Lines: 1
AAAAIQDtdmFsdWUtb2Ytbm8ta2V5
`;

const CUT =
  'holds a private key of which a part is missing. Copy it again, with the lines "-----BEGIN" and "-----END"';
const DAMAGED =
  'holds a private key that cannot be read as one: characters were changed or added. Copy it again from its file';
const ENCRYPTED =
  'holds a private key that is encrypted with a passphrase. Decrypt a copy with ' +
  '`openssl pkcs8 -topk8 -nocrypt -in FILE -out key.pem`. Secrets Manager encrypts it again';
const HYPHENS =
  'holds PEM without the hyphens of "-----BEGIN … KEY-----": a word processor or a chat has changed or dropped them. ' +
  'Copy it again from its file';
const PUBLIC = 'holds a public key, which cannot sign. Store the private key that belongs to it';
const CERTIFICATE = 'holds a certificate, which cannot sign. Store the private key that belongs to it';
const PKCS12 =
  'holds a PKCS#12 file. Take the private key out with `openssl pkcs12 -in FILE -nodes -nocerts -out key.pem`';
const SSH_PUBLIC =
  'holds an SSH public key, which cannot sign. Store the private key: the file without ".pub" beside it';
const ARN =
  'holds an ARN, not a key. A private key of KMS never leaves it: make another one with `openssl genpkey`';
const FILE =
  'holds the name of a file, not its content. Write `file://` before the name in the AWS CLI (`fileb://` for binary)';
const JSON_FAULT =
  'begins like JSON but is not. Correct its quotes, commas and backslashes, or store the PEM alone';
const REPEATED =
  'holds JSON that names a member twice, and does not say which one counts. Remove one of them';
const OTHER = 'holds PEM, DER or a JWK, but no private RSA or EC key. Make one with `openssl genpkey`';
const JWK =
  'holds a private JWK that cannot be read. An EC key has crv, x, y and d; an RSA key n, e, d, p, q, dp, dq and qi';
const NONE =
  'holds no private key. Store one as PEM (PKCS#8, PKCS#1 or SEC1), DER or JWK; or {"state": "none"}. Document Engine\'s ' +
  'API token belongs into the secret that the stage parameter "documentEngineApiTokenSecretArn" names';

const sshKey =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMlZKL9mU7btMoATWbNyBZmwF5k=';

describe('Anything else is refused with the very fault and its cure, and no part of it is quoted', () => {
  test.each<[string, string | Buffer, string]>([
    ['nothing', '', 'is empty'],
    ['white space', ' \r\n\t', 'is empty'],
    [
      'more than Secrets Manager takes',
      ' '.repeat(87_385) + whole,
      'is longer than 65,536 bytes, the most that Secrets Manager takes. Store one private key alone',
    ],
    ['a key that was cut', whole.slice(0, 120), CUT],
    ['a key with a part missing in the middle', whole.replace(/(\n.+\n).{20}/, '$1'), CUT],
    ['base64 of DER that was cut', inBase64(der.subarray(0, -10)), CUT],
    ['a key without its first line', whole.slice(whole.indexOf('\n')), CUT],
    ['a key with elided characters', `${whole.slice(0, 40)}…${whole.slice(-30)}`, CUT],
    ['a key with a changed character', whole.replace('MIGHAgEA', 'MIGHBgEA'), DAMAGED],
    [
      'a key with a changed character in DER',
      inBase64(Buffer.concat([der.subarray(0, 12), Buffer.alloc(der.length - 12)])),
      DAMAGED,
    ],
    ['a key with characters too many', whole.replace('\n-----END', 'AAAA\n-----END'), DAMAGED],
    ['an em dash in place of hyphens', whole.replaceAll('-----', '\u2014\u2013'), HYPHENS],
    ['minus signs in place of hyphens', whole.replaceAll('-', '\u2212'), HYPHENS],
    ['no hyphens', whole.replaceAll('-', ''), HYPHENS],
    ['a public key without hyphens', spki(ec.publicKey).replaceAll('-', ''), HYPHENS],
    ['PKCS#8 under a passphrase', encryptedPkcs8(ec.privateKey), ENCRYPTED],
    ['SEC1 under a passphrase', encryptedTraditional(ec.privateKey, 'sec1'), ENCRYPTED],
    [
      'SEC1 under a passphrase, with blanks',
      oneLine(encryptedTraditional(ec.privateKey, 'sec1'), ' '),
      ENCRYPTED,
    ],
    [
      'DER under a passphrase',
      ec.privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' }),
      ENCRYPTED,
    ],
    ['an encrypted key in a member', JSON.stringify({ key: encryptedPkcs8(ec.privateKey) }), ENCRYPTED],
    [
      "OpenSSH's format",
      openSsh('ecdsa-sha2-nistp256'),
      'holds a private key in OpenSSH\'s own format. Convert a copy with `ssh-keygen -p -m PEM -N "" -f COPY`',
    ],
    [
      "Ed25519 in OpenSSH's format",
      openSsh('ssh-ed25519'),
      'holds an Ed25519 key of OpenSSH, and Document Engine verifies RSA and EC keys only. Make another key with `openssl genpkey`',
    ],
    [
      "PuTTY's format",
      putty,
      "holds a private key in PuTTY's format. Convert it with `puttygen FILE -O private-openssh -o key.pem`",
    ],
    ['PKCS#12', Buffer.from(`30818c020103${'00'.repeat(0x89)}`, 'hex'), PKCS12],
    ['PKCS#12 in base64', inBase64(Buffer.from(`30818c020103${'00'.repeat(0x89)}`, 'hex')), PKCS12],
    ['a public key', spki(ec.publicKey), PUBLIC],
    ['a public key in PKCS#1', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }), PUBLIC],
    ['a public key in DER', ec.publicKey.export({ type: 'spki', format: 'der' }), PUBLIC],
    ['a public JWK', JSON.stringify(jwk(ec.publicKey)), PUBLIC],
    ['a certificate', certified.certificate, CERTIFICATE],
    ['a certificate in DER', derOf(certified.certificate), CERTIFICATE],
    ['a certificate request in DER', derOf(certified.request), OTHER],
    [
      'a certificate request',
      certified.request,
      'holds a certificate request, which cannot sign. Store the private key that belongs to it',
    ],
    ['an SSH public key', `${sshKey} me@here`, SSH_PUBLIC],
    ['an SSH public key in a member', JSON.stringify({ key: sshKey }), SSH_PUBLIC],
    [
      'an SSH public key of RFC 4716',
      `---- BEGIN SSH2 PUBLIC KEY ----\nComment: "x"\n${sshKey.slice(20)}\n---- END SSH2 PUBLIC KEY ----`,
      SSH_PUBLIC,
    ],
    [
      'the ARN of a KMS key',
      'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      ARN,
    ],
    ['the name of a file', './keys/private-key.pem', FILE],
    ['the name of a file on Windows', String.raw`C:\Users\me\key.pem`, FILE],
    ['a file:// that the AWS CLI did not open', 'file://private-key', FILE],
    [
      'a symmetric JWK',
      '{"kty":"oct","k":"c2VjcmV0LW9mLW1hbnktYnl0ZXM"}',
      'holds a symmetric key, and Document Engine verifies RSA and EC keys only. Make one with `openssl genpkey`',
    ],
    ['an RSA JWK without its primes', JSON.stringify({ ...jwk(rsa.privateKey), p: undefined }), JWK],
    ['a DSA key', pem('DSA PRIVATE KEY', Buffer.from('3003020100', 'hex')), OTHER],
    [
      'a PGP key',
      '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQVYBF8\n-----END PGP PRIVATE KEY BLOCK-----',
      OTHER,
    ],
    ['DER of something else', Buffer.from(`308182${'3000'.repeat(0x41)}`, 'hex'), OTHER],
    ['EC PARAMETERS alone', ecParameters, NONE],
    ["Document Engine's API token", 'correct-horse-battery-staple', NONE],
    ['an API token that is base64', inBase64(Buffer.alloc(48, 7)), NONE],
    ['a member that is no key', '{"password": "correct horse battery staple"}', NONE],
    [
      'a key in eight layers of base64',
      Array.from({ length: 8 }).reduce((text: string) => inBase64(text), whole),
      NONE,
    ],
    ['lists within lists', '['.repeat(20_000) + ']'.repeat(20_000), NONE],
    ['JSON without members', '{}', NONE],
    ['a JSON list', '["correct horse battery staple"]', NONE],
    ['JSON that was cut', JSON.stringify({ key: whole }).slice(0, -2), JSON_FAULT],
    ['JSON with single quotes', `{'key': '${oneLine(whole, ' ')}'}`, JSON_FAULT],
    [
      'two private keys',
      sec1(ec.privateKey) + certified.certificate + pkcs8(other.privateKey),
      'holds 2 private keys, and does not say which one signs: EC PRIVATE KEY in block 1, PRIVATE KEY in block 3. Store one alone',
    ],
    [
      'two members with private keys',
      JSON.stringify({ current: whole, next: pkcs8(other.privateKey) }),
      'holds 2 private keys, and does not say which one signs: PRIVATE KEY in "current", PRIVATE KEY in "next". Store one alone',
    ],
    [
      'JSON that names a member twice, of which each reader picks another one',
      `{"key": ${JSON.stringify(whole)}, "k\\u0065y": ${JSON.stringify(pkcs8(other.privateKey))}}`,
      REPEATED,
    ],
    [
      'a JWK that names a member twice',
      JSON.stringify(jwk(ec.privateKey)).replace('{', '{"d":"AA",'),
      REPEATED,
    ],
    [
      'a private key in a member of a JWK',
      JSON.stringify({ ...jwk(ec.privateKey), other: pkcs8(other.privateKey) }),
      'holds 2 private keys, and does not say which one signs: JWK, PRIVATE KEY in "other". Store one alone',
    ],
    [
      'a private key and an encrypted one',
      whole + encryptedPkcs8(other.privateKey),
      'holds 2 private keys, and does not say which one signs: PRIVATE KEY in block 1, ENCRYPTED PRIVATE KEY in block 2. Store one alone',
    ],
    [
      'a member whose name could be a secret',
      JSON.stringify({ 'correct horse battery staple': whole, jwk: jwk(ec.privateKey) }),
      'holds 2 private keys, and does not say which one signs: PRIVATE KEY in member 1, JWK in "jwk". Store one alone',
    ],
    [
      'a JWK set of two',
      JSON.stringify({ keys: [jwk(ec.privateKey), jwk(other.privateKey)] }),
      'holds 2 private keys, and does not say which one signs: JWK in "0", JWK in "1". Store one alone',
    ],
    [
      'a damaged public key beside the private one',
      whole + spki(ec.publicKey).replace('MF', 'MG'),
      'holds a public key beside the private one that cannot be read. Copy both again, or store the private key alone',
    ],
  ])('%s', (_, value, message) => {
    const text = typeof value === 'string' ? value : secretTextOf({ SecretBinary: value });
    const fault = readPrivateKey(text);
    expect(fault).toBe(message);
    expect(shownOf(text, fault)).toEqual([]);
    // OpenSSL keeps a queue of errors. None must be left for the next key.
    expect(reads(whole)).toBe(true);
  });
});
