import { createHash } from 'node:crypto';
import type { Clock } from '../../../../../lib/runtime/clock.ts';
import { MINUTE, toMilliseconds } from '../../../../../lib/runtime/time.ts';
import { randomText } from '../../../proof/index.ts';

/** A request for a code that a person has confirmed (RFC 6749 section 4.1.1, RFC 7636). */
export interface Authorization {
  readonly clientId: string;
  readonly redirectUri: string;
  /** The S256 challenge. */
  readonly challenge: string;
  readonly nonce: string | undefined;
  readonly scope: string;
  readonly userId: string;
}

/** The parts of a token request that must fit to its code. */
export interface Redemption {
  readonly code: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

/** A code is short-lived (RFC 6749 section 4.1.2). */
const LIFE = MINUTE;

/** The most codes that wait. A flood of sign-ins drops the oldest. */
const MOST = 1000;

/** The codes that were handed out and not redeemed. */
export class AuthorizationCodes {
  readonly #clock: Clock;
  readonly #codes = new Map<string, Authorization & { readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes a code for an authorization. */
  issue(authorization: Authorization): string {
    const code = randomText();
    const [oldest] = this.#codes.keys();
    if (this.#codes.size >= MOST && oldest !== undefined) this.#codes.delete(oldest);
    this.#codes.set(code, { ...authorization, until: this.#clock.now() + toMilliseconds(LIFE) });
    return code;
  }

  /**
   * Redeems a code. Any attempt uses it up.
   *
   * @returns undefined for a code that is unknown, used or too old, or of another client, redirect URI or verifier
   */
  redeem({ code, clientId, redirectUri, verifier }: Redemption): Authorization | undefined {
    const held = this.#codes.get(code);
    this.#codes.delete(code);
    if (held === undefined || held.until <= this.#clock.now()) return undefined;
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const fits =
      held.clientId === clientId && held.redirectUri === redirectUri && held.challenge === challenge;
    return fits ? held : undefined;
  }
}
