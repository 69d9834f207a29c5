import type { LayermintError } from './errors.ts';
import type { Flights } from './flights.ts';
import { isDue, type Entry } from './held-tokens.ts';
import type { Time } from './server-time.ts';
import type { Report, Token, WatchListener } from './source-types.ts';

/** The watches of a source: it renews their tokens by timer. */
export interface Renewal {
  /** Adds a listener to an entry. Returns the function that removes it. */
  watch(entry: Entry, listener: WatchListener, held: Token | undefined): () => void;
  /** Tells the watches of an entry about its new token, and plans the next renewal. */
  renewed(entry: Entry, token: Token): void;
  /** Tells the watches of an entry about a failure. A final one ends them. */
  failed(entry: Entry, error: LayermintError): void;
  /** Renews the token of a watched entry if it is due, or plans its renewal anew: the device can have slept. */
  check(entry: Entry): void;
}

/**
 * Creates the watches.
 *
 * @param checkUser - called before a renewal. If another user has signed in, the entry has no watches after it
 */
export function createRenewal(
  time: Time,
  flights: Pick<Flights, 'start' | 'release'>,
  report: Report,
  checkUser: () => void,
): Renewal {
  const tell = (
    entry: Entry,
    watches: Iterable<{ listener: WatchListener }>,
    call: (to: WatchListener) => void,
  ): void => {
    for (const watch of watches)
      try {
        if (entry.watches.has(watch)) call(watch.listener);
      } catch {
        // Its message can hold the token, so it is not reported.
        report('listener-failed', entry.request);
      }
  };
  const check: Renewal['check'] = (entry) => {
    const { held, watches } = entry;
    entry.cancelTimer?.();
    if (!watches.size) return;
    if (held && !isDue(time, held)) {
      const again = (): void => {
        check(entry);
      };
      entry.cancelTimer = time.after(held.waitMs, again, held.received);
      return;
    }
    checkUser();
    if (!watches.size) return;
    if (!entry.flight) flights.start([entry]);
    if (entry.flight) entry.flight.watched = true;
  };
  return {
    check,
    watch(entry, listener, token) {
      const watch = { listener };
      entry.watches.add(watch);
      if (token)
        void Promise.resolve().then(() => {
          // A new one can have replaced it in the meantime.
          if (entry.held?.token === token)
            tell(entry, [watch], (to) => {
              to.onToken(token);
            });
        });
      check(entry);
      return () => {
        if (!entry.watches.delete(watch) || entry.watches.size) return;
        entry.cancelTimer?.();
        if (entry.flight) entry.flight.watched = false;
        flights.release(entry);
      };
    },
    renewed(entry, token) {
      tell(entry, [...entry.watches], (to) => {
        to.onToken(token);
      });
      check(entry);
    },
    failed(entry, error) {
      const watches = [...entry.watches];
      tell(entry, watches, (to) => to.onError?.(error));
      if (!error.final) return;
      for (const watch of watches) entry.watches.delete(watch);
      check(entry);
    },
  };
}
