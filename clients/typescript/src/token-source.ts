import { createCallerToken } from './caller-token.ts';
import { browserConnectivity } from './connectivity.ts';
import { LayermintError, type ErrorCode } from './errors.ts';
import { createFlights, offline } from './flights.ts';
import { createGate } from './gate.ts';
import { canonical, isDue, leftMs, type Entry } from './held-tokens.ts';
import { createRenewal } from './renewal.ts';
import { createSend } from './requests.ts';
import { deviceClock } from './server-time.ts';
import type {
  BatchResult,
  Revocation,
  SourceEvent,
  Token,
  TokenRequest,
  TokenSource,
  TokenSourceOptions,
} from './source-types.ts';

const LEAST_LEFT_MS = 30_000;
const BATCH_SIZE = 100;

/**
 * Creates a source of tokens for the user that is signed in. Create one for each user, and share it.
 *
 * @throws LayermintError `invalid-request` if `api` is not the URL of an API
 * @example
 *   const source = createTokenSource({
 *     api: 'https://api.example.com',
 *     callerToken: ({ renew }) => oidc.accessToken({ forceRefresh: renew }),
 *   });
 *   const { jwt, serverUrl } = await source.token({ documentId: 'contract-2026' });
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const {
    api,
    callerToken,
    user,
    onEvent,
    clock = deviceClock,
    random = Math.random,
    maxWaitMs = 25_000,
    requestTimeoutMs = 10_000,
    maxHeldTokens = 1000,
    fetch = globalThis.fetch,
    connectivity = 'document' in globalThis ? browserConnectivity() : undefined,
  } = options;

  const entries = new Map<string, Entry>();
  let over: ErrorCode | undefined;
  let userId: string | undefined;
  let lastUser: string | undefined;

  const report = (event: SourceEvent): void => {
    try {
      onEvent?.(event);
    } catch {
      // A hook for logs must not stop the work.
    }
  };
  const isOnline = (): boolean => connectivity?.isOnline() ?? true;
  const caller = createCallerToken({ callerToken, clock, maxWaitMs, report });
  const gate = createGate({ clock, random, isOnline, report });
  const send = createSend({
    api,
    caller,
    fetch: (...request) => fetch(...request),
    clock,
    requestTimeoutMs,
  });

  const drop = (code: ErrorCode, message: string): void => {
    const error = new LayermintError(code, message);
    const dropped = [...entries.values()];
    entries.clear();
    userId = undefined;
    caller.drop();
    flights.fail(error);
    for (const entry of dropped) renewal.failed(entry, error);
    report({ type: code as 'closed' });
  };
  const checkUser = (): void => {
    let now: string | undefined;
    try {
      now = user?.();
    } catch {
      // Nobody is known to be signed in.
    }
    const former = lastUser;
    lastUser = now;
    if (former !== undefined && former !== now) drop('user-changed', 'Another user has signed in.');
  };
  const flights = createFlights({
    gate,
    send,
    clock,
    maxWaitMs,
    isOnline,
    report,
    checkUser,
    callerTokenPending: () => caller.pending(),
    failed(entry, error) {
      if (error.code === 'no-access') entry.held = undefined;
      renewal.failed(entry, error);
    },
    keep(entry, held) {
      const { token, waitMs } = held;
      if (userId !== undefined && token.userId !== userId) {
        drop('user-changed', 'The service answered with a token for another user.');
        return false;
      }
      userId = token.userId;
      entry.held = held;
      const { documentId, layer } = token;
      report({ type: 'minted', documentId, layer, waitMs });
      tidy();
      renewal.renewed(entry);
      return true;
    },
  });
  const renewal = createRenewal({ clock, flights, report, checkUser });

  /** Forgets expired tokens, and the oldest ones beyond the limit, unless somebody waits for the next one. */
  const tidy = (): void => {
    for (const [key, { held, watches, flight }] of entries)
      if (!watches.size && !flight && (entries.size > maxHeldTokens || leftMs(clock, held) <= 0))
        entries.delete(key);
  };
  const entryOf = (request: TokenRequest): Entry => {
    const asked = canonical(request);
    const key = JSON.stringify(asked);
    const entry = entries.get(key) ?? { request: asked, watches: new Set() };
    // At the end of the map: the first ones are those that were asked for longest ago.
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  };
  /** Finds the held token of an entry if it can be served, and tells if it is due for renewal. */
  const serveable = (entry: Entry, atLeastMs?: number): Token | undefined => {
    const { held } = entry;
    const left = leftMs(clock, held);
    // While nothing can be renewed, a token serves to its end.
    const least = atLeastMs ?? (isOnline() && !gate.failure() ? LEAST_LEFT_MS : 0);
    if (!held || left <= 0 || (left < least && (atLeastMs !== undefined || isDue(clock, held))))
      return undefined;
    const { documentId, layer } = held.token;
    report({ type: 'served-held', documentId, layer });
    return held.token;
  };
  const isStale = ({ held }: Entry): boolean => !held || isDue(clock, held);
  const begin = (): void => {
    checkUser();
    if (over) throw new LayermintError(over, `The token source is ${over}.`);
  };
  const live = (entry: Entry): Token | undefined =>
    leftMs(clock, entry.held) > 0 ? entry.held?.token : undefined;

  const disconnect = connectivity?.subscribe((event) => {
    if (event === 'offline') {
      flights.fail(offline());
      return;
    }
    checkUser();
    if (event === 'online') gate.spread();
    for (const entry of entries.values()) if (!entry.flight) renewal.check(entry);
    if (event === 'resume') flights.hurry();
    gate.wake();
  });
  const finish = (code: 'closed' | 'signed-out'): void => {
    if (!over) disconnect?.();
    over = code;
    drop(code, `The token source is ${code}.`);
  };

  return {
    async token(request, { signal, atLeastMs } = {}) {
      begin();
      const entry = entryOf(request);
      const served = signal?.aborted ? undefined : serveable(entry, atLeastMs);
      if (served) {
        if (isStale(entry)) flights.wait(entry, { isBackground: true }).catch(() => undefined);
        return served;
      }
      const hasOther = atLeastMs === undefined && !!live(entry);
      try {
        return (await flights.wait(entry, { signal, hasOther })) as Token;
      } catch (error) {
        const other = hasOther && !(error as LayermintError).final && live(entry);
        if (other) return other;
        throw error;
      }
    },
    async renew(request, { signal, refused } = {}) {
      begin();
      const entry = entryOf(request);
      const jwt = entry.held?.token.jwt;
      if (refused !== undefined && refused !== jwt && !signal?.aborted) {
        const served = serveable(entry);
        if (served) return served;
      }
      // Document Engine refused it: it must not be served to others either.
      if (refused !== undefined && refused === jwt) entry.held = undefined;
      if (!entry.flight) flights.start([entry]);
      entry.flight?.refused.add(refused ?? jwt);
      return (await flights.wait(entry, { signal })) as Token;
    },
    watch(request, listener, { signal } = {}) {
      let remove: (() => void) | undefined;
      const close = (): void => {
        signal?.removeEventListener('abort', close);
        remove?.();
        remove = undefined;
      };
      if (signal?.aborted) return { close };
      try {
        begin();
        const entry = entryOf(request);
        remove = renewal.watch(entry, listener, serveable(entry));
        signal?.addEventListener('abort', close);
      } catch (error) {
        void Promise.resolve().then(() => listener.onError?.(error as LayermintError));
      }
      return { close };
    },
    async batch(requests, { signal } = {}) {
      begin();
      const all = requests.map(entryOf);
      const served = new Map(all.map((entry) => [entry, serveable(entry)]));
      const missing = [...served.keys()].filter((entry) => isStale(entry) && !entry.flight);
      for (let from = 0; from < missing.length; from += BATCH_SIZE)
        flights.start(missing.slice(from, from + BATCH_SIZE), '/v1/tokens/batch');
      for (const entry of missing)
        if (served.get(entry)) flights.wait(entry, { isBackground: true }).catch(() => undefined);
      return Promise.all(
        all.map(async (entry): Promise<BatchResult> => {
          try {
            const token = served.get(entry) ?? ((await flights.wait(entry, { signal })) as Token);
            return { token };
          } catch (error) {
            if (signal?.aborted) throw error;
            return { error: error as LayermintError };
          }
        }),
      );
    },
    async signOut({ revokeTokens = true, signal } = {}) {
      if (over === 'closed') begin();
      finish('signed-out');
      if (!revokeTokens) return {};
      const entry: Entry = { request: {} as TokenRequest, watches: new Set() };
      flights.start([entry], '/v1/revocations');
      return { revocation: (await flights.wait(entry, { signal })) as Revocation };
    },
    close() {
      if (over !== 'closed') finish('closed');
      gate.close();
    },
  };
}
