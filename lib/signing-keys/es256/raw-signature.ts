import { InvariantError } from '../../runtime/errors.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** The bytes of r, and those of s, on P-256. */
const NUMBER_BYTES = 32;

/**
 * Converts an ECDSA signature on P-256 from OpenSSL's form to JOSE's.
 *
 * @param der - a SEQUENCE of the INTEGERs r and s (RFC 3279 section 2.2.3)
 * @returns r and s in 32 bytes each, in big-endian order (RFC 7518 section 3.4)
 * @throws InvariantError if it is anything else
 */
export function rawSignatureOf(der: Uint8Array): ArrayBuffer {
  const raw = new Uint8Array(2 * NUMBER_BYTES);
  // Two numbers of 33 bytes and their tags make 70 bytes, so each length is a single byte.
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) throw noSignature();
  const s = copyNumber(der, 2, raw, 0);
  const end = copyNumber(der, s, raw, NUMBER_BYTES);
  if (end !== der.length) throw noSignature();
  return raw.buffer;
}

/** @returns the place after the INTEGER that begins at `at` */
function copyNumber(der: Uint8Array, at: number, raw: Uint8Array, to: number): number {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  if (der[at] !== INTEGER || length === 0) throw noSignature();
  const [first = 0, second = 0] = [der[at + 2], der[at + 3]];
  // DER puts a zero before a number whose first bit is set, as it would be negative otherwise. r and s are never zero themselves.
  const padded = first === 0;
  const digits = padded ? length - 1 : length;
  if (digits > NUMBER_BYTES || (padded ? second : first) >= 0x80 !== padded) throw noSignature();
  raw.set(der.subarray(end - digits, end), to + NUMBER_BYTES - digits);
  return end;
}

function noSignature(): InvariantError {
  return new InvariantError(
    'OpenSSL made an ES256 signature that is not two DER integers of at most 32 bytes',
  );
}
