import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { Fault } from './advice.ts';

/**
 * Reads the header of a DER SEQUENCE (X.690 section 8.1), which is the outermost part of every key.
 *
 * @returns the number of bytes that it says it has; undefined if the bytes do not begin so
 */
function statedLength(der: Buffer): number | undefined {
  const [tag, first = 0] = der;
  if (tag !== 0x30) return undefined;
  if (first < 0x80) return 2 + first;
  const size = first - 0x80;
  return size > 0 && size <= 3 && der.length >= 2 + size ? 2 + size + der.readUIntBE(2, size) : undefined;
}

/** Tells whether bytes are one DER SEQUENCE, without a byte too few or too many. */
export const isWhole = (der: Buffer): boolean => statedLength(der) === der.length;

/** Tells whether bytes are missing at the end of a DER SEQUENCE. */
export const isCut = (der: Buffer): boolean => der.length < (statedLength(der) ?? 1);

/** Reads a private key. Its structure tells PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and SEC1 (RFC 5915) apart, not its label. */
export function privateKeyIn(key: Buffer): KeyObject | undefined {
  return (
    read(() => createPrivateKey({ key, format: 'der', type: 'pkcs8' })) ??
    read(() => createPrivateKey({ key, format: 'der', type: 'pkcs1' })) ??
    read(() => createPrivateKey({ key, format: 'der', type: 'sec1' }))
  );
}

/** Reads a public key: SPKI (RFC 5280 section 4.1) or PKCS#1. */
export function publicKeyIn(key: Buffer): KeyObject | undefined {
  return (
    read(() => createPublicKey({ key, format: 'der', type: 'spki' })) ??
    read(() => createPublicKey({ key, format: 'der', type: 'pkcs1' }))
  );
}

/** Reads the public key of a certificate (RFC 5280 section 4.1). */
export function certifiedKeyIn(certificate: Buffer): KeyObject | undefined {
  return read(() => new X509Certificate(certificate).publicKey);
}

/** Calls OpenSSL. Its errors are dropped, because they can quote the input. */
export function read(make: () => KeyObject): KeyObject | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/**
 * Guesses the kind of DER that is not a key to read, by its first bytes: the version of PKCS#12 is 3 (RFC 7292 section 4), and that
 * of a private key 0 or 1. An encrypted one (PKCS#8) names an algorithm of PKCS#5 or PKCS#12.
 */
export function kindOfDer(der: Buffer): Fault {
  const start = der.toString('hex', 0, 48);
  const [, version] = /^30(?:[0-7].|81..|82.{4}|83.{6})02010([013])/.exec(start) ?? [];
  if (version !== undefined) return version === '3' ? 'pkcs12' : 'damaged';
  return /2a864886f70d01(?:05|0c)/.test(start) ? 'encrypted' : 'other';
}
