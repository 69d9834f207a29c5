import { LayermintError } from './errors.ts';
import { after, mark, type Clock } from './server-time.ts';
import type { SourceEvent, TokenSourceOptions } from './source-types.ts';

/** The application's function for caller tokens, called once however many requests need one. */
export interface CallerToken {
  /** The number of renewals so far. */
  renewals(): number;
  /** Tells if a call of the application's function runs. */
  pending(): boolean;
  /** Resolves with the caller token. @throws LayermintError `caller-token-failed` */
  get(): Promise<string>;
  /**
   * Resolves with another caller token than a refused one.
   *
   * @param before - the number of renewals at the time of the refused request
   * @throws LayermintError `caller-token-failed`
   */
  another(before: number): Promise<string>;
  /** Forgets the call that runs, so that its caller token is not used. */
  drop(): void;
}

interface CallerTokenOptions {
  readonly callerToken: TokenSourceOptions['callerToken'];
  readonly clock: Clock;
  readonly maxWaitMs: number;
  readonly report: (event: SourceEvent) => void;
}

/** Rejects as soon as the signal is aborted. Some implementations of `fetch` and most applications do not watch it. */
export function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    void promise.then(resolve, reject).then(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}

/** Wraps the application's function. */
export function createCallerToken({
  callerToken,
  clock,
  maxWaitMs,
  report,
}: CallerTokenOptions): CallerToken {
  interface Flight {
    readonly renew: boolean;
    readonly token: Promise<string>;
    readonly controller: AbortController;
  }
  let flight: Flight | undefined;
  let renewals = 0;
  let renewed: Promise<string> | undefined;

  const call = async (renew: boolean, { signal }: AbortController): Promise<string> => {
    let token: unknown;
    try {
      token = await untilAborted(signal, (async () => callerToken({ renew, signal }))());
    } catch (cause) {
      throw new LayermintError('caller-token-failed', 'The function callerToken failed.', { cause });
    }
    // fetch would show any other text in the message of its own error.
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
      throw new LayermintError('caller-token-failed', 'callerToken must give a token, without "Bearer ".');
    return token;
  };
  const start = (renew: boolean): Promise<string> => {
    const controller = new AbortController();
    const cancel = after(clock, mark(clock), maxWaitMs, () => {
      controller.abort();
    });
    const token = call(renew, controller);
    const mine: Flight = { renew, token, controller };
    flight = mine;
    if (renew) renewed = token;
    const end = (): void => {
      cancel();
      if (flight === mine) flight = undefined;
    };
    void token.then(() => {
      end();
      if (!renew || renewed !== token) return;
      renewals++;
      report({ type: 'caller-token-renewed' });
    }, end);
    return token;
  };
  const get = (renew: boolean): Promise<string> => {
    if (!flight) return start(renew);
    if (flight.renew || !renew) return flight.token;
    // The running call can still give the refused token.
    return flight.token.then(
      () => get(true),
      () => get(true),
    );
  };

  return {
    renewals: () => renewals,
    pending: () => flight !== undefined,
    get: () => get(false),
    another: (before) => (renewals > before && renewed ? renewed : get(true)),
    drop() {
      flight?.controller.abort();
      flight = renewed = undefined;
    },
  };
}
