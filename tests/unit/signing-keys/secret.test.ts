import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import {
  ALGORITHMS,
  NoSigningKeyError,
  parseSigningKeySecret,
  UnusableSigningKeyError,
  type Algorithm,
  type KeyPair,
} from '../../../lib/signing-keys/index.ts';
import {
  ecPair,
  encryptedPkcs8,
  encryptedTraditional,
  pairFor,
  pem,
  pkcs1,
  pkcs8,
  rsaPair,
  sec1,
  secretJson,
  shownOf,
  spki,
  type Pair,
} from '../../support/signing-keys/keys.ts';

const es256 = ecPair();
const rs256 = rsaPair();
const otherEs256 = ecPair();

/** Expects that the pair that was read is this one, and signs. */
function expectPair(read: KeyPair, { publicKey }: Pair): void {
  expect(read.publicKey.equals(publicKey)).toBe(true);
  const data = Buffer.from('data');
  expect(verify('sha256', data, publicKey, sign('sha256', data, read.privateKey))).toBe(true);
}

async function kidOf(publicKey: KeyObject): Promise<string> {
  return calculateJwkThumbprint(await exportJWK(publicKey), 'sha256');
}

const json = (pair: Pair, changes: Readonly<Record<string, unknown>>, alg = 'ES256'): string =>
  JSON.stringify({ ...secretJson(pair, alg), ...changes });

describe('The JSON form', () => {
  test.each(ALGORITHMS)('holds a pair for %s, with its own kid', async (algorithm) => {
    const pair = pairFor(algorithm);
    const read = await parseSigningKeySecret(JSON.stringify(secretJson(pair, algorithm, 'k1')), algorithm);
    expect(read).toMatchObject({ kid: 'k1', alg: algorithm });
    expectPair(read, pair);
  });

  test('may be indented and surrounded by whitespace', async () => {
    const text = `\n\t${JSON.stringify(secretJson(es256, 'ES256'), undefined, 2)}\r\n`;
    expectPair(await parseSigningKeySecret(text, 'ES256'), es256);
  });

  test.each([
    ['kid', { kid: undefined }],
    ['kid but null', { kid: null }],
    ['alg', { kid: undefined, alg: undefined }],
    ['public key', { kid: undefined, publicKey: undefined }],
    ['time', { kid: undefined, createdAt: undefined }],
  ])(
    'without a %s is read, and has the thumbprint as its kid and the algorithm of the stage',
    async (_, left) => {
      const read = await parseSigningKeySecret(json(es256, left), 'ES256');
      expect(read).toMatchObject({ kid: await kidOf(es256.publicKey), alg: 'ES256' });
      expectPair(read, es256);
    },
  );

  test('keeps its kid if it has no algorithm', async () => {
    expect(await parseSigningKeySecret(json(es256, { alg: undefined }), 'ES256')).toMatchObject({
      kid: 'the-key',
    });
  });

  test.each([
    ['a member of another name', JSON.stringify({ kid: 'k', alg: 'RS512', key: pkcs8(es256.privateKey) })],
    ['a JWK', JSON.stringify({ ...es256.privateKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS512' })],
  ])(
    'is the only form with a kid and an algorithm of its own: those beside %s do not count',
    async (_, text) => {
      const read = await parseSigningKeySecret(text, 'ES256');
      expect(read).toMatchObject({ kid: await kidOf(es256.publicKey), alg: 'ES256' });
    },
  );

  test('may have members that nothing reads', async () => {
    const text = JSON.stringify({ ...secretJson(es256, 'ES256'), madeBy: 'rotation' });
    expectPair(await parseSigningKeySecret(text, 'ES256'), es256);
  });

  test.each(['{"state":"none"}', ' { "state" : "none" }\n', '\uFEFF"{\\"state\\":\\"none\\"}"'])(
    'says that there is no key yet: %j',
    async (text) => {
      await expect(parseSigningKeySecret(text, 'ES256')).rejects.toThrow(NoSigningKeyError);
    },
  );
});

describe('A bare private key in PEM', () => {
  const withCrlf = (text: string): string => text.replaceAll('\n', '\r\n');
  // As `openssl ecparam -name prime256v1 -genkey` writes it.
  const ecParameters = (oid: string): string => pem('EC PARAMETERS', Buffer.from(oid, 'hex'));

  test.each([
    ['PKCS#8', pkcs8(es256.privateKey)],
    ['SEC1', sec1(es256.privateKey)],
    ['SEC1 after its EC PARAMETERS', ecParameters('06082a8648ce3d030107') + sec1(es256.privateKey)],
    ['PKCS#8 with CRLF line ends', withCrlf(pkcs8(es256.privateKey))],
    [
      'SEC1 after its EC PARAMETERS with CRLF',
      withCrlf(ecParameters('06082a8648ce3d030107') + sec1(es256.privateKey)),
    ],
    ['PKCS#8 with whitespace around it', `\n\n  ${pkcs8(es256.privateKey)}\t\n `],
    ['PKCS#8 without a last line end', pkcs8(es256.privateKey).trimEnd()],
    ['PKCS#8 after a byte order mark', `\uFEFF${pkcs8(es256.privateKey)}`],
    ['PKCS#8 after a comment', `Bag Attributes\n    friendlyName: signing\n${pkcs8(es256.privateKey)}`],
  ])('is read from %s for ES256', async (_, text) => {
    const read = await parseSigningKeySecret(text, 'ES256');
    expect(read).toMatchObject({ kid: await kidOf(es256.publicKey), alg: 'ES256' });
    expectPair(read, es256);
  });

  test.each([
    ['PKCS#8', pkcs8],
    ['SEC1', sec1],
    ['SEC1 after its EC PARAMETERS', (key: KeyObject) => ecParameters('06052b81040023') + sec1(key)],
  ])('is read from %s for ES512', async (_, write) => {
    const pair = pairFor('ES512');
    expectPair(await parseSigningKeySecret(write(pair.privateKey), 'ES512'), pair);
  });

  test.each([
    ['PKCS#8', 'RS256', pkcs8(rs256.privateKey)],
    ['PKCS#1', 'RS256', pkcs1(rs256.privateKey)],
    ['PKCS#1', 'RS512', pkcs1(rs256.privateKey)],
    ['PKCS#1 with CRLF line ends', 'RS512', withCrlf(pkcs1(rs256.privateKey))],
  ] as const)('is read from %s for %s', async (_, algorithm, text) => {
    const read = await parseSigningKeySecret(text, algorithm);
    expect(read).toMatchObject({ kid: await kidOf(rs256.publicKey), alg: algorithm });
    expectPair(read, rs256);
  });
});

/** An OpenSSH private key file as far as its first field; nothing reads further. */
const openSsh = pem(
  'OPENSSH PRIVATE KEY',
  Buffer.concat([Buffer.from('openssh-key-v1\0'), Buffer.alloc(90, 1)]),
);

const certificate = `-----BEGIN CERTIFICATE-----
MIIBijCCAS+gAwIBAgIUESRuUT2qwrVek/enr4aXxH4EAf0wCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwObGF5ZXJtaW50LXRlc3QwIBcNMjYxMTI0MDQxMjI0WhgPMjEy
NjEwMzEwNDEyMjRaMBkxFzAVBgNVBAMMDmxheWVybWludC10ZXN0MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAE4fkxFuDmdFOURXIdu5XPm5L+smJjBGyzxeq/uF0A
2E9yYjeS99UdIN5uIdlueC4CgZo9zhq3uU8vWQMKftIiC6NTMFEwHQYDVR0OBBYE
FCVqP4PGQsGg2J7T6dGBBtSraSYoMB8GA1UdIwQYMBaAFCVqP4PGQsGg2J7T6dGB
BtSraSYoMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAJop+n3g
YPtaqnvWP1tAzapBlY3T4itWDDbmk+uuJCQGAiEAzdu9U4mQwFbGV5S0EwSYuU4x
4Ic9h9pAqgvZn5KduG8=
-----END CERTIFICATE-----
`;

/** Makes an EC key in SEC1 that states another key's public half. */
function withPublicHalfOf({ privateKey }: Pair, other: Pair): string {
  const der = privateKey.export({ type: 'sec1', format: 'der' });
  const point = other.privateKey.export({ type: 'sec1', format: 'der' }).subarray(-64);
  return pem('EC PRIVATE KEY', Buffer.concat([der.subarray(0, -64), point]));
}

/** Makes an RSA key with the private numbers of another modulus, so that OpenSSL may throw. */
function withModulusOf({ privateKey }: Pair, other: Pair): string {
  const der = privateKey.export({ type: 'pkcs1', format: 'der' });
  const modulus = other.privateKey.export({ type: 'pkcs1', format: 'der' }).subarray(12, 12 + 256);
  return pem('RSA PRIVATE KEY', Buffer.concat([der.subarray(0, 12), modulus, der.subarray(12 + 256)]));
}

const rsaPss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const p384 = ecPair('secp384r1');
const whole = pkcs8(es256.privateKey);

/** Makes a JWK with the form of a private RSA key. Its numbers mean nothing. */
const rsaOfBits = (bits: number): string => {
  const n = Buffer.alloc(Math.ceil(bits / 8), 0xff).fill(2 ** ((bits - 1) % 8), 0, 1);
  const [d, p, q, dp, dq, qi] = Array<string>(6).fill('Aw');
  return JSON.stringify({ kty: 'RSA', n: n.toString('base64url'), e: 'AQAB', d, p, q, dp, dq, qi });
};

describe('A secret is refused with a message that names the cure and quotes no part of it', () => {
  test.each<[string, Algorithm, string | undefined, RegExp]>([
    [
      'RSA of 1024 bits',
      'RS256',
      pkcs8(rsaPair(1024).privateKey),
      /at least 2048 bits, and this one has 1024\. Store a key that fits/,
    ],
    [
      'RSA of 2047 bits',
      'RS512',
      pkcs8(rsaPair(2047).privateKey),
      /at least 2048 bits, and this one has 2047/,
    ],
    [
      'RSA that would keep the process busy for minutes',
      'RS256',
      rsaOfBits(16_385),
      /at most 16384 bits, and this one has 16385/,
    ],
    [
      'RSA with the exponent 3',
      'RS256',
      pkcs1(rsaPair(2048, 3).privateKey),
      /at least 65537, and this one's is 3/,
    ],
    [
      'RSA for ES256',
      'ES256',
      pkcs8(rs256.privateKey),
      /ES256 needs an EC key on curve P-256, and this is a key of type rsa.*stage parameter "algorithm"/,
    ],
    ['EC for RS256', 'RS256', whole, /RS256 needs an RSA key, and this is a key of type ec/],
    ['RSA-PSS', 'RS256', pkcs8(rsaPss.privateKey), /RS256 needs an RSA key, and this is an RSA-PSS key/],
    ['Ed25519 for ES256', 'ES256', pkcs8(ed25519.privateKey), /P-256, and this is a key of type ed25519/],
    ['Ed25519 for RS512', 'RS512', pkcs8(ed25519.privateKey), /RSA key, and this is a key of type ed25519/],
    ['P-384 for ES256', 'ES256', sec1(p384.privateKey), /P-256, and this one is on secp384r1/],
    [
      'secp256k1 for ES256',
      'ES256',
      pkcs8(ecPair('secp256k1').privateKey),
      /P-256, and this one is on secp256k1/,
    ],
    [
      'P-256 for ES512',
      'ES512',
      whole,
      /ES512 needs an EC key on curve P-521, and this one is on prime256v1/,
    ],
    ['P-384 in the JSON form', 'ES256', json(p384, {}), /P-256, and this one is on secp384r1/],
    [
      'encrypted PKCS#8',
      'ES256',
      encryptedPkcs8(es256.privateKey),
      /encrypted with a passphrase.*openssl pkcs8 -topk8 -nocrypt/,
    ],
    [
      'encrypted PKCS#8 in the JSON form',
      'ES256',
      json(es256, { privateKey: encryptedPkcs8(es256.privateKey) }),
      /encrypted with a passphrase/,
    ],
    [
      'encrypted PKCS#1',
      'RS256',
      encryptedTraditional(rs256.privateKey, 'pkcs1'),
      /encrypted with a passphrase/,
    ],
    [
      'encrypted SEC1 with CRLF',
      'ES256',
      encryptedTraditional(es256.privateKey, 'sec1').replaceAll('\n', '\r\n'),
      /encrypted with a passphrase/,
    ],
    [
      'a public key',
      'ES256',
      spki(es256.publicKey),
      /holds a public key, which cannot sign\. Store the private key/,
    ],
    [
      'a public key in place of the private one',
      'ES256',
      json(es256, { privateKey: spki(es256.publicKey) }),
      /holds a public key, which cannot sign/,
    ],
    ['a certificate', 'ES256', certificate, /holds a certificate, which cannot sign/],
    [
      'EC PARAMETERS alone',
      'ES256',
      pem('EC PARAMETERS', Buffer.from('06082a8648ce3d030107', 'hex')),
      /holds no private key/,
    ],
    [
      'two private keys',
      'ES256',
      pkcs8(es256.privateKey) + pkcs8(otherEs256.privateKey),
      /holds 2 private keys, and does not say which one signs/,
    ],
    ['OpenSSH', 'ES256', openSsh, /OpenSSH's own format\. Convert a copy with `ssh-keygen -p -m PEM/],
    [
      'halves of two pairs',
      'ES256',
      json(es256, { publicKey: spki(otherEs256.publicKey) }),
      /not halves of one pair.*openssl pkey/,
    ],
    [
      'halves of two kinds',
      'ES256',
      json(es256, { publicKey: spki(rs256.publicKey) }),
      /not halves of one pair/,
    ],
    [
      "a private key that states another's public half",
      'ES256',
      withPublicHalfOf(es256, otherEs256),
      /not halves of one pair/,
    ],
    [
      'the same in the JSON form',
      'ES256',
      json(otherEs256, { privateKey: withPublicHalfOf(es256, otherEs256) }),
      /not halves of one pair/,
    ],
    [
      'an RSA key with a foreign modulus',
      'RS256',
      withModulusOf(rs256, rsaPair()),
      /not the product of its two primes/,
    ],
    [
      'a private key in place of the public one',
      'ES256',
      json(es256, { publicKey: whole }),
      /holds 2 private keys.*PRIVATE KEY in "privateKey", PRIVATE KEY in "publicKey"/,
    ],
    [
      'a broken public key',
      'ES256',
      json(es256, { publicKey: spki(es256.publicKey).replace('MF', 'MG') }),
      /holds a public key beside the private one that cannot be read/,
    ],
    [
      'a private key that was cut',
      'ES256',
      whole.slice(0, 120),
      /holds a private key of which a part is missing/,
    ],
    [
      'a key beside a public key of another pair',
      'ES256',
      spki(otherEs256.publicKey) + whole,
      /not halves of one pair/,
    ],
    [
      "an algorithm other than the stage's",
      'RS256',
      json(es256, {}),
      /holds a key for ES256, but the stage's algorithm is RS256.*"algorithm".*JWT_ALGORITHM/,
    ],
    [
      "the hash other than the stage's",
      'RS512',
      json(rs256, {}, 'RS256'),
      /holds a key for RS256, but the stage's algorithm is RS512/,
    ],
    [
      'an algorithm that there is not',
      'ES256',
      json(es256, { alg: 'ES384' }),
      /JSON with a wrong "alg".*one of ES256, ES512, RS256, RS512/,
    ],
    ['an empty kid', 'ES256', json(es256, { kid: '' }), /JSON with a wrong "kid".*1 to 256 characters/],
    [
      'a kid of 257 characters',
      'ES256',
      json(es256, { kid: 'k'.repeat(257) }),
      /JSON with a wrong "kid".*1 to 256 characters/,
    ],
    ['a kid that is not a text', 'ES256', json(es256, { kid: 5 }), /JSON with a wrong "kid"/],
    [
      'a wrong kid and a wrong algorithm',
      'ES256',
      json(es256, { kid: '', alg: 'none' }),
      /JSON with a wrong "kid" and "alg"/,
    ],
    [
      'no private key',
      'ES256',
      json(es256, { privateKey: undefined }),
      /holds a public key, which cannot sign/,
    ],
    ['a private key that is not a text', 'ES256', json(es256, { privateKey: 5 }), /holds a public key/],
    [
      'an unknown state',
      'ES256',
      '{"state": "some other state"}',
      /holds no private key.*or \{"state": "none"\}/,
    ],
    [
      'a state beside other members',
      'ES256',
      '{"state": "none", "privateKey": "correct horse battery"}',
      /holds no private key/,
    ],
    ['a text that begins like JSON', 'ES256', `{"privateKey": ${whole}}`, /begins like JSON but is not/],
    ['JSON that was cut', 'ES256', json(es256, {}).slice(0, -20), /begins like JSON but is not/],
    ['a JSON list', 'ES256', '["a secret, but which one?"]', /holds no private key/],
    [
      'any other text',
      'ES256',
      'correct horse battery staple',
      /holds no private key.*PKCS#8, PKCS#1 or SEC1/,
    ],
    ['the empty text', 'ES256', '', /^The secret is empty$/],
    ['whitespace', 'ES256', ' \r\n\t', /^The secret is empty$/],
    ['nothing', 'ES256', undefined, /^The secret is empty$/],
  ])('%s (%s)', async (_, algorithm, secret, message) => {
    const error: unknown = await parseSigningKeySecret(secret, algorithm).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnusableSigningKeyError);
    expect(error).toMatchObject({ code: 'SIGNING_KEY_UNUSABLE', message: expect.stringMatching(message) });
    expect(shownOf(secret ?? '', error)).toEqual([]);
    // OpenSSL keeps a queue of errors. None must be left for the next key.
    expectPair(await parseSigningKeySecret(whole, 'ES256'), es256);
  });
});

test('A key with one damaged byte is refused, or signs as its public half verifies', async () => {
  const der = es256.privateKey.export({ type: 'sec1', format: 'der' });
  const refusals: boolean[] = [];
  for (let place = 0; place < der.length; place += 1) {
    const damaged = Buffer.from(der);
    damaged.writeUInt8(damaged.readUInt8(place) ^ 1, place);
    try {
      const read = await parseSigningKeySecret(pem('EC PRIVATE KEY', damaged), 'ES256');
      expectPair(read, read);
    } catch (error) {
      expect(error).toBeInstanceOf(UnusableSigningKeyError);
      refusals.push(true);
    }
  }
  // OpenSSL ignores a few bytes, such as the version of the format.
  expect(refusals.length).toBeGreaterThan(der.length - 5);
});
