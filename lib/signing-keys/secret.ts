import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import * as z from 'zod/mini';
import { jsonIn, plainTextOf, unquoted } from '../runtime/secret-value.ts';
import { unfitFor, ALGORITHMS, type Algorithm } from './algorithms.ts';
import { NoSigningKeyError, UnusableSigningKeyError } from './errors.ts';
import { readPrivateKey } from './reading/stored-private-key.ts';
import { assertSound } from './soundness/unsound.ts';

/** The key pair in the secret. Both halves are known to fit each other and the algorithm. */
export interface KeyPair {
  /** JOSE key id (RFC 7517 section 4.5). */
  readonly kid: string;
  readonly alg: Algorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The part of our own JSON that says something of the key. */
const Stated = z.object({
  kid: z.nullish(z.string().check(z.minLength(1), z.maxLength(256))),
  alg: z.nullish(z.enum(ALGORITHMS)),
});

/**
 * Reads the value of the signing key secret: `{"state": "none"}`, or a private key in any form that `readPrivateKey` takes.
 *
 * In the JSON that rotation writes, which has the key in `privateKey`, the members `kid` and `alg` count if they are there. In
 * every other form, the `kid` is the thumbprint, and the algorithm the stage's.
 *
 * @param value - the text of the secret, as `secretTextOf` gives it
 * @param algorithm - the stage's algorithm, which is Document Engine's `JWT_ALGORITHM`
 * @param subject - begins the sentences about the value
 * @throws NoSigningKeyError for `{"state": "none"}`
 * @throws UnusableSigningKeyError for any other value that cannot sign. Its message names the fault and the cure, and quotes
 * no part of the value
 */
export async function parseSigningKeySecret(
  value: string | undefined,
  algorithm: Algorithm,
  subject = 'The secret',
): Promise<KeyPair> {
  const text = unquoted(plainTextOf(value ?? ''));
  const json = text.startsWith('{') ? jsonIn(text) : undefined;
  if (z.safeParse(z.strictObject({ state: z.literal('none') }), json).success) throw new NoSigningKeyError();
  const found = readPrivateKey(text);
  if (typeof found === 'string') throw new UnusableSigningKeyError(`${subject} ${found}`);
  const kid = statedKid(json, algorithm, subject);
  const { privateKey, publicKeys } = found;
  assertFit(privateKey, algorithm);
  const publicKey = createPublicKey(privateKey);
  for (const half of [publicKey, ...publicKeys]) assertPair(privateKey, half);
  return { kid: kid ?? (await thumbprint(publicKey)), alg: algorithm, privateKey, publicKey };
}

/** Computes the JWK thumbprint of a key with SHA-256 (RFC 7638), which is the `kid` of a key without one. */
export async function thumbprint(publicKey: KeyObject): Promise<string> {
  return calculateJwkThumbprint(publicKey, 'sha256');
}

/** Reads the `kid` of our own JSON, and compares its `alg` with the stage's. */
function statedKid(json: unknown, algorithm: Algorithm, subject: string): string | null | undefined {
  if (typeof json !== 'object' || json === null || !('privateKey' in json)) return undefined;
  const { data, error } = z.safeParse(Stated, json);
  if (error !== undefined) {
    const members = error.issues.map(({ path }) => `"${path.join('.')}"`).join(' and ');
    throw new UnusableSigningKeyError(
      `${subject} holds JSON with a wrong ${members}. "kid" is a text of 1 to 256 characters, and "alg" is one of ` +
        `${ALGORITHMS.join(', ')}. Correct them or leave them out`,
    );
  }
  if ((data.alg ?? algorithm) !== algorithm) {
    throw new UnusableSigningKeyError(
      `${subject} holds a key for ${data.alg ?? ''}, but the stage's algorithm is ${algorithm}. Document Engine takes one algorithm ` +
        'at a time: set the stage parameter "algorithm" to its JWT_ALGORITHM, or store a key for that algorithm',
    );
  }
  return data.kid;
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
    'The private key and the public key beside it are not halves of one pair. Store a whole pair; ' +
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
