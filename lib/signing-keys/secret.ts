import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import * as z from 'zod/mini';
import { unfitFor, ALGORITHMS, type Algorithm } from './algorithms.ts';
import { NoSigningKeyError, UnusableSigningKeyError } from './errors.ts';
import { assertSound } from './soundness/unsound.ts';

/** The key pair in the secret. Both halves are known to fit each other and the algorithm. */
export interface KeyPair {
  /** JOSE key id (RFC 7517 section 4.5). */
  readonly kid: string;
  readonly alg: Algorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const SecretValue = z.object({
  kid: z.string().check(z.minLength(1), z.maxLength(256)),
  alg: z.enum(ALGORITHMS),
  privateKey: z.string(),
  publicKey: z.string(),
  createdAt: z.string(),
});

const FORMS =
  'The secret must be {"kid", "alg", "privateKey": PKCS#8 PEM, "publicKey": SPKI PEM, "createdAt"} as JSON, ' +
  'a private key in PEM (PKCS#8, PKCS#1 or SEC1), or {"state": "none"}';

/**
 * Reads the value of the signing key secret.
 *
 * @param value - the `SecretString`
 * @param algorithm - the stage's algorithm, which is Document Engine's `JWT_ALGORITHM`
 * @throws NoSigningKeyError for `{"state": "none"}`
 * @throws UnusableSigningKeyError for any other value that cannot sign. Its message names the fault and the cure, and quotes
 * no part of the value
 */
export async function parseSigningKeySecret(
  value: string | undefined,
  algorithm: Algorithm,
): Promise<KeyPair> {
  const text = value?.trim();
  if (!text) {
    throw new UnusableSigningKeyError(`The secret has no text (SecretString). ${FORMS}`);
  }
  if (text.startsWith('{')) return fromJson(text, algorithm);
  const privateKey = readPrivateKey(text);
  assertFit(privateKey, algorithm);
  const publicKey = createPublicKey(privateKey);
  assertPair(privateKey, publicKey);
  return { kid: await thumbprint(publicKey), alg: algorithm, privateKey, publicKey };
}

/** Computes the JWK thumbprint of a key with SHA-256 (RFC 7638), which is the `kid` of a key without one. */
export async function thumbprint(publicKey: KeyObject): Promise<string> {
  return calculateJwkThumbprint(publicKey, 'sha256');
}

function fromJson(text: string, algorithm: Algorithm): KeyPair {
  const json = parseJson(text);
  if (z.safeParse(z.strictObject({ state: z.literal('none') }), json).success) throw new NoSigningKeyError();
  const parsed = z.safeParse(SecretValue, json);
  if (!parsed.success) {
    const fields = [...new Set(parsed.error.issues.map(({ path }) => `"${path.join('.')}"`))];
    throw new UnusableSigningKeyError(
      `In the secret's JSON, ${fields.join(', ')} is missing or wrong. ${FORMS}`,
    );
  }
  const { kid, alg } = parsed.data;
  if (alg !== algorithm) {
    throw new UnusableSigningKeyError(
      `The secret's key is for ${alg}, but the stage's algorithm is ${algorithm}. Document Engine takes one algorithm ` +
        'at a time: set the stage parameter "algorithm" to its JWT_ALGORITHM, or store a key for that algorithm',
    );
  }
  const privateKey = readPrivateKey(parsed.data.privateKey);
  const publicKey = readPublicKey(parsed.data.publicKey);
  assertFit(privateKey, alg);
  assertPair(privateKey, publicKey);
  return { kid, alg, privateKey, publicKey };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause: the parser's message quotes the secret.
    throw new UnusableSigningKeyError(`The secret begins like JSON but is not. ${FORMS}`);
  }
}

function readPrivateKey(pem: string): KeyObject {
  // `openssl ecparam -genkey` writes a block with the curve before the key. The key names the curve too.
  const label = /-----BEGIN (?!EC PARAMETERS-)([A-Z0-9 ]+)-----/.exec(pem)?.[1];
  if (label === undefined) {
    throw new UnusableSigningKeyError(`The secret holds no PEM ("-----BEGIN … KEY-----"). ${FORMS}`);
  }
  if (label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(pem)) {
    throw new UnusableSigningKeyError(
      'The private key is encrypted with a passphrase. Secrets Manager encrypts it already: store it decrypted, ' +
        'as `openssl pkcs8 -topk8 -nocrypt` writes it',
    );
  }
  if (label === 'OPENSSH PRIVATE KEY') {
    throw new UnusableSigningKeyError(
      'The private key is in OpenSSH\'s own format. Convert a copy with `ssh-keygen -p -m PKCS8 -N "" -f COPY`',
    );
  }
  if (!label.endsWith('PRIVATE KEY')) {
    throw new UnusableSigningKeyError(
      `The PEM holds a ${label.toLowerCase()}, which cannot sign. Store the private key that belongs to it`,
    );
  }
  if ((pem.match(/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/g) ?? []).length > 1) {
    throw new UnusableSigningKeyError(
      'The PEM holds more than one private key, and does not say which one signs. Store one alone',
    );
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw new UnusableSigningKeyError(
      `The PEM is labelled ${label} but cannot be read as one. Check that it was stored whole, with its line breaks`,
    );
  }
}

function readPublicKey(pem: string): KeyObject {
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) {
    throw new UnusableSigningKeyError(
      'The secret\'s "publicKey" must be SPKI PEM ("-----BEGIN PUBLIC KEY-----")',
    );
  }
  try {
    return createPublicKey(pem);
  } catch {
    throw new UnusableSigningKeyError('The secret\'s "publicKey" cannot be read as SPKI PEM');
  }
}

function assertFit(key: KeyObject, algorithm: Algorithm): void {
  const fault = unfitFor(key, algorithm);
  if (fault !== undefined) {
    throw new UnusableSigningKeyError(
      `${fault}. Store a key that fits, or change the stage parameter "algorithm"`,
    );
  }
  assertSound(key);
}

function assertPair(privateKey: KeyObject, publicKey: KeyObject): void {
  if (verifies(privateKey, publicKey)) return;
  throw new UnusableSigningKeyError(
    'The private and the public key in the secret are not halves of one pair. Store a whole pair; ' +
      '`openssl pkey -in private.pem -pubout` prints the public half of a private key',
  );
}

/**
 * Tells whether a public key verifies a signature of a private key. Comparing the public halves would prove nothing: a private
 * key only states its own. And after KeyObject.equals on two different types, Node cannot read the next key.
 */
function verifies(privateKey: KeyObject, publicKey: KeyObject): boolean {
  const probe = Buffer.from('probe');
  try {
    return verify('sha256', probe, publicKey, sign('sha256', probe, privateKey));
  } catch {
    return false; // OpenSSL throws if the numbers do not form a key.
  }
}
