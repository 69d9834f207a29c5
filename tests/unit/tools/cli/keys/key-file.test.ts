import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../../../tools/cli/errors.ts';
import { thumbprint } from '../../../../../lib/signing-keys/index.ts';
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

const forms: readonly (readonly [string, (pair: Pair) => string | Buffer])[] = [
  ['PKCS#8', ({ privateKey }) => pkcs8(privateKey)],
  ['SEC1', ({ privateKey }) => sec1(privateKey)],
  [
    'SEC1 after EC PARAMETERS',
    ({ privateKey }) => pem('EC PARAMETERS', Buffer.from('06082a8648ce3d030107', 'hex')) + sec1(privateKey),
  ],
  ['PKCS#8 with CRLF line ends', ({ privateKey }) => pkcs8(privateKey).replaceAll('\n', '\r\n')],
  ['DER', ({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'der' })],
  [
    'UTF-16, as PowerShell 5 writes it',
    ({ privateKey }) => Buffer.from(`\uFEFF${pkcs8(privateKey)}`, 'utf16le'),
  ],
  ['base64', ({ privateKey }) => Buffer.from(sec1(privateKey)).toString('base64')],
  ['a JWK', ({ privateKey }) => JSON.stringify(privateKey.export({ format: 'jwk' }))],
  ["the JSON of this service's secret, and not its kid", (pair) => JSON.stringify(secretJson(pair, 'ES256'))],
];

test.each(forms)('a private key in %s is read', async (_form, contentOf) => {
  const { kid, alg, publicKey } = await readKeyFile(await file(contentOf(es256)), 'ES256');
  expect({ kid, alg }).toEqual({ kid: await thumbprint(es256.publicKey), alg: 'ES256' });
  expect(publicKey.equals(es256.publicKey)).toBe(true);
});

const wrong: readonly (readonly [string, string | Buffer, string])[] = [
  ['is empty', '', 'It is empty.'],
  ['holds white space', ' \n', 'It is empty.'],
  ['holds no key yet', '{"state": "none"}', 'It holds {"state": "none"}, which means that there is no key.'],
  ['holds a public key of ssh', 'ecdsa-sha2-nistp256 AAAA', 'It holds an SSH public key'],
  ['is larger than any key', ' '.repeat(65_536) + pkcs8(es256.privateKey), 'is larger than any private key.'],
  ['holds a public key', spki(es256.publicKey), 'It holds a public key, which cannot sign'],
  ['holds a certificate', pem('CERTIFICATE', Buffer.from('x')), 'It holds a certificate'],
  ['is encrypted', encryptedPkcs8(es256.privateKey), 'openssl pkcs8 -topk8 -nocrypt'],
  ['is encrypted as PEM was', encryptedTraditional(es256.privateKey, 'sec1'), 'encrypted with a passphrase'],
  ['is of OpenSSH', pem('OPENSSH PRIVATE KEY', Buffer.from('x')), 'ssh-keygen -p -m PEM'],
  ['is on another curve', sec1(ecPair('secp384r1').privateKey), 'ES256 needs an EC key on curve P-256'],
  ['is a short RSA key', pkcs1(rsaPair(1024).privateKey), 'ES256 needs an EC key on curve P-256'],
  ['was cut short', pkcs8(es256.privateKey).slice(0, 100), 'a part is missing'],
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

describe.each<[string, string | Buffer]>([
  ['PEM', pkcs8(es256.privateKey)],
  ['DER', es256.privateKey.export({ type: 'pkcs8', format: 'der' })],
  ['base64', Buffer.from(pkcs8(es256.privateKey)).toString('base64')],
  ['PEM under a passphrase', encryptedPkcs8(es256.privateKey)],
])('A private key in %s', (_form, content) => {
  test.each([0o644, 0o640, 0o604, 0o622, 0o602])(
    'that others can read, or replace by their own, by mode %i, is refused',
    async (mode) => {
      const path = await file(content);
      await chmod(path, mode);
      expect((await refusal(path)).message).toContain(
        `${path} can be read or written by others on this machine`,
      );
    },
  );
});

test('A public key that others can read is refused because it is public, not because they can read it', async () => {
  const path = await file(spki(es256.publicKey), 0o644);
  expect((await refusal(path)).message).toContain('holds a public key, which cannot sign');
});
