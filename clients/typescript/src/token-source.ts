import { createCallerToken } from './caller-token.ts';
import { browserConnectivity, seemsOnline } from './connectivity.ts';
import { LayermintError, offline, type ErrorCode } from './errors.ts';
import { BATCH, createFlights, REVOCATIONS } from './flights.ts';
import { createGate } from './gate.ts';
import { canonical, dropRefused, isDue, leftMs, type Entry, type HeldToken } from './held-tokens.ts';
import { createRenewal } from './renewal.ts';
import { createSend } from './requests.ts';
import { createTime, deviceClock, onAbort } from './server-time.ts';
import type {
  Report,
  Revocation,
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
export function createTokenSource({
  api,
  callerToken,
  user,
  onEvent,
  clock = deviceClock,
  random = Math.random,
  maxWaitMs = 25_000,
  requestTimeoutMs = 10_000,
  maxHeldTokens = 1000,
  fetch = (...request) => globalThis.fetch(...request),
  connectivity = 'document' in globalThis ? browserConnectivity() : undefined,
}: TokenSourceOptions): TokenSource {
  const entries = new Map<string, Entry>();
  let over: ErrorCode | undefined;
  let userId: string | undefined;
  let lastUser: string | undefined;

  const report: Report = (type, request, details) => {
    try {
      onEvent?.({
        type,
        ...(request && { documentId: request.documentId, layer: request.layer ?? '' }),
        ...details,
      });
    } catch {
      // A hook for logs must not stop the work.
    }
  };
  const isOnline = (): boolean => seemsOnline(connectivity);
  const time = createTime(clock);
  const caller = createCallerToken(callerToken, time, maxWaitMs, report);
  const gate = createGate(time, random, isOnline, report);

  const drop = (code: 'user-changed' | 'signed-out' | 'closed'): void => {
    const error = new LayermintError(code, `The token source is not usable: ${code}.`);
    const dropped = [...entries.values()];
    entries.clear();
    userId = undefined;
    caller.drop();
    flights.fail(error);
    for (const entry of dropped) renewal.failed(entry, error);
    report(code);
  };
  const checkUser = (): void => {
    const former = lastUser;
    try {
      lastUser = user?.();
    } catch {
      lastUser = undefined; // Nobody is known to be signed in.
    }
    if (former !== undefined && former !== lastUser) drop('user-changed');
  };
  /** Forgets entries without a live token, and beyond the limit those that were asked for longest ago. */
  const tidy = (): void => {
    for (const [key, { held, watches, flight }] of entries)
      if (!watches.size && !flight && (entries.size > maxHeldTokens || leftMs(time, held) <= 0))
        entries.delete(key);
  };
  const send = createSend(api, caller, fetch, time, requestTimeoutMs, checkUser);
  const flights = createFlights({
    gate,
    send,
    time,
    maxWaitMs,
    isOnline,
    report,
    checkUser,
    isCallerTokenPending: () => caller.isPending(),
    failed(entry, error) {
      if (error.code === 'no-access') entry.held = undefined;
      tidy();
      renewal.failed(entry, error);
    },
    keep(entry, held) {
      const { token, waitMs } = held;
      if (userId !== undefined && token.userId !== userId) {
        drop('user-changed');
        return false;
      }
      userId = token.userId;
      entry.held = held;
      report('minted', token, { waitMs });
      tidy();
      renewal.renewed(entry, token);
      return true;
    },
  });
  const renewal = createRenewal(time, flights, report, checkUser);

  /** Begins a call. @throws LayermintError `closed` or `signed-out` */
  const begin = (): void => {
    checkUser();
    if (over) throw new LayermintError(over, `The token source is ${over}.`);
  };
  const entryOf = (asked: TokenRequest): Entry => {
    const request = canonical(asked);
    const key = JSON.stringify(request);
    const entry = entries.get(key) ?? { request, watches: new Set() };
    // The first of the map was asked for longest ago.
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  };
  const live = ({ held }: Entry): Token | undefined => (leftMs(time, held) > 0 ? held?.token : undefined);
  /** Finds the held token of an entry, if it can be served. */
  const serve = (entry: Entry, atLeastMs?: number): Token | undefined => {
    const token = live(entry);
    // While nothing can be renewed, a token serves to its end.
    const leastMs =
      atLeastMs ?? (isDue(time, entry.held) && isOnline() && !gate.failure() ? LEAST_LEFT_MS : 0);
    if (!token || leftMs(time, entry.held) < leastMs) return undefined;
    report('served-held', token);
    return token;
  };
  const minted = async (entry: Entry, options?: Parameters<typeof flights.wait>[1]): Promise<Token> =>
    ((await flights.wait(entry, options)) as HeldToken).token;
  const renewInBackground = (entry: Entry): void => {
    if (isDue(time, entry.held)) minted(entry, { isBackground: true }).catch(() => undefined);
  };
  const disconnect = connectivity?.subscribe((event) => {
    if (event === 'offline') {
      flights.fail(offline());
      return;
    }
    checkUser();
    for (const entry of entries.values()) renewal.check(entry);
    if (event === 'resume') flights.hurry();
    gate.wake(event === 'online');
  });
  const finish = (code: 'closed' | 'signed-out'): void => {
    if (over === 'closed') return;
    over = code;
    disconnect?.();
    drop(code);
  };

  return {
    async token(request, { signal, atLeastMs } = {}) {
      begin();
      const entry = entryOf(request);
      const served = serve(entry, atLeastMs);
      if (served && !signal?.aborted) {
        renewInBackground(entry);
        return served;
      }
      const hasOther = atLeastMs === undefined && !!live(entry);
      return minted(entry, { signal, hasOther }).catch((error: unknown) => {
        const other = hasOther && !(error as LayermintError).final && live(entry);
        if (other) return other;
        throw error;
      });
    },
    async renew(request, { signal, refused } = {}) {
      begin();
      const entry = entryOf(request);
      const jwt = entry.held?.token.jwt;
      const newer = refused !== undefined && refused !== jwt && serve(entry);
      if (newer) return newer;
      if (refused === jwt) dropRefused(time, entry);
      // Its watches wait for the next one longer than this call.
      renewal.check(entry);
      return minted(entry, { signal, refused: refused ?? jwt });
    },
    watch(request, listener, { signal } = {}) {
      let remove: (() => void) | undefined;
      const close = (): void => {
        forget();
        remove?.();
      };
      const forget = onAbort(signal, close);
      if (signal?.aborted) return { close };
      try {
        begin();
        const entry = entryOf(request);
        remove = renewal.watch(entry, listener, serve(entry));
      } catch (error) {
        void Promise.resolve(error as LayermintError).then((it) => {
          renewal.failed({ request, watches: new Set([{ listener }]) }, it);
        });
      }
      return { close };
    },
    async batch(requests, { signal } = {}) {
      begin();
      const all = requests.map(entryOf);
      const served = new Map(all.map((entry) => [entry, serve(entry)]));
      const missing = [...served.keys()].filter(
        (entry) => isDue(time, entry.held) && !entry.flight && !signal?.aborted,
      );
      while (missing.length) flights.start(missing.splice(0, BATCH_SIZE), BATCH);
      return Promise.all(
        all.map(async (entry) => {
          try {
            const token = served.get(entry);
            if (token) renewInBackground(entry);
            return { token: token ?? (await minted(entry, { signal })) };
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
      return { revocation: (await flights.wait(entry, { signal, path: REVOCATIONS })) as Revocation };
    },
    close() {
      finish('closed');
      gate.close();
    },
  };
}
