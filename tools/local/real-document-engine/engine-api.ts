import { call, type HttpAnswer, type HttpCall } from '../../cli/http-call.ts';
import type { Milliseconds } from '../../../lib/runtime/time.ts';
import { UnusableDocumentEngineError } from './errors.ts';

/** The longest that one call may take. An upload is a small file. */
const TIME_LIMIT: Milliseconds = 20_000;

/** Sends a request. It follows no redirect. */
export type Send = (url: string, request?: HttpCall) => Promise<HttpAnswer>;

/** Document Engine's API for backends (OpenAPI description of 1.9.0), as far as a local stack needs it. */
export class EngineApi {
  readonly url: string;
  readonly #token: string;
  readonly #send: Send;

  /** @param url - base URL without a slash at its end @param send - for tests; `call` unless given */
  constructor(url: string, token: string, send: Send = call) {
    this.url = url;
    this.#token = token;
    this.#send = send;
  }

  /**
   * Sends a request without the API token.
   *
   * @throws UnusableDocumentEngineError if there is no answer, or the answer is a redirect
   */
  async ask(path: string): Promise<HttpAnswer> {
    return this.#exchange(path, {});
  }

  /**
   * Sends a request with the API token.
   *
   * @param path - with its query; ids in it are percent-encoded
   * @throws UnusableDocumentEngineError if there is no answer, if the answer is a redirect or a web page, or if the token
   * is refused
   */
  async askAsBackend(path: string, { headers, ...request }: HttpCall = {}): Promise<HttpAnswer> {
    const authorization = `Token token="${this.#token}"`;
    const answer = await this.#exchange(path, { ...request, headers: { ...headers, authorization } });
    // Documented is 401. Releases have been seen to answer 403 for a wrong token, and for a Document Engine without a database.
    if (answer.status === 403 && answer.body.includes('persistent_db_storage')) {
      throw new UnusableDocumentEngineError(
        `Document Engine at ${this.url} runs without a database, so it stores no documents. Give it a PostgreSQL database (PGHOST, PGUSER, PGPASSWORD, PGDATABASE) and restart it.`,
      );
    }
    if (answer.status === 401 || answer.status === 403) {
      throw new UnusableDocumentEngineError(
        `Document Engine at ${this.url} refuses the API token (${answer.status}). The file of --document-engine-token must hold the value of its API_AUTH_TOKEN.`,
      );
    }
    if (answer.status === 200 && answer.headers['content-type']?.startsWith('text/html') === true) {
      throw new UnusableDocumentEngineError(
        `${this.url} answers with a web page, so a proxy or another server answers in place of Document Engine's API.`,
      );
    }
    return answer;
  }

  async #exchange(path: string, request: HttpCall): Promise<HttpAnswer> {
    let answer: HttpAnswer;
    try {
      answer = await this.#send(this.url + path, { timeLimit: TIME_LIMIT, ...request });
    } catch (error) {
      throw new UnusableDocumentEngineError(`${this.url} ${reasonOf(error)}`, { cause: error });
    }
    if (answer.status < 300 || answer.status >= 400) return answer;
    throw new UnusableDocumentEngineError(
      `${this.url} redirects${targetOf(this.url, answer)} (${answer.status}). The API token goes to no other address: give --document-engine the address of Document Engine itself.`,
    );
  }
}

/** Names the origin of a redirect's target. The rest of the target could hold anything. */
function targetOf(url: string, { headers: { location } }: HttpAnswer): string {
  const target = location === undefined ? null : URL.parse(location, url);
  return target === null || target.origin === 'null' ? '' : ` to ${target.origin}`;
}

const TLS = /^(?:ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** Says why no answer came, after the URL. The message of an error is not used: it can quote the request. */
function reasonOf(error: unknown): string {
  const { name = '', code = '' } = (error ?? {}) as { name?: string; code?: unknown };
  const known = String(code);
  if (name === 'TimeoutError' || name === 'AbortError')
    return `does not answer within ${TIME_LIMIT / 1000} seconds.`;
  if (known === 'ECONNREFUSED')
    return 'cannot be reached: nothing listens there (ECONNREFUSED). Start Document Engine, and wait until its log says that it runs.';
  if (known === 'ENOTFOUND' || known === 'EAI_AGAIN')
    return `cannot be reached: the name of its host is unknown (${known}).`;
  if (TLS.test(known))
    return `has a certificate that Node.js does not trust (${known}). Set NODE_EXTRA_CA_CERTS to the file of its certificate authority.`;
  return `cannot be reached (${known || name || 'no answer'}).`;
}
