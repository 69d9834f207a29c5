import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../../../tools/cli/errors.ts';
import { readKeyFile } from '../../../../../tools/cli/keys/key-file.ts';
import {
  ecPair,
  encryptedPkcs8,
  encryptedTraditional,
  pem,
  pkcs1,
  pkcs8,
  rsaPair,
  sec1,
  secretJson,
  shownOf,
  spki,
  type Pair,
} from '../../../../support/signing-keys/keys.ts';

let directory: string;
let files = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-key-file-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** Writes a file that only its owner may read, unless given. */
async function file(content: string | Buffer, mode = 0o600): Promise<string> {
  const path = join(directory, `key-${(files += 1)}.pem`);
  await writeFile(path, content, { mode });
  return path;
}

/** Returns the error with which reading it must fail. */
async function refusal(path: string): Promise<UsageError> {
  const error: unknown = await readKeyFile(path, 'ES256').catch((thrown: unknown) => thrown);
  if (error instanceof UsageError) return error;
  throw new TypeError('it was not refused');
}

const es256 = ecPair();

const forms: readonly (readonly [string, (pair: Pair) => string])[] = [
  ['PKCS#8', ({ privateKey }) => pkcs8(privateKey)],
  ['SEC1', ({ privateKey }) => sec1(privateKey)],
  [
    'SEC1 after EC PARAMETERS',
    ({ privateKey }) => pem('EC PARAMETERS', Buffer.from('06082a8648ce3d030107', 'hex')) + sec1(privateKey),
  ],
  ['PKCS#8 with CRLF line ends', ({ privateKey }) => pkcs8(privateKey).replaceAll('\n', '\r\n')],
];

test.each(forms)('a private key in %s is read', async (_form, pemOf) => {
  const { alg, publicKey } = await readKeyFile(await file(pemOf(es256)), 'ES256');
  expect(alg).toBe('ES256');
  expect(publicKey.equals(es256.publicKey)).toBe(true);
});

const wrong: readonly (readonly [string, string | Buffer, string])[] = [
  ['is empty', '', 'is empty.'],
  ['holds white space', ' \n', 'is empty.'],
  ['holds JSON', JSON.stringify(secretJson(es256, 'ES256')), 'holds JSON.'],
  ['holds DER', es256.privateKey.export({ type: 'pkcs8', format: 'der' }), 'openssl pkey -inform DER'],
  ['holds a public key of ssh', 'ecdsa-sha2-nistp256 AAAA', 'holds no PEM'],
  ['holds a public key', spki(es256.publicKey), 'The PEM holds a public key, which cannot sign'],
  ['holds a certificate', pem('CERTIFICATE', Buffer.from('x')), 'The PEM holds a certificate'],
  ['is encrypted', encryptedPkcs8(es256.privateKey), 'openssl pkcs8 -topk8 -nocrypt'],
  ['is encrypted as PEM was', encryptedTraditional(es256.privateKey, 'sec1'), 'encrypted with a passphrase'],
  ['is of OpenSSH', pem('OPENSSH PRIVATE KEY', Buffer.from('x')), 'ssh-keygen -p -m PKCS8'],
  ['is on another curve', sec1(ecPair('secp384r1').privateKey), 'ES256 needs an EC key on curve P-256'],
  ['is a short RSA key', pkcs1(rsaPair(1024).privateKey), 'ES256 needs an EC key on curve P-256'],
  ['was cut short', pkcs8(es256.privateKey).replace(/\n.{20}/, '\n'), 'cannot be read as one'],
];

test.each(wrong)(
  'a file that %s is refused, and the message quotes nothing of it',
  async (_name, content, message) => {
    const path = await file(content);
    const error = await refusal(path);
    expect(error.message).toContain(path);
    expect(error.message).toContain(message);
    expect(shownOf(content.toString(), error)).toEqual([]);
  },
);

test('an RSA key that is too short for the algorithm is refused', async () => {
  const path = await file(pkcs1(rsaPair(1024).privateKey));
  await expect(readKeyFile(path, 'RS256')).rejects.toThrow(
    'RS256 needs an RSA key of at least 2048 bits, and this one has 1024',
  );
});

test('a directory, and a missing file, are reported as such', async () => {
  expect((await refusal(directory)).message).toBe(`${directory} is a directory, not a file.`);
  const none = join(directory, 'none');
  expect((await refusal(none)).message).toBe(`There is no file "none" in ${directory}.`);
});

test.each([0o644, 0o640, 0o604, 0o622, 0o602])(
  'a private key that others can read, or replace by their own, by mode %i, is refused',
  async (mode) => {
    const path = await file(pkcs8(es256.privateKey));
    await chmod(path, mode);
    expect((await refusal(path)).message).toContain(
      `${path} can be read or written by others on this machine`,
    );
  },
);
