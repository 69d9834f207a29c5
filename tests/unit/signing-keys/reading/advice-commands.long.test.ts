import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretTextOf } from '../../../../lib/runtime/secret-value.ts';
import { parseSigningKeySecret, type Algorithm } from '../../../../lib/signing-keys/index.ts';
import { FAULTS } from '../../../../lib/signing-keys/reading/advice.ts';
import { readPrivateKey } from '../../../../lib/signing-keys/reading/stored-private-key.ts';
import { readPublicKey } from '../../../../lib/signing-keys/reading/stored-public-key.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'layermint-conversions-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Runs a command line in the directory. A message has the same, with other names of files. */
function run(command: string, answers: Readonly<Record<string, string>> = {}): string {
  const words = command.split(' ').map((word) => answers[word] ?? word.replace(/^""$/, ''));
  const [program = '', ...parameters] = words;
  return execFileSync(program, parameters, {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

const content = (file: string): string => secretTextOf({ SecretBinary: readFileSync(join(directory, file)) });

/** Gives the command of a message, which is between backquotes. */
const commandIn = (message: unknown): string =>
  (typeof message === 'string' ? /`([^`]+)`/.exec(message)?.[1] : undefined) ?? '';

const GENERATE: Readonly<Record<Algorithm, string>> = {
  ES256: '-algorithm EC -pkeyopt ec_paramgen_curve:P-256',
  ES512: '-algorithm EC -pkeyopt ec_paramgen_curve:P-521',
  RS256: '-algorithm RSA -pkeyopt rsa_keygen_bits:2048',
  RS512: '-algorithm RSA -pkeyopt rsa_keygen_bits:2048',
};

const cases = (['ES256', 'ES512', 'RS256'] as const).map((algorithm) => [algorithm] as const);

const generate = (algorithm: Algorithm): string =>
  run(`openssl genpkey ${GENERATE[algorithm]} -out plain.pem`);

/** Makes the certificate of the key in plain.pem. */
const certify = (): string =>
  run('openssl req -x509 -new -key plain.pem -subj /CN=throwaway -days 1 -out certificate.pem');

/** Expects that a file has the key that was generated, and that the stage can sign with it. */
async function expectGenerated(file: string, algorithm: Algorithm): Promise<void> {
  const generated = await parseSigningKeySecret(content('plain.pem'), algorithm);
  expect((await parseSigningKeySecret(content(file), algorithm)).kid).toBe(generated.kid);
}

test.each(cases)(
  'The command for a key under a passphrase gives a key that is read, for %s',
  async (algorithm) => {
    generate(algorithm);
    for (const encrypt of [
      'openssl pkcs8 -topk8 -in plain.pem -passout pass:x -out FILE',
      'openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES -in plain.pem -passout pass:x -out FILE',
      'openssl pkey -in plain.pem -traditional -aes128 -passout pass:x -out FILE',
      'openssl pkcs8 -topk8 -in plain.pem -passout pass:x -outform DER -out FILE',
    ]) {
      run(encrypt);
      expect(readPrivateKey(content('FILE'))).toBe(FAULTS.encrypted);
      run(`${commandIn(FAULTS.encrypted)} -passin pass:x${encrypt.includes('DER') ? ' -inform DER' : ''}`);
      await expectGenerated('key.pem', algorithm);
    }
  },
);

test.each(cases)('The command for PKCS#12 gives a key that is read, for %s', async (algorithm) => {
  generate(algorithm);
  certify();
  run('openssl pkcs12 -export -inkey plain.pem -in certificate.pem -passout pass:x -name signing -out FILE');
  expect(readPrivateKey(content('FILE'))).toBe(FAULTS.pkcs12);

  run(`${commandIn(FAULTS.pkcs12)} -passin pass:x`);

  expect(content('key.pem')).toMatch(/^Bag Attributes/);
  await expectGenerated('key.pem', algorithm);
  // The command without -nocerts prints the certificate too.
  run('openssl pkcs12 -in FILE -nodes -out all.pem -passin pass:x');
  await expectGenerated('all.pem', algorithm);
});

test.each([
  ['ES256', '-t ecdsa -b 256'],
  ['ES512', '-t ecdsa -b 521'],
  ['RS256', '-t rsa -b 2048'],
] as const)("The command for OpenSSH's format gives a key that is read, for %s", async (algorithm, type) => {
  run(`ssh-keygen -q ${type} -f COPY -N ""`);
  expect(readPrivateKey(content('COPY'))).toBe(FAULTS.openssh);
  expect(readPrivateKey(content('COPY.pub'))).toBe(FAULTS.sshPublic);

  const converted = run(commandIn(readPublicKey(content('COPY.pub'), algorithm)), { 'FILE.pub': 'COPY.pub' });
  run(commandIn(FAULTS.openssh));

  const { publicKey } = await parseSigningKeySecret(content('COPY'), algorithm);
  expect(publicKey.export({ type: 'spki', format: 'pem' })).toBe(converted);
  expect(readPublicKey(converted, algorithm)).toMatchObject({ type: 'public' });
});

test('An Ed25519 key of OpenSSH stays in its format, so no conversion is proposed', () => {
  run('ssh-keygen -q -t ed25519 -f COPY -N ""');
  expect(readPrivateKey(content('COPY'))).toBe(FAULTS.openssh25519);
  run(commandIn(FAULTS.openssh));
  expect(readPrivateKey(content('COPY'))).toBe(FAULTS.openssh25519);
});

test.each(cases)('Everything else that openssl writes is read, for %s', async (algorithm) => {
  generate(algorithm);
  certify();
  const { publicKey } = await parseSigningKeySecret(content('plain.pem'), algorithm);
  run('openssl pkey -in plain.pem -traditional -out traditional.pem');
  run('openssl pkey -in plain.pem -outform DER -out key.der');
  run('openssl pkey -in plain.pem -traditional -outform DER -out traditional.der');
  run('openssl pkey -in plain.pem -text -out text.pem');
  for (const file of ['traditional.pem', 'key.der', 'traditional.der', 'text.pem'])
    await expectGenerated(file, algorithm);
  run('openssl req -new -key plain.pem -subj /CN=throwaway -out FILE');
  for (const written of [
    content('certificate.pem'),
    run('openssl pkey -in plain.pem -pubout'),
    run(commandIn(readPublicKey(content('FILE'), algorithm))),
  ]) {
    const read = readPublicKey(written, algorithm);
    expect(typeof read !== 'string' && read.equals(publicKey)).toBe(true);
  }
});

test('A key with its curve before it, as openssl ecparam writes it, is read', async () => {
  run('openssl ecparam -name prime256v1 -genkey -out plain.pem');
  expect(content('plain.pem')).toMatch(/^-----BEGIN EC PARAMETERS-----/);
  expect(await parseSigningKeySecret(content('plain.pem'), 'ES256')).toMatchObject({ alg: 'ES256' });
});
