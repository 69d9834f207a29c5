import type { Clock } from '../../../../lib/runtime/clock.ts';
import { toMilliseconds, type Seconds } from '../../../../lib/runtime/time.ts';

/**
 * The revoked `jti`s. Each is kept until the `exp` of its revoked JWT and not a moment longer, as the documentation promises
 * no more. A JWT of the same `jti` with a later `exp` then works again.
 */
export class Revocations {
  readonly #clock: Clock;
  readonly #leeway: Seconds;
  readonly #keptUntil = new Map<string, Seconds>();
  readonly #forgetting = new Set<symbol>();
  #refusal: { jti?: string } | undefined;

  constructor(clock: Clock, leeway: Seconds) {
    this.#clock = clock;
    this.#leeway = leeway;
  }

  /** Refuses the next `jti` that arrives, however often it comes, until the returned function is called. */
  refuseNext(): () => void {
    const refusal = {};
    this.#refusal = refusal;
    return () => {
      if (this.#refusal === refusal) this.#refusal = undefined;
    };
  }

  /** Finds no `jti` revoked until the returned function is called. Those that arrive meanwhile are confirmed. */
  forget(): () => void {
    const fault = Symbol('fault');
    this.#forgetting.add(fault);
    return () => void this.#forgetting.delete(fault);
  }

  /** Tells if a `jti` is the one that {@link refuseNext} has refused, or is to refuse now. */
  refuses(jti: string): boolean {
    if (this.#refusal === undefined) return false;
    this.#refusal.jti ??= jti;
    return this.#refusal.jti === jti;
  }

  /** @param exp - of the JWT that carried the `jti`, since the Unix epoch */
  add(jti: string, exp: Seconds): void {
    this.#keptUntil.set(jti, Math.max(exp, this.#keptUntil.get(jti) ?? exp));
  }

  has(jti: string): boolean {
    if (this.#forgetting.size > 0) return false;
    const keptUntil = this.#keptUntil.get(jti);
    return keptUntil !== undefined && toMilliseconds(keptUntil + this.#leeway) > this.#clock.now();
  }
}
