import {
  DocumentEngineRefusalError,
  type DocumentEngineClient,
  type JwtSecret,
} from '../document-engine/index.ts';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import { MINUTE, type Seconds } from '../runtime/time.ts';
import { DocumentEngineUnexpectedError } from './errors.ts';

/**
 * Document Engine's list of public keys, as one run sees it: read once, and again only after the run has written to it. The
 * lease keeps other runs from writing meanwhile.
 *
 * Document Engine answers 400 or 404 also for reasons that are no fault: it may have the key already, or an entry may have
 * expired since it was listed. Such a refusal is given back, and the list that is read after it decides.
 */
export class KeyList {
  readonly #documentEngine: DocumentEngineClient;
  #entries: readonly JwtSecret[] | undefined;

  constructor(documentEngine: DocumentEngineClient) {
    this.#documentEngine = documentEngine;
  }

  /** The entries that have not expired, the current one among them. */
  async entries(): Promise<readonly JwtSecret[]> {
    return (this.#entries ??= await this.#documentEngine.listSecrets());
  }

  /** The entries that have not expired, but for the current one. */
  async others(): Promise<readonly JwtSecret[]> {
    return (await this.entries()).filter(({ expiresAt }) => expiresAt !== undefined);
  }

  /** Adds a public key (SPKI PEM) that expires at a moment in Unix seconds. */
  add(publicKey: string, expiresAt: Seconds): Promise<DocumentEngineRefusalError | undefined> {
    return this.#write(() => this.#documentEngine.addSecret(publicKey, expiresAt));
  }

  /** Changes until when an entry lives, in Unix seconds; a moment that is past ends it at once. */
  changeExpiry(id: number, expiresAt: Seconds): Promise<DocumentEngineRefusalError | undefined> {
    return this.#write(() => this.#documentEngine.changeExpiry(id, expiresAt));
  }

  /** Makes a public key (SPKI PEM) the current one. @throws DocumentEngineRefusalError too: that it is refused is a fault */
  async rotate(publicKey: string): Promise<void> {
    this.#entries = undefined;
    await this.#documentEngine.rotateSecret(publicKey);
  }

  /**
   * Shortens the life of every entry but the current one, as far as it is longer than it may be, and makes sure of it.
   *
   * @param limitOf - until when an entry may live, in Unix seconds; a moment that is past ends it at once
   * @throws DocumentEngineUnexpectedError if the list shows one that lives longer all the same
   */
  async shorten(limitOf: (entry: JwtSecret) => Seconds): Promise<void> {
    const tooLong = (entry: JwtSecret): boolean =>
      entry.expiresAt !== undefined && entry.expiresAt > limitOf(entry);
    for (const entry of (await this.entries()).filter(tooLong)) {
      await this.changeExpiry(entry.id, limitOf(entry));
    }
    const left = (await this.entries()).filter(tooLong);
    if (left.length === 0) return;
    throw new DocumentEngineUnexpectedError(
      `Document Engine keeps public keys longer than it was told (ids ${left.map(({ id }) => id).join(', ')} of ` +
        'GET /api/secrets/jwt). They verify tokens until they expire',
    );
  }

  async #write(call: () => Promise<void>): Promise<DocumentEngineRefusalError | undefined> {
    // Also before one that fails: it may have taken effect.
    this.#entries = undefined;
    try {
      await call();
      return undefined;
    } catch (error) {
      if (error instanceof DocumentEngineRefusalError && (error.status === 400 || error.status === 404))
        return error;
      throw error;
    }
  }
}

/** An expiry that ends an entry at once, though clocks differ; Unix seconds. */
export function longPast(clock: Clock): Seconds {
  return secondsOf(clock) - 5 * MINUTE;
}

/** Tells whether an entry lives at least until a moment, in Unix seconds. */
export function livesUntil({ expiresAt }: JwtSecret, moment: Seconds): boolean {
  return expiresAt === undefined || expiresAt >= moment;
}
