import {
  DocumentEngineRefusalError,
  DocumentEngineUnavailableError,
  type DocumentEngineClient,
  type JwtSecret,
} from '../document-engine/index.ts';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import { Deadline } from '../runtime/deadline.ts';
import { MINUTE, toMilliseconds, type Seconds } from '../runtime/time.ts';
import { DocumentEngineUnexpectedError } from './errors.ts';

const ROTATE_ATTEMPTS = 3;

/**
 * Document Engine's list of public keys during one run. It is read once, and again only after the run has written to it. The
 * lease keeps other runs from writing at the same time.
 *
 * A 400 or 404 of Document Engine need not be a fault: it may have the key already, or an entry may have expired since it was
 * listed. Such a refusal is returned instead of thrown. The list that is read next decides.
 */
export class KeyList {
  readonly #documentEngine: DocumentEngineClient;
  #entries: readonly JwtSecret[] | undefined;

  constructor(documentEngine: DocumentEngineClient) {
    this.#documentEngine = documentEngine;
  }

  /** Lists the entries that have not expired, including the current one. */
  async entries(): Promise<readonly JwtSecret[]> {
    return (this.#entries ??= await this.#documentEngine.listSecrets());
  }

  /** Lists the entries that have not expired, except the current one. */
  async others(): Promise<readonly JwtSecret[]> {
    return (await this.entries()).filter(({ expiresAt }) => expiresAt !== undefined);
  }

  /** Finds the current entry, which never expires; undefined if the list shows none. */
  async current(): Promise<JwtSecret | undefined> {
    return (await this.entries()).find(({ expiresAt }) => expiresAt === undefined);
  }

  /** Adds a public key (SPKI PEM) with an expiry in Unix seconds. @returns the refusal, if it is 400 or 404 */
  add(publicKey: string, expiresAt: Seconds): Promise<DocumentEngineRefusalError | undefined> {
    return this.#write(() => this.#documentEngine.addSecret(publicKey, expiresAt));
  }

  /** Sets the expiry of an entry, in Unix seconds; a past one ends it. @returns the refusal, if it is 400 or 404 */
  changeExpiry(id: number, expiresAt: Seconds): Promise<DocumentEngineRefusalError | undefined> {
    return this.#write(() => this.#documentEngine.changeExpiry(id, expiresAt));
  }

  /**
   * Makes a public key (SPKI PEM) the current one. If Document Engine fails, it is asked again, unless the list shows that only the
   * answer was lost.
   *
   * @throws DocumentEngineRefusalError for any refusal, 400 and 404 included
   */
  async rotate(publicKey: string): Promise<void> {
    const before = (await this.current())?.id;
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#entries = undefined;
        await this.#documentEngine.rotateSecret(publicKey);
        return;
      } catch (error) {
        if (!(error instanceof DocumentEngineUnavailableError) || attempt === ROTATE_ATTEMPTS) throw error;
        if ((await this.current())?.id !== before) return;
      }
    }
  }

  /**
   * Shortens every entry that expires after its limit, except the current one, and verifies the result in the list.
   *
   * @param limitOf - gives the latest expiry of an entry, in Unix seconds. A past one ends the entry at once
   * @throws DocumentEngineUnexpectedError if the list still shows an entry that expires after its limit
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
    // Before the call, since a call that fails may still have taken effect.
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

/** The rest of an entry's life if Document Engine refuses to end it at once. */
const SOON: Seconds = 10;

/**
 * Ends entries other than the current one at their limit, at once unless given, and verifies the result in the list.
 *
 * @param entries - `limit`: Unix seconds
 * @throws DocumentEngineUnexpectedError if the list still shows one that expires later
 */
export async function endEntries(
  keys: KeyList,
  entries: readonly { readonly id: number; readonly limit?: Seconds }[],
  clock: Clock,
): Promise<void> {
  const past = longPast(clock);
  const limits = new Map(entries.map(({ id, limit = past }) => [id, Math.max(past, limit)]));
  let refused = false;
  for (const [id, limit] of limits) {
    if ((await keys.changeExpiry(id, limit)) === undefined || limit > secondsOf(clock)) continue;
    // The documentation leaves open how it treats an expiry in the past. An expiry a few seconds ahead is enough.
    refused = true;
    await keys.changeExpiry(id, secondsOf(clock) + SOON);
  }
  if (refused) await clock.sleep(toMilliseconds(2 * SOON), Deadline.current()?.signal);
  if (limits.size > 0) await keys.shorten(({ id }) => limits.get(id) ?? Infinity);
}

/** Gives an expiry, in Unix seconds, that ends an entry at once even if Document Engine's clock is minutes behind. */
export function longPast(clock: Clock): Seconds {
  return secondsOf(clock) - 5 * MINUTE;
}

/** Tells whether an entry is valid at least until a moment, in Unix seconds. */
export function livesUntil({ expiresAt }: JwtSecret, moment: Seconds): boolean {
  return expiresAt === undefined || expiresAt >= moment;
}
