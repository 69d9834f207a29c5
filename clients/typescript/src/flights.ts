import { LayermintError } from './errors.ts';
import type { Gate, Passenger } from './gate.ts';
import { leftMs, readToken, type Entry, type HeldToken } from './held-tokens.ts';
import { errorOf, members, type Answer, type Send } from './requests.ts';
import { after, mark, type Clock } from './server-time.ts';
import type { CallOptions, SourceEvent } from './source-types.ts';

/** A call that waits for the value of a flight. */
interface Waiter {
  readonly done: (value: unknown) => void;
  readonly fail: (error: LayermintError) => void;
  /** True: the first failure ends the wait, since there is a held token to fall back on. */
  readonly hasOther: boolean;
}

/** The way to the value of one entry, however many wait for it. */
export interface Flight {
  readonly waiters: Set<Waiter>;
  readonly run: Run;
  /** True if a watch waits. It waits as long as the watch lives. */
  watched: boolean;
  /** The tokens that must not be its value. */
  readonly refused: Set<string | undefined>;
  last?: LayermintError | undefined;
  /** The number of answers with a status such as 500. */
  faults: number;
}

type Path = '/v1/tokens' | '/v1/tokens/batch' | '/v1/revocations';

/** Flights that share their requests: those of a batch, otherwise one. */
interface Run extends Passenger {
  readonly path: Path;
  readonly entries: Set<Entry>;
  readonly controller: AbortController;
}

/** Either the value for one entry, or its error. */
interface Outcome {
  readonly value?: unknown;
  readonly error?: LayermintError;
}

/** The flights of a source. */
export interface Flights {
  /** Begins a flight for entries that have none. */
  start(entries: readonly Entry[], path?: Path): void;
  /**
   * Resolves with the value of an entry's flight, and begins one if there is none.
   *
   * @throws LayermintError also if the wait is over, or the signal is aborted
   */
  wait(
    entry: Entry,
    options?: CallOptions & { readonly hasOther?: boolean; readonly isBackground?: boolean },
  ): Promise<unknown>;
  /** Ends an entry's flight if nobody waits for it. */
  release(entry: Entry): void;
  /** Fails all flights of some runs: of all runs, or of those that wait at the gate while the device is offline. */
  fail(error: LayermintError): void;
  /** Lets all flights pass the gate without the delay after an outage. */
  hurry(): void;
}

interface FlightsOptions {
  readonly gate: Gate;
  readonly send: Send;
  readonly clock: Clock;
  readonly maxWaitMs: number;
  readonly isOnline: () => boolean;
  readonly callerTokenPending: () => boolean;
  readonly report: (event: SourceEvent) => void;
  /** Called before each request and after its answer: another user can have signed in. */
  readonly checkUser: () => void;
  /** Keeps a new token. Returns false if it is for another user, after everything was dropped. */
  readonly keep: (entry: Entry, held: HeldToken) => boolean;
  /** Tells the watches of an entry about a failure. */
  readonly failed: (entry: Entry, error: LayermintError) => void;
}

const isPlainFault = ({ status = 0 }: LayermintError): boolean =>
  status >= 500 && ![502, 503, 504].includes(status);

/** Creates the flights. */
export function createFlights(options: FlightsOptions): Flights {
  const { gate, send, clock, maxWaitMs, isOnline, report, checkUser } = options;
  const runs = new Set<Run>();

  const end = (entry: Entry): Flight | undefined => {
    const { flight } = entry;
    entry.flight = undefined;
    if (flight?.run.entries.delete(entry) && !flight.run.entries.size) {
      runs.delete(flight.run);
      flight.run.controller.abort();
    }
    return flight;
  };
  const release = (entry: Entry): void => {
    const { flight } = entry;
    if (flight && !flight.watched && !flight.waiters.size) end(entry);
  };
  const fail = (entry: Entry, error: LayermintError): void => {
    const { flight } = entry;
    if (!flight) return;
    const { documentId, layer } = entry.request;
    report({
      type: 'failed',
      documentId,
      layer: layer ?? '',
      code: error.code,
      status: error.status,
      requestId: error.problem?.requestId,
    });
    flight.last = error;
    if (error.final) end(entry);
    // A call waits for the network and for a service that is overloaded, and for nothing else.
    const isOver =
      error.final ||
      ['offline', 'caller-token-failed'].includes(error.code) ||
      (isPlainFault(error) && ++flight.faults > 1);
    for (const waiter of flight.waiters) if (isOver || waiter.hasOther) waiter.fail(error);
    options.failed(entry, error);
  };

  const outcomeOf = (entry: Entry, path: Path, status: number, body: unknown, answer: Answer): Outcome => {
    if (status < 200 || status > 299) return { error: errorOf(status, body, answer) };
    const isRevocation = path === '/v1/revocations';
    const held = isRevocation ? undefined : readToken(body, entry.request, answer);
    if (isRevocation ? !members(body)['state'] : !held)
      return {
        error: new LayermintError('unexpected-answer', 'The answer is not the expected one.', { status }),
      };
    if (!held) return { value: body };
    // The device slept during the request, or the service repeats itself within a second.
    if (leftMs(clock, held) <= 0 || entry.flight?.refused.has(held.token.jwt))
      return { error: new LayermintError('unavailable', 'The new token cannot be used.') };
    return { value: held };
  };
  const request = async ({ path, controller }: Run, entries: readonly Entry[]): Promise<Outcome[]> => {
    const first = entries[0]?.request;
    const isBatch = path === '/v1/tokens/batch';
    const { documentId, layer } = isBatch || !first ? ({} as never) : first;
    report({ type: 'request', documentId, layer: layer ?? '', count: entries.length });
    try {
      const requests = entries.map((entry) => entry.request);
      const answer = await send(path, isBatch ? { requests } : first, controller.signal);
      const { status, body } = answer;
      const results = members(body)['results'];
      if (!isBatch || status !== 200)
        return entries.map((entry) => outcomeOf(entry, path, status, body, answer));
      return entries.map((entry, index) => {
        const { status: each, token, problem } = members(Array.isArray(results) ? results[index] : undefined);
        return outcomeOf(entry, path, Number(each ?? status), token ?? problem, answer);
      });
    } catch (error) {
      return entries.map(() => ({ error: error as LayermintError }));
    }
  };
  const drive = async (run: Run): Promise<void> => {
    const { signal } = run.controller;
    // A run without entries is aborted: everyone has left, or another user has signed in.
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      if (!isOnline()) for (const entry of run.entries) fail(entry, offline());
      if (isOver()) return;
      const leave = await gate.enter(run, signal);
      checkUser();
      const entries = [...run.entries];
      const outcomes = isOver() ? [] : await request(run, entries);
      if (!isOver()) checkUser();
      if (isOver()) {
        leave();
        return;
      }
      leave(outcomes.find(({ error }) => error && !error.final)?.error ?? null);
      entries.forEach((entry, index) => {
        const { error, value } = outcomes[index] ?? {};
        if (entry.flight?.run !== run) return;
        if (error) fail(entry, error);
        else settle(entry, value);
      });
    }
  };
  const settle = (entry: Entry, value: unknown): void => {
    const isToken = entry.flight?.run.path !== '/v1/revocations';
    if (isToken && !options.keep(entry, value as HeldToken)) return;
    for (const waiter of end(entry)?.waiters ?? []) waiter.done(isToken ? (value as HeldToken).token : value);
  };
  const start: Flights['start'] = (entries, path = '/v1/tokens') => {
    const run: Run = { path, entries: new Set(entries), controller: new AbortController(), urgent: false };
    runs.add(run);
    for (const entry of entries)
      entry.flight = { run, waiters: new Set(), watched: false, refused: new Set(), faults: 0 };
    // Not at once, so that everyone who waits has joined before a first failure.
    void Promise.resolve(run)
      .then(drive)
      .catch(() => undefined);
  };
  return {
    start,
    release,
    wait: (entry, { signal, hasOther = false, isBackground = false } = {}) =>
      new Promise((resolve, reject) => {
        if (!entry.flight) start([entry]);
        const flight = entry.flight as unknown as Flight;
        const leave = (): void => {
          cancel();
          signal?.removeEventListener('abort', abort);
          flight.waiters.delete(waiter);
          if (entry.flight === flight) release(entry);
        };
        const waiter: Waiter = {
          hasOther,
          done(value) {
            leave();
            resolve(value);
          },
          fail(error) {
            leave();
            reject(error);
          },
        };
        const abort = (): void => {
          waiter.fail(new LayermintError('aborted', 'The call was aborted.', { cause: signal?.reason }));
        };
        const cancel = after(clock, mark(clock), maxWaitMs, () => {
          const isPending = options.callerTokenPending();
          waiter.fail(
            flight.last ??
              gate.failure() ??
              new LayermintError(
                isPending ? 'caller-token-failed' : 'unreachable',
                `No answer came in ${maxWaitMs} ms.`,
              ),
          );
        });
        flight.waiters.add(waiter);
        signal?.addEventListener('abort', abort);
        if (signal?.aborted) abort();
        else if (!isBackground) gate.hurry(flight.run);
      }),
    fail(error) {
      for (const run of runs) for (const entry of run.entries) fail(entry, error);
    },
    hurry() {
      for (const run of runs) gate.hurry(run);
    },
  };
}

/** Makes the error of a device without a network. */
export function offline(): LayermintError {
  return new LayermintError('offline', 'The device is offline.');
}
