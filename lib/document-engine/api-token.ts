import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../runtime/clock.ts';
import { DeadlineOverError, withinDeadline } from '../runtime/deadline.ts';
import { jsonIn, plainTextOf, repeatsMember, unquoted } from '../runtime/secret-value.ts';
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

  /** @param secretArn - the secret; it has the token alone, or as the one text of a key/value secret */
  constructor(client: SecretsManagerClient, secretArn: string, clock: Clock) {
    this.#client = client;
    this.#secretArn = secretArn;
    this.#clock = clock;
  }

  /** Gives the token. @throws ApiTokenUnavailableError if the secret is unreadable or has no text that can be a token */
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
    let value: string;
    try {
      const command = new GetSecretValueCommand({ SecretId: this.#secretArn });
      const secret = await withinDeadline((abortSignal) =>
        this.#client.send(command, abortSignal && { abortSignal }),
      );
      value = secret.SecretString ?? Buffer.from(secret.SecretBinary ?? []).toString();
    } catch (error) {
      if (error instanceof DeadlineOverError) throw error;
      const name = error instanceof Error ? error.name : 'an unknown error';
      throw new ApiTokenUnavailableError(
        `Secrets Manager did not return Document Engine's API token (${name}). The stage parameter ` +
          '"documentEngineApiTokenSecretArn" names its secret',
        { cause: error },
      );
    }
    const token = apiTokenIn(value);
    if (token.fault === undefined) return token.text;
    throw new ApiTokenUnavailableError(
      `The secret that the stage parameter "documentEngineApiTokenSecretArn" names ${token.fault}. It must hold Document Engine's ` +
        'API_AUTH_TOKEN, as plain text or as the one text of its JSON',
    );
  }
}

/** A token, or the reason why a value holds none. */
type ApiTokenFound = { readonly text: string; readonly fault?: never } | { readonly fault: string };

/** Reads the token of a value: the text alone, in quotes, or as the one text of a JSON object. The fault quotes no part of it. */
export function apiTokenIn(value: string): ApiTokenFound {
  const text = unquoted(plainTextOf(value));
  const json = text.startsWith('{') ? jsonIn(text) : undefined;
  if (typeof json !== 'object' || json === null) return tokenOf(text);
  if (repeatsMember(text)) return { fault: 'holds JSON that names a member twice' };
  const [token, ...others] = Object.values(json).filter((member) => typeof member === 'string');
  if (token === undefined) return { fault: 'holds JSON without a text' };
  if (others.length > 0)
    return { fault: `holds JSON with ${others.length + 1} texts, and does not say which is the token` };
  return tokenOf(unquoted(plainTextOf(token)));
}

function tokenOf(text: string): ApiTokenFound {
  // It is sent in a header, between double quotes: `Authorization: Token token="…"`.
  if (/^[\x21\x23-\x7e]+$/.test(text)) return { text };
  if (text === '') return { fault: 'is empty' };
  if (text.includes('-----BEGIN')) return { fault: 'holds a key or a certificate in PEM' };
  return {
    fault: /^[\x20-\x7e]+$/.test(text)
      ? 'holds a text with blanks or quotes, which no API token has'
      : 'holds a text with line breaks or characters outside of ASCII, which no API token has',
  };
}
