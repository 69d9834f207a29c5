import type { Clock } from '../../../../lib/runtime/clock.ts';
import { toSeconds, type Milliseconds } from '../../../../lib/runtime/time.ts';

/** A rate in requests a second, and the requests that may come at once. */
export interface ThrottleLimit {
  readonly rate: number;
  readonly burst: number;
}

interface Bucket {
  readonly tokens: number;
  readonly at: Milliseconds;
}

/**
 * Refuses requests as API Gateway does, with a token bucket for each route (developer guide, "Throttle requests to your HTTP APIs").
 * There is no limit until one is set.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();
  #limit: ThrottleLimit | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Limits each route from now on. @returns ends the limit */
  limit(limit: ThrottleLimit): () => void {
    this.#limit = limit;
    this.#buckets.clear();
    return () => {
      if (this.#limit === limit) this.#limit = undefined;
    };
  }

  /** Takes a request of a route. @returns whether the route has a token left for it */
  admits(routeKey: string): boolean {
    if (this.#limit === undefined) return true;
    const { rate, burst } = this.#limit;
    const at = this.#clock.now();
    const before = this.#buckets.get(routeKey) ?? { tokens: burst, at };
    const tokens = Math.min(burst, before.tokens + toSeconds(Math.max(0, at - before.at)) * rate);
    const admitted = tokens >= 1;
    this.#buckets.set(routeKey, { tokens: admitted ? tokens - 1 : tokens, at });
    return admitted;
  }
}
