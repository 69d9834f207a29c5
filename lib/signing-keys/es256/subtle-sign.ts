import { sign, webcrypto, type KeyObject } from 'node:crypto';
import { rawSignatureOf } from './raw-signature.ts';

type Request = Parameters<webcrypto.SubtleCrypto['sign']>;

/** Each ES256 key in OpenSSL's form. That form can be exported, so it never leaves this module. */
const opensslKeys = new WeakMap<webcrypto.CryptoKey, KeyObject>();

/** True from a signature in this thread until the promise callbacks that waited by then have run, such as those of the same batch. */
let isOfBatch = false;

/**
 * Imports an ES256 key for {@link subtleSign}, as not extractable.
 *
 * @throws the error of Node.js if it is not a private key on P-256
 */
export function importEs256Key(privateKey: KeyObject): webcrypto.CryptoKey {
  const key = privateKey.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  opensslKeys.set(key, privateKey);
  return key;
}

/**
 * Takes the place of `crypto.subtle.sign` in a bundle (docs/decisions/0013-signatures-in-bundles.md). It makes an ES256 signature in this
 * thread if {@link importEs256Key} has imported the key: WebCrypto wakes another thread, which takes longer than the signature. Of
 * several that are asked for at once, such as those of a batch, the thread pool makes all but the first. WebCrypto makes every other
 * signature.
 */
export function subtleSign(...request: Request): Promise<ArrayBuffer> {
  const [algorithm, cryptoKey, data] = request;
  const key = isEcdsaWithSha256(algorithm) ? opensslKeys.get(cryptoKey) : undefined;
  if (key === undefined || !(data instanceof Uint8Array)) return webcrypto.subtle.sign(...request);
  if (isOfBatch) return signedOnThreadPool(data, key);
  isOfBatch = true;
  queueMicrotask(() => {
    isOfBatch = false;
  });
  return Promise.try(() => rawSignatureOf(sign('sha256', data, key)));
}

/** Node.js copies the data at once, as WebCrypto does. */
function signedOnThreadPool(data: Uint8Array, key: KeyObject): Promise<ArrayBuffer> {
  const signed = new Promise<Uint8Array>((resolve, reject) => {
    sign('sha256', data, key, (error, der) => {
      if (error) reject(error);
      else resolve(der);
    });
  });
  return signed.then(rawSignatureOf);
}

function isEcdsaWithSha256(algorithm: Request[0]): boolean {
  if (typeof algorithm === 'string') return false;
  return algorithm.name === 'ECDSA' && 'hash' in algorithm && algorithm.hash === 'SHA-256';
}
