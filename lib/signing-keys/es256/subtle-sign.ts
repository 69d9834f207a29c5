import { sign, webcrypto, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { rawSignatureOf } from './raw-signature.ts';

type Request = Parameters<webcrypto.SubtleCrypto['sign']>;

/** A signature that was asked for in this turn of the event loop. */
interface Asked {
  readonly data: Uint8Array;
  readonly key: KeyObject;
  readonly resolve: (signature: Promise<ArrayBuffer>) => void;
}

const signOnThreadPool = promisify(sign);

/** Each ES256 key in OpenSSL's form. That form can be exported, so it never leaves this module. */
const opensslKeys = new WeakMap<webcrypto.CryptoKey, KeyObject>();

let askedInThisTurn: Asked[] = [];

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
 * Takes the place of `crypto.subtle.sign` in a bundle (docs/decisions/0013-signatures-in-bundles.md). It signs ES256 by OpenSSL if
 * {@link importEs256Key} has imported the key, which takes a quarter of the time. WebCrypto makes every other signature.
 *
 * A signature alone is made in this thread: waking another one takes longer. Several of one turn of the event loop, such as those of
 * a batch, are made on the thread pool.
 */
export function subtleSign(...request: Request): Promise<ArrayBuffer> {
  const [algorithm, cryptoKey, data] = request;
  const key = isEcdsaWithSha256(algorithm) ? opensslKeys.get(cryptoKey) : undefined;
  if (key === undefined || !(data instanceof Uint8Array)) return webcrypto.subtle.sign(...request);
  return new Promise((resolve) => {
    // WebCrypto copies the data too, so its owner may overwrite it at once.
    askedInThisTurn.push({ data: data.slice(), key, resolve });
    // Node.js runs all promise callbacks before the next tick, so the whole batch has asked by then.
    if (askedInThisTurn.length === 1) process.nextTick(signAll);
  });
}

function isEcdsaWithSha256(algorithm: Request[0]): boolean {
  if (typeof algorithm === 'string') return false;
  return algorithm.name === 'ECDSA' && 'hash' in algorithm && algorithm.hash === 'SHA-256';
}

function signAll(): void {
  const asked = askedInThisTurn;
  askedInThisTurn = [];
  const signed = asked.length === 1 ? signedHere : signedOnThreadPool;
  for (const { data, key, resolve } of asked) resolve(signed(data, key));
}

function signedHere(data: Uint8Array, key: KeyObject): Promise<ArrayBuffer> {
  return Promise.try(() => rawSignatureOf(sign('sha256', data, key)));
}

async function signedOnThreadPool(data: Uint8Array, key: KeyObject): Promise<ArrayBuffer> {
  return rawSignatureOf(await signOnThreadPool('sha256', data, key));
}
