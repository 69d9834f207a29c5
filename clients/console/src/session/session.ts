import { signal } from './signal.ts';
import type { ConsoleConfig, ConsoleIssuer } from '../config.ts';
import {
  beginSignIn,
  completeSignIn,
  forgetSignIn,
  isRedirectedBack,
  lastIssuer,
  refresh,
  SignInError,
  type Tokens,
} from './sign-in.ts';

/** The state of the sign-in. */
export type SessionState =
  | { readonly state: 'signed-out'; readonly reason?: string | undefined }
  | { readonly state: 'redirecting' }
  | { readonly state: 'signed-in'; readonly issuer: ConsoleIssuer };

/** The sign-in of a person. It holds the tokens in memory alone. */
export class Session {
  readonly state = signal<SessionState>({ state: 'signed-out' });
  readonly #config: ConsoleConfig;
  #tokens: Tokens | undefined;
  #renewal: Promise<string> | undefined;

  constructor(config: ConsoleConfig) {
    this.#config = config;
    // The button “Back” at the provider can bring the page back as it was left.
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted && this.state.get().state === 'redirecting') this.state.set({ state: 'signed-out' });
    });
  }

  /** Finishes a sign-in after the redirect back, or begins one without a question after a reload. */
  async resume(): Promise<void> {
    if (isRedirectedBack()) {
      try {
        this.#accept(await completeSignIn(this.#config));
      } catch (error) {
        this.#end(error);
      }
      return;
    }
    const issuer = lastIssuer(this.#config);
    if (issuer !== undefined) await this.signIn(issuer, true);
  }

  /** Sends the person to the identity provider. */
  async signIn(issuer: ConsoleIssuer, silently = false): Promise<void> {
    this.state.set({ state: 'redirecting' });
    try {
      await beginSignIn(issuer, this.#config, silently);
    } catch (error) {
      this.#end(error);
    }
  }

  /**
   * Gives the token for the API.
   *
   * @param renew - the API has refused the present one; one renewal runs at a time
   * @throws SignInError if nobody is signed in, or the token cannot be renewed
   */
  async token(renew: boolean): Promise<string> {
    if (this.#tokens === undefined) throw new SignInError('Sign in again.');
    if (!renew) return this.#tokens.callerToken;
    this.#renewal ??= this.#renew(this.#tokens).finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /** Drops the tokens. The person stays signed in at the identity provider. */
  signOut(reason?: string): void {
    this.#tokens = undefined;
    forgetSignIn();
    this.state.set({ state: 'signed-out', reason });
  }

  async #renew(tokens: Tokens): Promise<string> {
    const renewed = await refresh(tokens, this.#config);
    if (this.#tokens === undefined) throw new SignInError('Sign in again.');
    this.#tokens = renewed;
    return renewed.callerToken;
  }

  #accept(tokens: Tokens): void {
    this.#tokens = tokens;
    this.state.set({ state: 'signed-in', issuer: tokens.issuer });
  }

  #end(error: unknown): void {
    this.signOut(error instanceof SignInError ? error.message : 'The sign-in has failed. Try again.');
  }
}
