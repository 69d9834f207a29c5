import type { LayermintError } from './errors.ts';
import type { SourceEvent } from './source-types.ts';
import { after, mark, since, type Clock } from './server-time.ts';

const MOST_IN_FLIGHT = 4;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 60_000;
const SPREAD_MS = 10_000;

/** A run of requests that passes the gate before each of them. */
export interface Passenger {
  /** True if a call waits for it: after an outage it passes at once. */
  urgent: boolean;
}

interface Waiting {
  readonly passenger: Passenger;
  readonly pass: () => void;
  /** Cancels the delay that spreads renewals after an outage. */
  cancel?: (() => void) | undefined;
}

/** The shared backoff of a source. */
export interface Gate {
  /**
   * Resolves once a request can be sent, with a function to call after it: with the failure if the next request must
   * wait, with null if the service has answered, and with nothing if the request was aborted.
   */
  enter(passenger: Passenger, signal: AbortSignal): Promise<(failure?: LayermintError | null) => void>;
  /** The failure of the last request, until one succeeds. */
  failure(): LayermintError | undefined;
  /** Lets a passenger pass without the delay after an outage. */
  hurry(passenger: Passenger): void;
  /** Ends a wait that a network error caused, since the network is back, and any wait that is over. */
  wake(): void;
  /** Spreads the passengers that wait and are not urgent. */
  spread(): void;
  close(): void;
}

interface GateOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly isOnline: () => boolean;
  readonly report: (event: SourceEvent) => void;
}

/**
 * Creates the gate. After a failure it closes for the backoff, or for `Retry-After` if that is longer. Then one
 * request passes as a probe, and its success opens the gate for the others.
 */
export function createGate({ clock, random, isOnline, report }: GateOptions): Gate {
  const queue = new Set<Waiting>();
  let failures = 0;
  let last: LayermintError | undefined;
  // Each failure begins a new period. Requests of a former one no longer count, whatever their outcome.
  let period = 0;
  let inFlight = 0;
  let from = mark(clock);
  let waitMs = 0;
  let cancel: (() => void) | undefined;

  const pump = (): void => {
    for (const waiting of queue) {
      if (cancel || !isOnline() || inFlight >= (failures ? 1 : MOST_IN_FLIGHT)) return;
      if (waiting.cancel) continue;
      queue.delete(waiting);
      inFlight++;
      waiting.pass();
    }
  };
  const open = (): void => {
    cancel?.();
    cancel = undefined;
    pump();
  };
  const shut = (ms: number, { code, status }: LayermintError): void => {
    cancel?.();
    from = mark(clock);
    waitMs = ms;
    cancel = after(clock, from, ms, open);
    report({ type: 'retry-planned', waitMs: ms, code, status });
  };
  const spread = (): void => {
    for (const waiting of queue) {
      waiting.cancel?.();
      waiting.cancel = waiting.passenger.urgent
        ? undefined
        : after(clock, mark(clock), random() * SPREAD_MS, () => {
            waiting.cancel = undefined;
            pump();
          });
    }
  };
  const leave = (entered: number, failure?: LayermintError | null): void => {
    const retryAfterMs = failure?.retryAfterMs ?? 0;
    if (entered !== period) {
      if (failure && cancel && retryAfterMs > waitMs - since(clock, from)) shut(retryAfterMs, failure);
      return;
    }
    inFlight--;
    if (failure) {
      period++;
      inFlight = 0;
      last = failure;
      const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** failures++, LONGEST_BACKOFF_MS);
      shut(Math.max(backoffMs * (0.5 + random() / 2), retryAfterMs), failure);
    } else if (failure === null && failures) {
      failures = 0;
      last = undefined;
      spread();
    }
    pump();
  };

  return {
    enter: (passenger, signal) =>
      new Promise((resolve, reject) => {
        const waiting: Waiting = {
          passenger,
          pass() {
            signal.removeEventListener('abort', stop);
            const entered = period;
            resolve((failure) => {
              leave(entered, failure);
            });
          },
        };
        const stop = (): void => {
          waiting.cancel?.();
          queue.delete(waiting);
          reject(new Error());
        };
        signal.addEventListener('abort', stop);
        queue.add(waiting);
        pump();
      }),
    failure: () => last,
    hurry(passenger) {
      passenger.urgent = true;
      for (const waiting of queue)
        if (waiting.passenger === passenger) {
          waiting.cancel?.();
          waiting.cancel = undefined;
        }
      pump();
    },
    wake() {
      if (cancel && (last?.code === 'unreachable' || since(clock, from) >= waitMs)) open();
      else pump();
    },
    spread,
    close() {
      cancel?.();
    },
  };
}
