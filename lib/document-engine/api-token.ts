import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../runtime/clock.ts';
import { DeadlineOverError, withinDeadline } from '../runtime/deadline.ts';
import { MINUTE, toMilliseconds, type Milliseconds } from '../runtime/time.ts';
import { ApiTokenUnavailableError } from './errors.ts';

/** The time for which a token is used without another request. */
const FRESH = toMilliseconds(MINUTE);

/** Document Engine's API token (its `API_AUTH_TOKEN`). It is read from its secret when it is first needed. */
export class ApiToken {
  readonly #client: SecretsManagerClient;
  readonly #secretArn: string;
  readonly #clock: Clock;
  #held: { readonly token: string; readonly fetchedAt: Milliseconds } | undefined;

  /** @param secretArn - the secret; its text is the token alone */
  constructor(client: SecretsManagerClient, secretArn: string, clock: Clock) {
    this.#client = client;
    this.#secretArn = secretArn;
    this.#clock = clock;
  }

  /** Gives the token. @throws ApiTokenUnavailableError if the secret is unreadable or its text cannot be a token */
  async current(): Promise<string> {
    const now = this.#clock.now();
    if (this.#held !== undefined && now < this.#held.fetchedAt + FRESH) return this.#held.token;
    const token = await this.#fetch();
    this.#held = { token, fetchedAt: now };
    return token;
  }

  /** Discards the cached token, for a caller that Document Engine has refused: the token may have been replaced. */
  forget(): void {
    this.#held = undefined;
  }

  async #fetch(): Promise<string> {
    let text: string | undefined;
    try {
      const command = new GetSecretValueCommand({ SecretId: this.#secretArn });
      const secret = await withinDeadline((abortSignal) =>
        this.#client.send(command, abortSignal && { abortSignal }),
      );
      text = secret.SecretString?.trim();
    } catch (error) {
      if (error instanceof DeadlineOverError) throw error;
      const name = error instanceof Error ? error.name : 'an unknown error';
      throw new ApiTokenUnavailableError(
        `Secrets Manager did not return Document Engine's API token (${name}). The stage parameter ` +
          '"documentEngineApiTokenSecretArn" names its secret',
        { cause: error },
      );
    }
    // It is sent in a header, between double quotes: `Authorization: Token token="…"`.
    if (text === undefined || !/^[\x21\x23-\x7e]+$/.test(text)) {
      throw new ApiTokenUnavailableError(
        'The secret that the stage parameter "documentEngineApiTokenSecretArn" names must hold Document Engine\'s ' +
          'API_AUTH_TOKEN as plain text, in printable ASCII characters without spaces or quotes',
      );
    }
    return text;
  }
}
