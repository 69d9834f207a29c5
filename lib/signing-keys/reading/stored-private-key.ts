import type { KeyObject } from 'node:crypto';
import { FAULTS } from './advice.ts';
import { keysIn } from './found.ts';

/** The private key of a value, and the public keys beside it. They are not compared yet. */
export interface PrivateKeyFound {
  readonly privateKey: KeyObject;
  readonly publicKeys: readonly KeyObject[];
}

/**
 * Reads the one private key of a value that people have stored, in each form that can mean one thing only: PEM with damaged
 * line breaks, DER or PEM in base64, a JWK, a member of JSON. Certificates beside it are skipped.
 *
 * @returns the key, or the fault with its cure: a clause that continues a sentence about the value, and quotes no part of it
 */
export function readPrivateKey(value: string): PrivateKeyFound | string {
  if (value.trim() === '') return FAULTS.empty;
  const found = keysIn(value);
  if (found.some(({ is }) => is === 'repeated')) return FAULTS.repeated;
  // Any text can have the words of a line of PEM.
  const secrets = found.filter(({ is, secret }) => secret !== undefined && is !== 'hyphens');
  if (secrets.length > 1) {
    const names = secrets.slice(0, 4).map(({ secret }) => secret);
    return `holds ${secrets.length} private keys, and does not say which one signs: ${names.join(', ')}. Store one alone`;
  }
  const { is = 'none', key } = secrets[0] ?? found[0] ?? {};
  if (is !== 'private' || key === undefined) return FAULTS[is === 'private' ? 'damaged' : is];
  const publics = found.filter((other) => other.is === 'public');
  const publicKeys = publics.flatMap((other) => other.key ?? []);
  return publicKeys.length < publics.length ? FAULTS.damagedPublic : { privateKey: key, publicKeys };
}
