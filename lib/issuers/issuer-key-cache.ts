import type { JWK } from 'jose';
import type { Clock } from '../runtime/clock.ts';
import { errorFields } from '../runtime/errors.ts';
import type { Logger } from '../runtime/log.ts';
import { ownMember } from '../runtime/json/own-member.ts';
import type { Milliseconds } from '../runtime/time.ts';
import { IssuerAnswerError, IssuerUnavailableError, TokenRefusedError } from './errors.ts';
import { fetchJson, type Fetch } from './fetch-json.ts';
import { keyFor, readKeySet, type KeySet } from './key-set.ts';
import type { CallerAlgorithm, TrustedIssuer } from './trusted-issuer.ts';

/** The time for which keys are used without another request, counted from sending the request. */
export const KEYS_FRESH: Milliseconds = 10 * 60_000;

/** The additional time for which keys may be used while the issuer does not answer. */
export const KEYS_STALE: Milliseconds = 60 * 60_000;

/** The pause between two requests for the same keys. A token with an unknown `kid` costs at most one refresh in this time. */
export const KEYS_COOLDOWN: Milliseconds = 30_000;

/** The pause between a failed request and the next one. */
export const KEYS_PAUSE_AFTER_FAILURE: Milliseconds = 5_000;

/** The longest that a request waits for a refresh while the held keys have its key. */
export const KEYS_PATIENCE: Milliseconds = 1_000;

interface Held {
  readonly set: KeySet;
  /** The moment at which their request was sent. */
  readonly fetchedAt: Milliseconds;
}

/**
 * Caches the public keys of one issuer in this process. Concurrent requests share one refresh, and each issuer has a cache of its own:
 * one that is down stops no other.
 */
export class IssuerKeys {
  readonly #issuer: TrustedIssuer;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #fetch: Fetch;
  #held: Held | undefined;
  #refresh: Promise<void> | undefined;
  #attemptedAt: Milliseconds = -Infinity;
  #failure: unknown;

  constructor(issuer: TrustedIssuer, clock: Clock, log: Logger, fetch: Fetch = globalThis.fetch) {
    this.#issuer = issuer;
    this.#clock = clock;
    this.#log = log;
    this.#fetch = fetch;
  }

  /** Begins to fetch the keys, so that the first request waits less, or not at all. */
  warm(): void {
    this.#refresh ??= this.#start();
  }

  /**
   * Gives the public key for a token.
   *
   * @throws TokenRefusedError if the issuer has no such key
   * @throws IssuerUnavailableError if the key is not held, and the issuer does not answer
   */
  async keyFor(kid: string, algorithm: CallerAlgorithm): Promise<JWK> {
    const fresh = this.#find(kid, algorithm, KEYS_FRESH);
    if (fresh !== undefined) return fresh;
    const stale = this.#find(kid, algorithm, KEYS_FRESH + KEYS_STALE);
    await this.#refreshed(stale !== undefined);
    const key = this.#find(kid, algorithm, KEYS_FRESH + KEYS_STALE);
    if (key === undefined) {
      const { name } = this.#issuer;
      if (this.#failure === undefined) throw new TokenRefusedError('unknown-key', name);
      throw new IssuerUnavailableError(name, { cause: this.#failure });
    }
    if (this.#find(kid, algorithm, KEYS_FRESH) === undefined) this.#reportStale();
    return key;
  }

  #find(kid: string, algorithm: CallerAlgorithm, age: Milliseconds): JWK | undefined {
    const held = this.#held;
    return held !== undefined && this.#clock.now() < held.fetchedAt + age
      ? keyFor(held.set, kid, algorithm)
      : undefined;
  }

  /** Waits for a refresh, unless the last one is too recent. @param hasKey - true if a held key can be used instead */
  async #refreshed(hasKey: boolean): Promise<void> {
    const now = this.#clock.now();
    const earlier = this.#refresh;
    if (earlier === undefined && !this.#mayAsk(now)) return;
    await this.#wait((this.#refresh ??= this.#start()), hasKey);
    // Lambda freezes a process between requests: a refresh from before the freeze has failed for that reason alone.
    if (earlier !== undefined && this.#failure !== undefined && this.#mayAsk(this.#clock.now()))
      await this.#wait((this.#refresh ??= this.#start()), hasKey);
  }

  #mayAsk(now: Milliseconds): boolean {
    const pause = this.#failure === undefined ? KEYS_COOLDOWN : KEYS_PAUSE_AFTER_FAILURE;
    return now >= this.#attemptedAt + pause;
  }

  async #wait(refresh: Promise<void>, hasKey: boolean): Promise<void> {
    if (!hasKey) return refresh;
    const done = new AbortController();
    await Promise.race([refresh, this.#clock.sleep(KEYS_PATIENCE, done.signal)]);
    done.abort();
  }

  async #start(): Promise<void> {
    const fetchedAt = (this.#attemptedAt = this.#clock.now());
    try {
      const set = readKeySet(await this.#json(await this.#address()));
      this.#held = { set, fetchedAt };
      this.#failure = undefined;
      this.#reportOddities(set);
    } catch (error) {
      this.#failure = error;
      this.#log.error('the keys of an issuer could not be fetched', {
        issuer: this.#issuer.name,
        ...errorFields(error),
      });
      this.#log.count('IssuerUnavailable');
    } finally {
      this.#refresh = undefined;
    }
  }

  /** The address of the keys (OpenID Connect Discovery 1.0 sections 4 and 4.3). */
  async #address(): Promise<string> {
    const { issuer, jwksUri } = this.#issuer;
    if (jwksUri !== undefined) return jwksUri;
    const document = await this.#json(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    if (ownMember(document, 'issuer') !== issuer) {
      throw new IssuerAnswerError('its discovery document names another issuer');
    }
    const address = ownMember(document, 'jwks_uri');
    const url = typeof address === 'string' ? URL.parse(address) : null;
    // http is for an issuer on the same machine, which itself has such an address.
    if (url === null || (url.protocol !== 'https:' && url.protocol !== new URL(issuer).protocol)) {
      throw new IssuerAnswerError('its discovery document has no https address of its keys');
    }
    return url.href;
  }

  #json(url: string): Promise<unknown> {
    return fetchJson(url, this.#fetch, this.#clock);
  }

  #reportStale(): void {
    this.#log.warn('the keys of an issuer could not be refreshed; the held ones are still used', {
      issuer: this.#issuer.name,
      ...(this.#held && {
        servesUntil: new Date(this.#held.fetchedAt + KEYS_FRESH + KEYS_STALE).toISOString(),
      }),
    });
    this.#log.count('IssuerKeysStale');
  }

  #reportOddities({ keys, suspicions }: KeySet): void {
    const { name: issuer } = this.#issuer;
    if (suspicions.length > 0) {
      this.#log.warn('keys of an issuer were ignored that it should not publish', {
        issuer,
        kinds: suspicions,
      });
    }
    if (keys.size === 0) this.#log.warn('an issuer publishes no key that can verify tokens', { issuer });
  }
}
