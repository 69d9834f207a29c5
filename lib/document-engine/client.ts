import * as z from 'zod/mini';
import type { Clock } from '../runtime/clock.ts';
import { Deadline, DeadlineOverError, withinDeadline } from '../runtime/deadline.ts';
import { toMilliseconds, toSeconds, type Milliseconds, type Seconds } from '../runtime/time.ts';
import { DocumentEngineRefusalError, DocumentEngineUnavailableError } from './errors.ts';

/** An entry of Document Engine's list of public keys. The list does not show the key itself. */
export interface JwtSecret {
  readonly id: number;
  /** Unix seconds; absent for the current key, which never expires. */
  readonly expiresAt?: Seconds;
}

/** Document Engine's answer to a revocation. */
export interface RevocationAnswer {
  /** The JWTs that it revoked. */
  readonly data: readonly string[];
  /** The places in the request of the JWTs that it did not revoke, such as `$.jwts[1]`. */
  readonly failingPaths: readonly { readonly path: string }[];
}

/** A source of the API token. */
interface ApiTokenSource {
  current(): Promise<string>;
  /** Called after Document Engine has refused the token. */
  forget(): void;
}

/** The address, the API token and the clock of a client. */
export interface DocumentEngineClientOptions {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  readonly apiToken: ApiTokenSource;
  readonly clock: Clock;
  /** Sends a request; the global `fetch` unless given. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** The longest that one attempt may take. */
const TIMEOUT: Milliseconds = 5_000;
const ATTEMPTS = 3;
/** The longest pause before the second attempt; doubled for the third. */
const PAUSE: Milliseconds = 200;

interface Call {
  readonly method: 'GET' | 'POST';
  /** The route in the wording of errors, without ids. */
  readonly route: string;
  readonly path?: string;
  readonly body?: object;
  /** The statuses besides 200 that are returned, not thrown as a refusal. */
  readonly alsoAnswers?: readonly number[];
  /** True for a call that must not be carried out twice: it is not repeated. */
  readonly once?: boolean;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * The part of Document Engine's API that a token service needs (Document Engine API reference 1.9). Every call has a time
 * limit. If Document Engine fails (5xx, 429) or cannot be reached, a call is repeated twice, with jitter: carrying it out
 * twice does no harm. `rotateSecret` alone is not repeated. No error contains a part of a request or an answer.
 *
 * Every method throws
 * - DocumentEngineUnavailableError if Document Engine does not answer, or not as documented
 * - DocumentEngineRefusalError if it refuses (400, 401, …), at once
 * - ApiTokenUnavailableError if there is no API token to call with
 * - DeadlineOverError if the current deadline is over; nothing is sent after it
 */
export class DocumentEngineClient {
  readonly #url: string;
  readonly #apiToken: ApiTokenSource;
  readonly #clock: Clock;
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;

  constructor({ url, apiToken, clock, fetch = globalThis.fetch }: DocumentEngineClientOptions) {
    this.#url = url;
    this.#apiToken = apiToken;
    this.#clock = clock;
    this.#fetch = fetch;
  }

  /**
   * Adds a public key and keeps all others.
   *
   * @param publicKey - SPKI PEM
   * @param expiresAt - Unix seconds
   */
  async addSecret(publicKey: string, expiresAt: Seconds): Promise<void> {
    const body = { secret: publicKey, expiresAt: iso(expiresAt) };
    await this.#call({ method: 'POST', route: '/api/secrets/jwt', body });
  }

  /** Lists the public keys that have not expired. */
  async listSecrets(): Promise<JwtSecret[]> {
    const call: Call = { method: 'GET', route: '/api/secrets/jwt' };
    const secrets = parseAnswer(call, await this.#call(call), secretList());
    return secrets.map(({ id, expiresAt }) => ({
      id,
      ...(typeof expiresAt === 'string' && { expiresAt: toSeconds(Date.parse(expiresAt)) }),
    }));
  }

  /**
   * Makes a public key the current one, which never expires. The documentation leaves open if the former key still verifies.
   * Sent once: a second time, it may leave another entry of the same key, which nobody could tell from another stage's.
   *
   * @param publicKey - SPKI PEM
   */
  async rotateSecret(publicKey: string): Promise<void> {
    const body = { secret: publicKey };
    await this.#call({ method: 'POST', route: '/api/secrets/jwt/rotate', body, once: true });
  }

  /** Changes the expiry of a public key. @param expiresAt - Unix seconds; a past one ends the key at once */
  async changeExpiry(id: number, expiresAt: Seconds): Promise<void> {
    const [body, route] = [{ expiresAt: iso(expiresAt) }, '/api/secrets/jwt/{id}'];
    await this.#call({ method: 'POST', route, path: `/api/secrets/jwt/${id}`, body });
  }

  /** Revokes the `jti` of each JWT, and ends the sessions that a token with this `jti` has opened. */
  async revoke(jwts: readonly string[]): Promise<RevocationAnswer> {
    // If it can revoke none of them, it may answer 400 with the same body.
    const call: Call = { method: 'POST', route: '/api/revoke', body: { jwts }, alsoAnswers: [400] };
    const answer = await this.#call(call);
    const parsed = z.safeParse(revocation(), json(answer.text));
    if (answer.status === 400 && !parsed.data?.failingPaths.length) throw refusal(call, 400);
    return parseAnswer(call, answer, revocation());
  }

  /**
   * Requests a document's cover as a client does, with a client token instead of the API token.
   *
   * @returns true if Document Engine accepts the token
   * @throws DocumentEngineRefusalError if there is no such document
   */
  async takesToken(jwt: string, documentId: string): Promise<boolean> {
    const route = '/documents/{id}/cover';
    const query = new URLSearchParams({ width: '200', jwt });
    const path = `/documents/${encodeURIComponent(documentId)}/cover?${query.toString()}`;
    const answer = await this.#send({ method: 'GET', route, path, alsoAnswers: [401, 403] }, {});
    return answer.status === 200;
  }

  async #call(call: Call): Promise<Answer> {
    const authorization = `Token token="${await this.#apiToken.current()}"`;
    try {
      return await this.#send(call, { authorization });
    } catch (error) {
      if (error instanceof DocumentEngineRefusalError && error.status === 401) this.#apiToken.forget();
      throw error;
    }
  }

  async #send(call: Call, headers: Readonly<Record<string, string>>): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#attempt(call, headers);
      if (typeof answer !== 'string') {
        if (answer.status === 200 || call.alsoAnswers?.includes(answer.status)) return answer;
        throw refusal(call, answer.status);
      }
      if (attempt === ATTEMPTS || call.once === true)
        throw new DocumentEngineUnavailableError(nameOf(call), answer);
      const pause = PAUSE * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      await this.#clock.sleep(pause, Deadline.current()?.signal);
    }
  }

  /** @returns the answer, or the reason why another attempt is needed */
  async #attempt(call: Call, headers: Readonly<Record<string, string>>): Promise<Answer | string> {
    try {
      return await withinDeadline((signal) => this.#fetchOnce(call, headers, signal));
    } catch (error) {
      if (error instanceof DeadlineOverError) throw error;
      return reasonOf(error);
    }
  }

  async #fetchOnce(
    { method, route, path = route, body }: Call,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<Answer | string> {
    const response = await this.#fetch(this.#url + path, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      // The API token must not be sent to any other address.
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT), ...(signal ? [signal] : [])]),
    });
    const text = await response.text();
    const { status } = response;
    if (status >= 500 || status === 429) return `it answered ${status}`;
    if (status === 200 && response.headers.get('content-type')?.startsWith('text/html')) {
      return 'a web page came back, so another server answers at its address';
    }
    return { status, text };
  }
}

const nameOf = ({ method, route }: Call): string => `${method} ${route}`;

const refusal = (call: Call, status: number): DocumentEngineRefusalError =>
  new DocumentEngineRefusalError(nameOf(call), status);

/** Gives the code of a network error, such as ECONNREFUSED. Its message is not used: it can quote the URL with a token. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed';
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT / 1000} seconds`;
  const cause = error.cause ?? error;
  return `the request failed (${cause instanceof Error && 'code' in cause ? String(cause.code) : error.name})`;
}

const iso = (seconds: Seconds): string => new Date(toMilliseconds(seconds)).toISOString();

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseAnswer<Schema extends z.ZodMiniType>(
  call: Call,
  { text }: Answer,
  schema: Schema,
): z.output<Schema> {
  const parsed = z.safeParse(schema, json(text));
  if (parsed.success) return parsed.data;
  throw new DocumentEngineUnavailableError(nameOf(call), 'its answer does not match its documentation');
}

// Functions, so that a Lambda function that never calls Document Engine does not build the schemas.
const secretList = () =>
  z.array(
    z.object({
      id: z.int(),
      expiresAt: z.nullish(z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text))))),
    }),
  );
const revocation = () =>
  z.object({
    data: z._default(z.array(z.string()), []),
    failingPaths: z._default(z.array(z.object({ path: z.string() })), []),
  });
