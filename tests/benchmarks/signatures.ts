/**
 * WebCrypto's signatures, which can be replaced with a given one: a measurement that counts calls does not wait for real ones.
 */
export class Signatures {
  readonly #given: Promise<ArrayBuffer>;
  #areGiven = false;

  /** @param signature - the given signature; as long as one of the algorithm */
  constructor(signature: Uint8Array<ArrayBuffer>) {
    this.#given = Promise.resolve(signature.buffer);
    const { subtle } = globalThis.crypto;
    const sign = subtle.sign.bind(subtle);
    subtle.sign = (...request) => (this.#areGiven ? this.#given : sign(...request));
  }

  /** Makes the same call with the given signature in place of real ones. */
  given<Result>(call: () => Promise<Result>): () => Promise<Result> {
    return async () => {
      this.#areGiven = true;
      const result = await call();
      this.#areGiven = false;
      return result;
    };
  }
}
