import { LayermintError, offline } from './errors.ts';
import type { Gate, Passenger } from './gate.ts';
import { leftMs, pauseBefore, readToken, type Entry, type HeldToken } from './held-tokens.ts';
import { errorOf, members, type Answer, type Send } from './requests.ts';
import { bounded, type Time } from './server-time.ts';
import type { Report } from './source-types.ts';

/** A call that waits for the value of a flight. */
interface Waiter {
  readonly done: (value: unknown) => void;
  readonly fail: (error: LayermintError) => void;
  /** True: the first failure ends the wait, since there is a held token to fall back on. */
  readonly hasOther: boolean | undefined;
}

/** The way to the value of one entry, however many wait for it. */
export interface Flight {
  readonly run: Run;
  readonly waiters: Set<Waiter>;
  /** The tokens that must not be its value. */
  readonly refused: Set<string>;
  /** True if a watch waits. It waits as long as the watch lives. */
  watched?: boolean;
  last?: LayermintError;
  /** The number of answers with a status such as 500. */
  faults: number;
}

/** Flights that share their requests: those of a batch, otherwise one. */
interface Run extends Passenger {
  readonly path: string;
  readonly entries: Set<Entry>;
  readonly controller: AbortController;
  /** Cancels the pause before its first request. */
  cancelPause?: () => void;
}

const TOKENS = '/v1/tokens';
export const BATCH = '/v1/tokens/batch';
export const REVOCATIONS = '/v1/revocations';
const UNREADABLE = 'The answer is not as described.';

/** The options of a wait. */
interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  readonly hasOther?: boolean;
  readonly isBackground?: boolean;
  /** A token that must not be the value. */
  readonly refused?: string | undefined;
  readonly path?: string;
}

/** The flights of a source. */
export interface Flights {
  /** Begins a flight for entries that have none. */
  start(entries: readonly Entry[], path?: string): void;
  /**
   * Resolves with the value of an entry's flight, and begins one if there is none.
   *
   * @throws LayermintError also if the wait is over, or the signal is aborted
   */
  wait(entry: Entry, options?: WaitOptions): Promise<unknown>;
  /** Ends an entry's flight if nobody waits for it. */
  release(entry: Entry): void;
  /** Lets each flight pass the gate without the delay after an outage. */
  hurry(): void;
  /** Fails each flight. It continues if the error is not final and a watch waits. */
  fail(error: LayermintError): void;
}

interface FlightsOptions {
  readonly gate: Gate;
  readonly send: Send;
  readonly time: Time;
  readonly maxWaitMs: number;
  readonly isOnline: () => boolean;
  readonly isCallerTokenPending: () => boolean;
  readonly report: Report;
  /** Called before each request and after its answer: another user can have signed in. */
  readonly checkUser: () => void;
  /** Keeps a new token. Returns false if it is for another user, after everything was dropped. */
  readonly keep: (entry: Entry, held: HeldToken) => boolean;
  /** Tells the watches of an entry about a failure. */
  readonly failed: (entry: Entry, error: LayermintError) => void;
}

/** Creates the flights. */
export function createFlights({
  gate,
  send,
  time,
  maxWaitMs,
  isOnline,
  isCallerTokenPending,
  report,
  checkUser,
  keep,
  failed,
}: FlightsOptions): Flights {
  const runs = new Set<Run>();

  const end = (entry: Entry, run: Run): void => {
    entry.flight = undefined;
    run.entries.delete(entry);
    if (run.entries.size) return;
    runs.delete(run);
    run.controller.abort();
    run.cancelPause?.();
    gate.quit(run);
  };
  const release: Flights['release'] = (entry) => {
    const { flight } = entry;
    if (flight && !flight.watched && !flight.waiters.size) end(entry, flight.run);
  };
  const fail = (entry: Entry, error: LayermintError): void => {
    const { flight } = entry;
    if (!flight) return;
    const { code, status, problem, final } = error;
    report('failed', entry.request, { code, status, requestId: problem?.requestId });
    flight.last = error;
    if (final) end(entry, flight.run);
    // A call waits for the network and for a service that is overloaded. A fault such as 500 is tried once more.
    const isOver =
      final ||
      code === 'offline' ||
      code === 'caller-token-failed' ||
      (status !== undefined && status >= 500 && ![502, 503, 504].includes(status) && ++flight.faults > 1);
    for (const waiter of flight.waiters) if (isOver || waiter.hasOther) waiter.fail(error);
    failed(entry, error);
  };

  const outcomeOf = (entry: Entry, { path }: Run, status: number, body: unknown, answer: Answer): unknown => {
    if (status < 200 || status > 299) return errorOf(status, body, answer);
    const held = path === REVOCATIONS ? undefined : readToken(body, entry.request, answer);
    if (!held && (path !== REVOCATIONS || !members(body)['state']))
      return new LayermintError('unexpected-answer', UNREADABLE, { status });
    // The device slept during the request, or the service repeats itself within a second.
    if (held && (leftMs(time, held) <= 0 || entry.flight?.refused.has(held.token.jwt)))
      return new LayermintError('unavailable', 'The new token cannot be used.');
    return held ?? body;
  };
  const request = async (run: Run, entries: readonly Entry[]): Promise<unknown[]> => {
    const requests = entries.map((entry) => entry.request);
    const [first] = requests;
    const isBatch = run.path === BATCH;
    report('request', isBatch ? undefined : first, { count: requests.length });
    try {
      const answer = await send(run.path, isBatch ? { requests } : first, run.controller.signal);
      const { status, body } = answer;
      const results = members(members(body)['results']);
      return entries.map((entry, index) => {
        if (!isBatch || status !== 200) return outcomeOf(entry, run, status, body, answer);
        const { status: its, token, problem } = members(results[index]);
        return outcomeOf(entry, run, typeof its === 'number' ? its : 200, token ?? problem, answer);
      });
    } catch (cause) {
      // Anything else is thrown by an answer that cannot be read. It must end the flight too.
      const isOurs = cause instanceof LayermintError;
      const error = isOurs ? cause : new LayermintError('unexpected-answer', UNREADABLE, { cause });
      return entries.map(() => error);
    }
  };
  const drive = async (run: Run): Promise<void> => {
    const pauseMs = Math.max(...[...run.entries].map(pauseBefore));
    if (pauseMs > 0)
      await new Promise<void>((resolve) => {
        run.cancelPause = time.after(pauseMs, resolve);
      });
    // A run without entries is aborted: everyone has left, or another user has signed in.
    while (run.entries.size) {
      if (!isOnline()) for (const entry of run.entries) fail(entry, offline());
      if (!run.entries.size) return;
      const leave = await gate.enter(run);
      checkUser();
      const entries = [...run.entries];
      const outcomes = entries.length ? await request(run, entries) : [];
      checkUser();
      if (!run.entries.size) {
        leave();
        return;
      }
      const errors = outcomes.filter((it) => it instanceof LayermintError);
      leave(errors.find(({ final }) => !final) ?? null);
      entries.forEach((entry, index) => {
        const outcome = outcomes[index];
        const { flight } = entry;
        if (flight?.run !== run) return;
        if (outcome instanceof LayermintError) {
          fail(entry, outcome);
          return;
        }
        if (run.path !== REVOCATIONS && !keep(entry, outcome as HeldToken)) return;
        end(entry, run);
        for (const waiter of flight.waiters) waiter.done(outcome);
      });
      // The renewed caller token was refused. It would be for the others too.
      const refusal = errors.find(({ code }) => code === 'sign-in-required');
      if (refusal) failAll(refusal);
    }
  };
  const failAll: Flights['fail'] = (error) => {
    // A listener can begin the next flight while it is told.
    for (const { entries } of [...runs]) for (const entry of entries) fail(entry, error);
  };
  const start: Flights['start'] = (entries, path = TOKENS) => {
    const run: Run = { path, entries: new Set(entries), controller: new AbortController() };
    runs.add(run);
    for (const entry of entries) entry.flight = { run, waiters: new Set(), refused: new Set(), faults: 0 };
    // Not at once, so that everyone has joined before a first failure.
    void Promise.resolve(run).then(drive);
  };
  return {
    start,
    release,
    wait: (entry, { signal, hasOther, isBackground, refused, path } = {}) => {
      if (!isBackground && !signal?.aborted && !isOnline()) return Promise.reject(offline());
      let flight: Flight | undefined;
      return bounded(
        time,
        maxWaitMs,
        signal,
        (done, fail) => {
          if (!entry.flight) start([entry], path);
          const joined = entry.flight as unknown as Flight;
          flight = joined;
          const waiter = { done, fail, hasOther };
          joined.waiters.add(waiter);
          if (refused) joined.refused.add(refused);
          if (!isBackground) gate.hurry(joined.run);
          return () => {
            joined.waiters.delete(waiter);
            if (entry.flight === joined) release(entry);
          };
        },
        () =>
          flight?.last ??
          gate.failure() ??
          new LayermintError(
            isCallerTokenPending() ? 'caller-token-failed' : 'unreachable',
            'No answer came in time.',
          ),
      );
    },
    hurry() {
      for (const run of runs) gate.hurry(run);
    },
    fail: failAll,
  };
}
