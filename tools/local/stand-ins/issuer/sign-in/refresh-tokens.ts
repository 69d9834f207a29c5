import { randomText } from '../../../proof/index.ts';
import type { Authorization } from './authorization-codes.ts';

/** The most refresh tokens that are kept. The oldest goes first. */
const MOST = 1000;

/** The refresh tokens of public clients. Each use replaces the token (RFC 9700 section 4.14.2). */
export class RefreshTokens {
  readonly #tokens = new Map<string, Authorization>();

  /** Makes a refresh token for an authorization. */
  issue(authorization: Authorization): string {
    const token = randomText();
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size >= MOST && oldest !== undefined) this.#tokens.delete(oldest);
    this.#tokens.set(token, authorization);
    return token;
  }

  /** Uses a token up. @returns undefined if it is unknown, used, or of another client */
  redeem(token: string, clientId: string): Authorization | undefined {
    const held = this.#tokens.get(token);
    this.#tokens.delete(token);
    return held?.clientId === clientId ? held : undefined;
  }
}
