import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { type Algorithm } from '../../../lib/signing-keys/index.ts';

/** Both halves of a key. */
export interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A new EC pair, on a curve by OpenSSL's name. */
export const ecPair = (namedCurve = 'prime256v1'): Pair => generateKeyPairSync('ec', { namedCurve });

/** A new RSA pair. */
export const rsaPair = (modulusLength = 2048, publicExponent = 65_537): Pair =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });

/** A new pair of an algorithm. */
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

/** DER in PEM, in lines of 64 characters (RFC 7468). */
export function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** A private key in PKCS#8 PEM. */
export const pkcs8 = (key: KeyObject): string =>
  pem('PRIVATE KEY', key.export({ type: 'pkcs8', format: 'der' }));

/** A private RSA key in PKCS#1 PEM. */
export const pkcs1 = (key: KeyObject): string =>
  pem('RSA PRIVATE KEY', key.export({ type: 'pkcs1', format: 'der' }));

/** A private EC key in SEC1 PEM. */
export const sec1 = (key: KeyObject): string =>
  pem('EC PRIVATE KEY', key.export({ type: 'sec1', format: 'der' }));

/** A public key in SPKI PEM. */
export const spki = (key: KeyObject): string =>
  pem('PUBLIC KEY', key.export({ type: 'spki', format: 'der' }));

/** A private key in PKCS#8 PEM, encrypted with a passphrase. */
export const encryptedPkcs8 = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'a passphrase' }).toString();

/** A private key in its traditional PEM (RFC 1421), encrypted with a passphrase. */
export const encryptedTraditional = (key: KeyObject, type: 'pkcs1' | 'sec1'): string =>
  key.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'a passphrase' }).toString();

/** The secret's JSON form. */
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
 * What an error shows of a secret: every run of 12 characters of the secret's values that is found anywhere in the
 * error, its hidden properties and its causes. Names of fields and labels of PEM are no secret.
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
