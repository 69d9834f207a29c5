import type { TokenRequest } from '../../../clients/typescript/src/index.ts';
import type { FakeClock } from './fake-clock.ts';
import { START, tokenFor } from './fake-server.ts';

const CALLER_LIFE = 3_600_000;
const RETRY_AFTER_SECONDS = 10;

interface Options {
  readonly random: () => number;
  /** The time of an answer, in milliseconds. */
  readonly latencyMs: number;
  /** The life of a token, in milliseconds. Its renewal is due at random between 70 and 85 % of it. */
  readonly lifeMs: number;
}

/** A service that answers by itself, on the clock of a test, and counts. */
export class SimulatedService {
  readonly #clock: FakeClock;
  readonly #options: Options;
  readonly #perSecond = new Map<number, number>();
  #key = 1;
  #serial = 0;
  /** The present fault: all requests are answered 503, or get no answer. */
  fault: 'unavailable' | 'no network' | undefined;
  /** The requests that have no outcome yet. */
  running = 0;
  /** The outcomes so far. `refused` are those with an expired caller token. */
  readonly counts = { minted: 0, refused: 0, unavailable: 0, unreachable: 0 };

  constructor(clock: FakeClock, options: Options) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Gives a caller token that lives for an hour. */
  signIn(): string {
    return `caller-${this.#clock.server}`;
  }

  /** Signs with a new key from now on. */
  rotate(): void {
    this.#key += 1;
  }

  /** Tells the number of requests in a second since the start. */
  readonly requestsOf = (second: number): number => this.#perSecond.get(second) ?? 0;

  readonly fetch: typeof fetch = (_input, init) => {
    const second = Math.floor((this.#clock.server - START) / 1000);
    this.#perSecond.set(second, this.requestsOf(second) + 1);
    this.running += 1;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    let isOver = false;
    const end = (): boolean => {
      if (isOver) return false;
      isOver = true;
      this.running -= 1;
      return true;
    };
    const cancel = this.#clock.setTimeout(() => {
      end();
      const answer = this.#answer(new Headers(init?.headers), init?.body as string);
      if (answer === undefined) reject(new TypeError('fetch failed'));
      else resolve(answer);
    }, this.#options.latencyMs);
    init?.signal?.addEventListener('abort', () => {
      cancel();
      if (end()) reject(init.signal?.reason as Error);
    });
    return promise;
  };

  #answer(headers: Headers, body: string): Response | undefined {
    const { random, lifeMs } = this.#options;
    const now = this.#clock.server;
    if (this.fault === 'no network') {
      this.counts.unreachable += 1;
      return undefined;
    }
    const date = new Date(now).toUTCString();
    if (this.fault === 'unavailable') {
      this.counts.unavailable += 1;
      return new Response('', { status: 503, headers: { date, 'retry-after': String(RETRY_AFTER_SECONDS) } });
    }
    const signedIn = Number(headers.get('authorization')?.replace('Bearer caller-', ''));
    if (now >= signedIn + CALLER_LIFE) {
      this.counts.refused += 1;
      return Response.json({ message: 'Unauthorized' }, { status: 401, headers: { date } });
    }
    this.counts.minted += 1;
    this.#serial += 1;
    const life = lifeMs / 1000;
    const token = {
      jwt: `key-${this.#key}.${this.#serial}`,
      lifeSeconds: life,
      refreshSeconds: Math.floor(life * (0.7 + 0.15 * random())),
    };
    return Response.json(tokenFor(JSON.parse(body) as TokenRequest, token, now), {
      status: 201,
      headers: { date },
    });
  }
}
