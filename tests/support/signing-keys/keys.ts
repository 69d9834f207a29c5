import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { type Algorithm } from '../../../lib/signing-keys/index.ts';

export interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Generates an EC pair on a curve by its OpenSSL name; P-256 unless given. */
export const ecPair = (namedCurve = 'prime256v1'): Pair => generateKeyPairSync('ec', { namedCurve });

/** Generates an RSA pair. */
export const rsaPair = (modulusLength = 2048, publicExponent = 65_537): Pair =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });

/** Generates a pair for an algorithm. */
export function pairFor(algorithm: Algorithm): Pair {
  switch (algorithm) {
    case 'ES256':
      return ecPair();
    case 'ES512':
      return ecPair('secp521r1');
    case 'RS256':
    case 'RS512':
      return rsaPair();
  }
}

/** Writes DER as PEM, in lines of 64 characters (RFC 7468). */
export function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Writes a private key as PKCS#8 PEM. */
export const pkcs8 = (key: KeyObject): string =>
  pem('PRIVATE KEY', key.export({ type: 'pkcs8', format: 'der' }));

/** Writes a private RSA key as PKCS#1 PEM. */
export const pkcs1 = (key: KeyObject): string =>
  pem('RSA PRIVATE KEY', key.export({ type: 'pkcs1', format: 'der' }));

/** Writes a private EC key as SEC1 PEM. */
export const sec1 = (key: KeyObject): string =>
  pem('EC PRIVATE KEY', key.export({ type: 'sec1', format: 'der' }));

/** Writes a public key as SPKI PEM. */
export const spki = (key: KeyObject): string =>
  pem('PUBLIC KEY', key.export({ type: 'spki', format: 'der' }));

/** Writes a private key as PKCS#8 PEM, encrypted with a passphrase. */
export const encryptedPkcs8 = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'a passphrase' }).toString();

/** Writes a private key as traditional PEM (RFC 1421), encrypted with a passphrase. */
export const encryptedTraditional = (key: KeyObject, type: 'pkcs1' | 'sec1'): string =>
  key.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'a passphrase' }).toString();

/** Makes the JSON form of the signing key's secret. */
export const secretJson = (
  { privateKey, publicKey }: Pair,
  alg: string,
  kid = 'the-key',
): Readonly<Record<string, string>> => ({
  kid,
  alg,
  privateKey: pkcs8(privateKey),
  publicKey: spki(publicKey),
  createdAt: '2026-01-31T12:00:00Z',
});

/**
 * Finds parts of a secret in an error: every run of 12 characters of the secret's values that occurs in the error, its hidden
 * properties or its causes. Field names and PEM labels do not count as secret.
 */
export function shownOf(secret: string, error: unknown): string[] {
  const shown = inspect(error, { depth: Infinity, showHidden: true, maxStringLength: Infinity });
  const values = secret
    .replaceAll(/-----(BEGIN|END) [A-Z0-9 ]+-----/g, '\n')
    .split(/[\r\n]|\\n|"/)
    .filter((value) => value.length >= 12);
  return values.flatMap((value) =>
    Array.from({ length: value.length - 11 }, (_, start) => value.slice(start, start + 12)).filter((run) =>
      shown.includes(run),
    ),
  );
}
