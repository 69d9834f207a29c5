import { isDeepStrictEqual } from 'node:util';
import type { Token, TokenRequest } from '../../../clients/typescript/src/index.ts';
import { shown } from './comparison.ts';
import type { FakeClock } from './fake-clock.ts';
import type { AnswerStep, AnsweredResult, AnsweredToken, ExpectedRequest } from './format.ts';

/** The time at which scenarios begin, by the server's clock: 2026-01-31T12:00:00Z in milliseconds. */
export const START = Date.UTC(2026, 0, 31, 12);

const LIFE_SECONDS = 3600;
const REFRESH_SECONDS = 2880;

/** A request of the client that hangs until it is answered. */
export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: unknown;
  readonly aborted: boolean;
  readonly answered: boolean;
  answer(response: Response): void;
  fail(error: Error): void;
}

const rfc3339 = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** Makes the token that answers a request. Its members can be replaced. @param now - the server's, in milliseconds */
export function tokenFor(request: TokenRequest, token: AnsweredToken, now: number): Token {
  const { lifeSeconds = LIFE_SECONDS, refreshSeconds = REFRESH_SECONDS, ...members } = token;
  const issued = Math.floor(now / 1000) * 1000;
  const userId = typeof members['userId'] === 'string' ? members['userId'] : 'alice';
  return {
    documentId: request.documentId,
    layer: request.privateLayer === true ? `user:${userId}` : (request.layer ?? ''),
    userId,
    permissions: ['read-document'],
    issuedAt: rfc3339(issued),
    expiresAt: rfc3339(issued + lifeSeconds * 1000),
    refreshAt: rfc3339(issued + refreshSeconds * 1000),
    serverUrl: 'https://documents.example.com',
    documentUrl: `https://documents.example.com/api/1/documents/${request.documentId}`,
    ...members,
  };
}

/** The server of a scenario: requests wait in a queue until a step takes and answers them. */
export class FakeServer {
  readonly #clock: FakeClock;
  readonly #untaken: FakeRequest[] = [];
  readonly #taken = new Map<string, FakeRequest>();
  readonly #all: FakeRequest[] = [];

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** Requests that no step has taken. */
  get untaken(): readonly FakeRequest[] {
    return this.#untaken;
  }

  /** Requests that hang: neither answered nor aborted. */
  get hanging(): readonly FakeRequest[] {
    return this.#all.filter((request) => !request.answered && !request.aborted);
  }

  readonly fetch: typeof fetch = (input, init) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const { signal } = init ?? {};
    let [aborted, answered] = [false, false];
    const request: FakeRequest = {
      method: init?.method ?? 'GET',
      url: new URL(input instanceof Request ? input.url : input),
      headers: new Headers(init?.headers),
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
      get aborted() {
        return aborted;
      },
      get answered() {
        return answered;
      },
      answer: (response) => {
        answered = true;
        resolve(response);
      },
      fail: (error) => {
        answered = true;
        reject(error);
      },
    };
    const abort = (): void => {
      aborted = !answered;
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    else {
      this.#untaken.push(request);
      this.#all.push(request);
    }
    return promise;
  };

  /** Takes the oldest requests that fit, in the listed order. @throws if one is missing */
  take(expected: readonly ExpectedRequest[], names: readonly (string | undefined)[]): void {
    const among = this.#untaken.splice(0, expected.length);
    for (const [at, wanted] of expected.entries()) {
      const found = among.findIndex((request) => differences(request, wanted).length === 0);
      const [request] = among.splice(found, found < 0 ? 0 : 1);
      if (request === undefined) {
        const [oldest] = among;
        const words = oldest === undefined ? 'no request waits' : differences(oldest, wanted).join('; ');
        throw new Error(`expected ${shown(wanted)}: ${words}`);
      }
      const name = names[at];
      if (name !== undefined) this.#taken.set(name, request);
    }
  }

  /** Finds a request that a step has taken. */
  named(name: string): FakeRequest {
    const request = this.#taken.get(name);
    if (request === undefined) throw new Error(`no request was taken as ${name}`);
    return request;
  }

  /** Answers a request as a step says. */
  answer(step: AnswerStep): void {
    const request = this.named(step.answer);
    const [status, body] = this.#content(step, request.body);
    const headers = new Headers({ date: new Date(this.#clock.server).toUTCString() });
    if (step.text === undefined && body !== undefined) headers.set('content-type', 'application/json');
    for (const [name, value] of Object.entries(step.headers ?? {})) {
      if (value === null) headers.delete(name);
      else headers.set(name, value);
    }
    request.answer(
      new Response(step.text ?? (body === undefined ? null : JSON.stringify(body)), { status, headers }),
    );
  }

  #content({ token, results, status, body }: AnswerStep, request: unknown): readonly [number, unknown] {
    const now = this.#clock.server;
    if (token !== undefined) return [201, tokenFor(request as TokenRequest, token, now)];
    if (results === undefined) return [status ?? 200, body];
    const { requests } = request as { readonly requests: readonly TokenRequest[] };
    const resultOf = ({ token, status, problem }: AnsweredResult, at: number): object => {
      const asked = requests[at];
      return token === undefined || asked === undefined
        ? { status, problem }
        : { status: 201, token: tokenFor(asked, token, now) };
    };
    return [200, { results: results.map(resultOf) }];
  }
}

function differences(request: FakeRequest, wanted: ExpectedRequest): string[] {
  const { url, headers } = request;
  const pairs: (readonly [string, unknown, unknown])[] = [
    ['method', request.method, wanted.method ?? 'POST'],
    ['path', url.pathname + url.search, wanted.path],
    ['url', url.href, wanted.url ?? url.href],
    ['body', request.body, 'body' in wanted ? wanted.body : request.body],
    ...Object.entries(wanted.headers ?? {}).map(([name, value]) => [name, headers.get(name), value] as const),
  ];
  if (wanted.bearer !== undefined)
    pairs.push(['bearer', headers.get('authorization'), `Bearer ${wanted.bearer}`]);
  return pairs
    .filter(([, actual, listed]) => !isDeepStrictEqual(actual, listed))
    .map(([name, actual]) => `its ${name} is ${shown(actual)}`);
}
