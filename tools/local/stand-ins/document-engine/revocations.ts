import type { Clock } from '../../../../lib/runtime/clock.ts';

/**
 * The revoked `jti`s. Each is kept until the `exp` of the JWT it was revoked with and not a moment longer: that is
 * all the documentation promises, and a JWT of the same `jti` with a later `exp` then works again.
 */
export class Revocations {
  readonly #clock: Clock;
  readonly #leewaySeconds: number;
  readonly #keptUntil = new Map<string, number>();

  constructor(clock: Clock, leewaySeconds: number) {
    this.#clock = clock;
    this.#leewaySeconds = leewaySeconds;
  }

  /** @param exp of the JWT that carried the `jti`, in seconds since the Unix epoch */
  add(jti: string, exp: number): void {
    this.#keptUntil.set(jti, Math.max(exp, this.#keptUntil.get(jti) ?? exp));
  }

  has(jti: string): boolean {
    const keptUntil = this.#keptUntil.get(jti);
    return keptUntil !== undefined && (keptUntil + this.#leewaySeconds) * 1000 > this.#clock.now();
  }
}
