import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/log.ts';
import { NoSigningKeyError, SigningKeyUnavailableError, UnusableSigningKeyError } from './errors.ts';
import { outsideDeadline } from '../runtime/deadline.ts';
import { errorFields } from '../runtime/errors.ts';
import type { Milliseconds } from '../runtime/time.ts';

/** The time for which a key is used without another request, counted from sending the request. */
export const FRESH: Milliseconds = 5 * 60_000;

/** The additional time for which a key may be used while it cannot be fetched again. */
export const STALE: Milliseconds = 60 * 60_000;

/** The longest that a request waits for a refresh while the held key may still be used. */
export const PATIENCE: Milliseconds = 1_000;

/** The pause between a failed refresh and the next attempt. */
export const PAUSE_AFTER_FAILURE: Milliseconds = 10_000;

/** The longest that a process can continue to sign with a key after the secret has changed. */
export const LONGEST_CACHE_LIFE: Milliseconds = FRESH + STALE;

interface Held<Key> {
  readonly key: Key;
  /** The moment at which its request was sent. */
  readonly fetchedAt: Milliseconds;
}

interface Refresh<Key> {
  readonly startedAt: Milliseconds;
  readonly outcome: Promise<Held<Key> | undefined>;
}

/**
 * Caches the signing key of this process, in three phases. A fresh key is used without a request. For a stale key one refresh
 * runs, for any number of waiting requests; if it fails or is slow, the held key is still used, with a warning and a metric.
 * A key past both is not used, and every request tries to fetch one.
 */
export class SigningKeyCache<Key> {
  readonly #fetch: () => Promise<Key>;
  readonly #clock: Clock;
  readonly #log: Logger;
  #held: Held<Key> | undefined;
  #refresh: Refresh<Key> | undefined;
  #failure: { readonly error: unknown; readonly at: Milliseconds } | undefined;

  /** @param fetch - fetches the key; rejects if it cannot */
  constructor(fetch: () => Promise<Key>, clock: Clock, log: Logger) {
    this.#fetch = fetch;
    this.#clock = clock;
    this.#log = log;
  }

  /** Begins to fetch the key, so that the first request waits less, or not at all. */
  warm(): void {
    this.#refresh ??= this.#start();
  }

  /**
   * Gives the key to sign with now.
   *
   * @throws NoSigningKeyError, UnusableSigningKeyError or SigningKeyUnavailableError if there is none
   */
  async current(): Promise<Key> {
    const now = this.#clock.now();
    const held = this.#held;
    if (held !== undefined && now < held.fetchedAt + FRESH) return held.key;
    if (held !== undefined && now < held.fetchedAt + FRESH + STALE) return this.#stale(held, now);
    let refreshed = await (this.#refresh ??= this.#start()).outcome;
    // Lambda freezes a process between requests: an answer can be read long after its request was sent.
    if (refreshed !== undefined && this.#clock.now() >= refreshed.fetchedAt + FRESH + STALE) {
      refreshed = await (this.#refresh ??= this.#start()).outcome;
    }
    if (refreshed !== undefined) return refreshed.key;
    throw this.#reason();
  }

  async #stale(held: Held<Key>, now: Milliseconds): Promise<Key> {
    const paused = this.#failure !== undefined && now < this.#failure.at + PAUSE_AFTER_FAILURE;
    if (this.#refresh === undefined && paused) return held.key;
    const { startedAt, outcome } = (this.#refresh ??= this.#start());
    const patience = startedAt + PATIENCE - now;
    // The patience counts from the start of the refresh, so that later requests do not wait again.
    const waited = patience > 0 ? Promise.race([outcome, this.#clock.sleep(patience)]) : undefined;
    const refreshed = await waited;
    if (refreshed !== undefined) return refreshed.key;
    this.#log.warn('the signing key could not be refreshed; the held one is still used', {
      heldSince: new Date(held.fetchedAt).toISOString(),
      servesUntil: new Date(held.fetchedAt + FRESH + STALE).toISOString(),
      ...(this.#failure === undefined ? { error: 'SLOW' } : errorFields(this.#failure.error)),
    });
    this.#log.count('SigningKeyStale');
    return held.key;
  }

  #start(): Refresh<Key> {
    const startedAt = this.#clock.now();
    // All waiting requests share it, so it must not stop with the request that began it.
    const outcome = outsideDeadline(() => this.#fetch()).then(
      (key) => {
        this.#failure = undefined;
        this.#refresh = undefined;
        return (this.#held = { key, fetchedAt: startedAt });
      },
      (error: unknown) => {
        this.#failure = { error, at: this.#clock.now() };
        this.#refresh = undefined;
        this.#log.error('the signing key could not be fetched', errorFields(error));
        return undefined;
      },
    );
    return { startedAt, outcome };
  }

  #reason(): Error {
    const error = this.#failure?.error;
    if (error instanceof NoSigningKeyError || error instanceof UnusableSigningKeyError) return error;
    return new SigningKeyUnavailableError('Secrets Manager did not return the signing key', { cause: error });
  }
}
