/**
 * Calls `use` in turn with WebCrypto as it is and with signatures that are given instead of made, which tells the work around
 * signing from signing itself.
 *
 * The difference of two times, with and without signing, would not: signing waits for a thread, the waiting thread's core goes to
 * other processes meanwhile, and what they did to its caches is then paid by the work around, more the busier the machine is.
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
