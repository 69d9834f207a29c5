import type { LayermintError } from './errors.ts';
import type { Flights } from './flights.ts';
import { isDue, type Entry } from './held-tokens.ts';
import { after, type Clock } from './server-time.ts';
import type { SourceEvent, Token, WatchListener } from './source-types.ts';

/** The watches of a source: it renews their tokens by timer. */
export interface Renewal {
  /** Adds a listener to an entry. Returns the function that removes it. */
  watch(entry: Entry, listener: WatchListener, held: Token | undefined): () => void;
  /** Tells the listeners of an entry about its new token, and plans the next renewal. */
  renewed(entry: Entry): void;
  /** Tells the listeners of an entry about a failure. A final one ends their watches. */
  failed(entry: Entry, error: LayermintError): void;
  /** Renews the token of a watched entry if it is due, or plans its renewal anew: the device can have slept. */
  check(entry: Entry): void;
}

interface RenewalOptions {
  readonly clock: Clock;
  readonly flights: Pick<Flights, 'start' | 'release'>;
  readonly report: (event: SourceEvent) => void;
  /** Called before a renewal. Another user can have signed in; then the entry has no watches any more. */
  readonly checkUser: () => void;
}

/** Creates the watches. */
export function createRenewal({ clock, flights, report, checkUser }: RenewalOptions): Renewal {
  const tell = (entry: Entry, call: (listener: WatchListener) => void, only?: WatchListener): void => {
    for (const listener of [...entry.watches]) {
      if ((only && only !== listener) || !entry.watches.has(listener)) continue;
      try {
        call(listener);
      } catch {
        // Its message can hold the token, so it is not reported.
        const { documentId, layer } = entry.request;
        report({ type: 'listener-failed', documentId, layer: layer ?? '' });
      }
    }
  };
  const renew = (entry: Entry): void => {
    checkUser();
    if (!entry.watches.size) return;
    if (!entry.flight) flights.start([entry]);
    if (entry.flight) entry.flight.watched = true;
  };
  const check = (entry: Entry): void => {
    entry.cancelTimer?.();
    if (!entry.watches.size) return;
    const { held } = entry;
    if (!held || isDue(clock, held)) {
      renew(entry);
      return;
    }
    entry.cancelTimer = after(clock, held.received, held.waitMs, () => {
      renew(entry);
    });
  };
  return {
    check,
    watch(entry, given, token) {
      // A listener of its own for each watch, so that one can be given twice.
      const listener: WatchListener = {
        onToken(it) {
          given.onToken(it);
        },
        onError(it) {
          given.onError?.(it);
        },
      };
      entry.watches.add(listener);
      if (token)
        void Promise.resolve().then(() => {
          // Replaced, dropped or told in the meantime?
          if (entry.held?.token === token)
            tell(
              entry,
              (it) => {
                it.onToken(token);
              },
              listener,
            );
        });
      check(entry);
      return () => {
        if (!entry.watches.delete(listener) || entry.watches.size) return;
        entry.cancelTimer?.();
        if (entry.flight) entry.flight.watched = false;
        flights.release(entry);
      };
    },
    renewed(entry) {
      const token = entry.held?.token;
      if (token)
        tell(entry, (it) => {
          it.onToken(token);
        });
      check(entry);
    },
    failed(entry, error) {
      tell(entry, (it) => it.onError?.(error));
      if (!error.final) return;
      entry.watches.clear();
      entry.cancelTimer?.();
    },
  };
}
