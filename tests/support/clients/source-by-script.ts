import { createTokenSource } from '../../../clients/typescript/src/index.ts';
import type {
  Connectivity,
  ConnectivityEvent,
  SourceEvent,
  TokenRequest,
  TokenSource,
  TokenSourceOptions,
} from '../../../clients/typescript/src/index.ts';
import {
  exampleToken,
  manualClock,
  scriptedFetch,
  type ManualClock,
  type ScriptedAnswer,
  type ScriptedRequest,
} from '../../../clients/typescript/src/testing.ts';

/** A token source with a clock that a test moves, and a service that it scripts. */
export interface ScriptedSource {
  readonly source: TokenSource;
  readonly clock: ManualClock;
  readonly requests: readonly ScriptedRequest[];
  readonly events: readonly SourceEvent[];
  /** Tells the source about the network or the foreground. */
  readonly tell: (event: ConnectivityEvent) => void;
}

/** Answers a mint request, a batch or a revocation as the service does, with a new `jwt` each time. */
export function serviceOf(clock: ManualClock): (request: ScriptedRequest) => ScriptedAnswer {
  let minted = 0;
  const mint = (request: TokenRequest): unknown =>
    exampleToken(request, { now: clock.now(), jwt: `jwt-${++minted}` });
  return ({ url, body }) => {
    if (url.endsWith('/v1/revocations')) return { status: 200, body: { id: 'r', state: 'confirmed' } };
    if (!url.endsWith('/batch')) return { status: 201, body: mint(body as TokenRequest) };
    const { requests } = body as { requests: TokenRequest[] };
    return {
      status: 200,
      body: { results: requests.map((request) => ({ status: 201, token: mint(request) })) },
    };
  };
}

/**
 * Creates a source by a script.
 *
 * @param answer - answers in place of the service; without an answer from it, the service answers
 */
export function sourceByScript(
  options: Partial<TokenSourceOptions> = {},
  answer: (request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer> | undefined = () =>
    undefined,
): ScriptedSource {
  const clock = manualClock();
  const service = serviceOf(clock);
  const { fetch, requests } = scriptedFetch((request) => answer(request) ?? service(request));
  const events: SourceEvent[] = [];
  const listeners = new Set<(event: ConnectivityEvent) => void>();
  const connectivity: Connectivity = {
    isOnline: () => true,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const source = createTokenSource({
    api: 'https://api.example.com',
    callerToken: () => 'caller-token',
    onEvent: (event) => events.push(event),
    random: () => 1,
    clock,
    fetch,
    connectivity,
    ...options,
  });
  const tell = (event: ConnectivityEvent): void => {
    for (const listener of listeners) listener(event);
  };
  return { source, clock, requests, events, tell };
}
