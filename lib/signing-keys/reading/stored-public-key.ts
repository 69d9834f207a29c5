import type { KeyObject } from 'node:crypto';
import { unfitFor, type Algorithm } from '../algorithms.ts';
import { FAULTS } from './advice.ts';
import { keysIn, type Found } from './found.ts';

const PUBLIC_FAULTS: Partial<Readonly<Record<Found['is'], string>>> = {
  public:
    'holds a public key that cannot be read: characters are missing or were changed. Copy it again from its file',
  certificate:
    'holds a certificate that cannot be read: characters are missing or were changed. Copy it again from its file',
  sshPublic: 'holds an SSH public key. Convert it with `ssh-keygen -e -m PKCS8 -f FILE.pub`',
  request: 'holds a certificate request. Print its public key with `openssl req -in FILE -noout -pubkey`',
  hyphens: FAULTS.hyphens,
  file: 'holds the name of a file. Write its content',
};

/**
 * Reads the one public key of a value that people have written into a stage, in each form that can mean one thing only: PEM with
 * damaged line breaks (SPKI, PKCS#1, or a certificate), base64, or a JWK.
 *
 * @param algorithm - the algorithm that the key must fit; absent = any
 * @returns the key, or the fault with its cure: a clause without a subject, which quotes no part of the value
 */
export function readPublicKey(value: string, algorithm?: Algorithm): KeyObject | string {
  const found = keysIn(value);
  if (found.some(({ secret }) => secret)) {
    return (
      'holds a private key. Everyone who can read the stage can sign with it: replace this key at Document Engine and at its ' +
      'backend, and write the public half of the new one. `openssl pkey -in FILE -pubout` prints it'
    );
  }
  if (found.some(({ is }) => is === 'repeated')) return FAULTS.repeated;
  const keys = new Map(
    found.flatMap(({ key }) =>
      key ? [[key.export({ type: 'spki', format: 'der' }).toString('hex'), key] as const] : [],
    ),
  );
  if (keys.size > 1) return `holds ${keys.size} different public keys. Write one alone`;
  const [key] = keys.values();
  if (key !== undefined) return (algorithm && unfitFor(key, algorithm)) ?? key;
  return (
    PUBLIC_FAULTS[found[0]?.is ?? 'none'] ??
    'must be none, or the public key of the backend that is replaced, in PEM ("-----BEGIN PUBLIC KEY-----")'
  );
}
