/**
 * WebCrypto's signatures, which can be given instead of made. So the work around signing can be timed without signing.
 *
 * The difference between a mint and signing alone would not tell it on a busy machine: while a mint waits for the thread that signs,
 * its core goes to other processes, and its own work goes on with the caches that those leave behind.
 */
export class Signatures {
  readonly #given: Promise<ArrayBuffer>;
  #areGiven = false;

  /** @param signature - what is given; of the length that the algorithm makes */
  constructor(signature: Uint8Array<ArrayBuffer>) {
    this.#given = Promise.resolve(signature.buffer);
    const { subtle } = globalThis.crypto;
    const sign = subtle.sign.bind(subtle);
    subtle.sign = (...request) => (this.#areGiven ? this.#given : sign(...request));
  }

  /** The same call, in which signatures are given. */
  given<Result>(call: () => Promise<Result>): () => Promise<Result> {
    return async () => {
      this.#areGiven = true;
      const result = await call();
      this.#areGiven = false;
      return result;
    };
  }
}
