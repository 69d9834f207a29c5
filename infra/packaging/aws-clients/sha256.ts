import { createHash, createHmac } from 'node:crypto';
import type { Checksum, SourceData } from '@smithy/types';
import { InvariantError } from '../../../lib/runtime/errors.ts';

interface Hashing {
  update(data: string | Uint8Array): unknown;
  digest(): Uint8Array;
}

/** SHA-256 or, with a key, HMAC-SHA-256, by Node.js. The SDK's own class brings an implementation in JavaScript along. */
export class Sha256 implements Checksum {
  readonly #hash: Hashing;

  constructor(key?: SourceData) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key));
  }

  update(data: SourceData): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  /** @throws InvariantError: a signature uses each instance once */
  reset(): never {
    throw new InvariantError('A hash of the AWS clients is used once');
  }
}

function bytesOf(data: SourceData): string | Uint8Array {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
