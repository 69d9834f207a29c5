import type { LayermintError } from './errors.ts';
import type { Time } from './server-time.ts';
import type { Report } from './source-types.ts';

const MOST_IN_FLIGHT = 4;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 60_000;
const SPREAD_MS = 10_000;

/** A run of requests, which passes the gate before each of them. */
export interface Passenger {
  /** True if a call waits for it: after an outage it passes at once. */
  urgent?: boolean;
  /** Called by the gate to let it pass. */
  pass?: (leave: Leave) => void;
  /** Cancels the delay that spreads renewals after an outage. */
  cancelDelay?: (() => void) | undefined;
}

/** Ends a pass: with a failure if the next request must wait, with null after an answer, with nothing after an abort. */
export type Leave = (failure?: LayermintError | null) => void;

/** The shared backoff of a source. */
export interface Gate {
  /** Resolves once a request can be sent. */
  enter(passenger: Passenger): Promise<Leave>;
  /** Removes a passenger that waits. */
  quit(passenger: Passenger): void;
  /** Lets a passenger pass without the delay after an outage. */
  hurry(passenger: Passenger): void;
  /** Tells the failure of the last request, until one succeeds. */
  failure(): LayermintError | undefined;
  /**
   * Ends a wait that a network error caused, and any wait that is over: the device is back.
   *
   * @param isSpread - true to spread the passengers that are not urgent
   */
  wake(isSpread: boolean): void;
  /** Stops the timer of the backoff. */
  close(): void;
}

/**
 * Creates the gate. After a failure it closes for the backoff, or for `Retry-After` if that is longer. Then one
 * request passes as a probe, and its success opens the gate for the others.
 */
export function createGate(time: Time, random: () => number, isOnline: () => boolean, report: Report): Gate {
  const queue = new Set<Passenger>();
  let failures = 0;
  let last: LayermintError | undefined;
  // A failure begins a new period. The requests of a former one no longer count, whatever their outcome.
  let period = 0;
  let inFlight = 0;
  let from = time.mark();
  // Not 0: the gate is closed.
  let closedMs = 0;
  let cancel: (() => void) | undefined;

  const pump = (): void => {
    for (const passenger of queue) {
      if (closedMs || !isOnline() || inFlight >= (failures ? 1 : MOST_IN_FLIGHT)) return;
      if (passenger.cancelDelay) continue;
      queue.delete(passenger);
      inFlight++;
      const entered = period;
      passenger.pass?.((failure) => {
        leave(entered, failure);
      });
    }
  };
  const open = (): void => {
    cancel?.();
    closedMs = 0;
    pump();
  };
  const undelay = (passenger: Passenger): void => {
    passenger.cancelDelay?.();
    passenger.cancelDelay = undefined;
  };
  const spread = (): void => {
    for (const passenger of queue) {
      undelay(passenger);
      if (!passenger.urgent)
        passenger.cancelDelay = time.after(random() * SPREAD_MS, () => {
          passenger.cancelDelay = undefined;
          pump();
        });
    }
  };
  const leave = (entered: number, failure?: LayermintError | null): void => {
    const isCurrent = entered === period;
    let waitMs = failure?.retryAfterMs ?? 0;
    if (isCurrent) {
      inFlight--;
      if (failure) {
        period++;
        inFlight = 0;
        last = failure;
        const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** failures++, LONGEST_BACKOFF_MS);
        waitMs = Math.max(backoffMs * (0.5 + random() / 2), waitMs);
      } else if (failure === null && failures) {
        failures = 0;
        last = undefined;
        spread();
      }
    }
    if (failure && (isCurrent || waitMs > Math.max(closedMs - time.since(from), 0))) {
      const { code, status } = failure;
      cancel?.();
      from = time.mark();
      closedMs = waitMs;
      cancel = time.after(waitMs, open);
      report('retry-planned', undefined, { waitMs, code, status });
    }
    pump();
  };

  return {
    enter: (passenger) =>
      new Promise((resolve) => {
        passenger.pass = resolve;
        queue.add(passenger);
        pump();
      }),
    quit(passenger) {
      undelay(passenger);
      queue.delete(passenger);
    },
    close() {
      cancel?.();
    },
    hurry(passenger) {
      passenger.urgent = true;
      undelay(passenger);
      // The user can have signed in since.
      if (last?.code === 'caller-token-failed') open();
      else pump();
    },
    failure: () => last,
    wake(isSpread) {
      if (isSpread) spread();
      if (last?.code === 'unreachable' || time.since(from) >= closedMs) open();
      else pump();
    },
  };
}
