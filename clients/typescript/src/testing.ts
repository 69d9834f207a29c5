import { LayermintError } from './errors.ts';
import type { Clock } from './server-time.ts';
import type { SignOutResult, Token, TokenRequest, TokenSource, WatchListener } from './source-types.ts';

/** The members of an example token that differ from the defaults, and its times. */
export interface ExampleToken extends Partial<Token> {
  /** The server's time, in milliseconds; 2026-01-31T12:00:00Z by default. */
  readonly now?: number;
  /** The life of the token, in milliseconds; an hour by default. It is to be renewed after four fifths of it. */
  readonly lifeMs?: number;
}

/** Makes the API's answer to a request. Its `jwt` is not a real one. */
export function exampleToken(request: TokenRequest, given: ExampleToken = {}): Token {
  const { now = Date.UTC(2026, 0, 31, 12), lifeMs = 3_600_000, ...members } = given;
  const at = (ms: number): string => new Date(now + ms).toISOString();
  const { documentId, layer } = request;
  return {
    jwt: `token-for-${documentId}`,
    documentId,
    layer: layer ?? (request.privateLayer ? 'user:alice' : ''),
    userId: 'alice',
    permissions: request.permissions ?? ['read-document', 'write'],
    issuedAt: at(0),
    expiresAt: at(lifeMs),
    refreshAt: at(lifeMs * 0.8),
    serverUrl: 'https://documents.example.com',
    documentUrl: `https://documents.example.com/api/1/documents/${documentId}`,
    ...members,
  };
}

/** A clock that a test moves. */
export interface ManualClock extends Clock {
  /** Moves both clocks, runs the timers that are due in their order, and lets promises settle before and after each. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as on a device that sleeps, or by a negative number, as a user that corrects it. */
  jump(ms: number): void;
}

/** Lets promises settle that wait for nothing but each other. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}

/**
 * Creates a clock that stands still until a test moves it.
 *
 * @param now - the time of its wall clock, in milliseconds; 2026-01-31T12:00:00Z by default
 */
export function manualClock(now = Date.UTC(2026, 0, 31, 12)): ManualClock {
  let wall = now;
  let monotonic = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => wall,
    monotonic: () => monotonic,
    setTimeout(run, ms) {
      const timer = { at: monotonic + ms, run };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    async advance(ms) {
      const end = monotonic + ms;
      for (;;) {
        await settled();
        const [next] = [...timers].sort((a, b) => a.at - b.at);
        const to = next && next.at <= end ? Math.max(next.at, monotonic) : end;
        wall += to - monotonic;
        monotonic = to;
        if (!next || next.at > end) return;
        timers.delete(next);
        next.run();
      }
    },
    jump(ms) {
      wall += ms;
    },
  };
}

/** A request that a scripted fetch received. */
export interface ScriptedRequest {
  readonly method: string;
  readonly url: string;
  /** The caller token. */
  readonly bearer: string;
  /** The parsed body. */
  readonly body: unknown;
  readonly signal: AbortSignal | undefined;
}

/** An answer of a scripted fetch. `body` is sent as JSON, or as it is if it is a string. */
export type ScriptedAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | 'network-error'
  | 'hang';

/** A stand-in for `fetch`. */
export interface ScriptedFetch {
  readonly fetch: typeof fetch;
  /** The requests so far. */
  readonly requests: readonly ScriptedRequest[];
}

/**
 * Creates a `fetch` that answers from a function and never touches the network. `hang` never answers.
 *
 * @example
 *   const { fetch, requests } = scriptedFetch(({ body }) => ({ status: 201, body: exampleToken(body) }));
 */
export function scriptedFetch(
  answer: (request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>,
): ScriptedFetch {
  const requests: ScriptedRequest[] = [];
  const answered = async (
    url: string,
    { method = 'GET', headers, body, signal }: RequestInit,
  ): Promise<Response> => {
    const bearer = (new Headers(headers).get('authorization') ?? '').replace(/^Bearer /, '');
    const request: ScriptedRequest = {
      method,
      url,
      bearer,
      body: typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined,
      signal: signal ?? undefined,
    };
    requests.push(request);
    const given = await answer(request);
    if (given === 'network-error') throw new TypeError('fetch failed');
    if (given === 'hang') return new Promise(() => undefined);
    const text = typeof given.body === 'string' ? given.body : JSON.stringify(given.body ?? {});
    // A whole Response reads its body by ways of its own. This one settles at once, so that a manual clock can follow.
    return {
      status: given.status,
      headers: new Headers(given.headers),
      text: async () => Promise.resolve(text),
    } as Response;
  };
  return {
    requests,
    fetch: async (url, init) => answered(url instanceof Request ? url.url : String(url), init ?? {}),
  };
}

/** A token source for tests of an application. */
export interface LiteralSource extends TokenSource {
  /** Gives each open watch its next token or error, as a renewal does. */
  renewWatches(): void;
}

/**
 * Creates a source that asks no service.
 *
 * @param give - the members of the tokens that matter, an error, or a function of the request that returns either
 * @example
 *   const source = literalSource({ permissions: ['read-document'] });
 *   const failing = literalSource(new LayermintError('no-access', 'No access.'));
 */
export function literalSource(
  give: ExampleToken | LayermintError | ((request: TokenRequest) => ExampleToken | LayermintError) = {},
): LiteralSource {
  const watches = new Set<() => void>();
  let over: LayermintError | undefined;
  const outcome = (request: TokenRequest): Token | LayermintError => {
    const given = over ?? (typeof give === 'function' ? give(request) : give);
    return given instanceof LayermintError ? given : exampleToken(request, given);
  };
  const token = async (request: TokenRequest): Promise<Token> => {
    const given = await Promise.resolve(outcome(request));
    if (given instanceof LayermintError) throw given;
    return given;
  };
  const renewWatches = (): void => {
    for (const tell of [...watches]) tell();
  };
  const end = (code: 'closed' | 'signed-out'): void => {
    over = new LayermintError(code, `The token source is ${code}.`);
    renewWatches();
  };
  return {
    token,
    renew: token,
    renewWatches,
    watch(request: TokenRequest, listener: WatchListener) {
      const tell = (): void => {
        if (!watches.has(tell)) return;
        const given = outcome(request);
        if (!(given instanceof LayermintError)) {
          listener.onToken(given);
          return;
        }
        if (given.final) watches.delete(tell);
        listener.onError?.(given);
      };
      watches.add(tell);
      void Promise.resolve().then(tell);
      return {
        close() {
          watches.delete(tell);
        },
      };
    },
    async batch(requests) {
      return Promise.resolve(
        requests.map((request) => {
          const given = outcome(request);
          return given instanceof LayermintError ? { error: given } : { token: given };
        }),
      );
    },
    async signOut(): Promise<SignOutResult> {
      end('signed-out');
      return Promise.resolve({});
    },
    close() {
      end('closed');
    },
  };
}
