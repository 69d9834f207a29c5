import { LayermintError } from './errors.ts';
import { boundedRun, type Time } from './server-time.ts';
import type { Report, TokenSourceOptions } from './source-types.ts';

/** The application's function for caller tokens, called once however many requests need one. */
export interface CallerToken {
  /** The number of renewals so far. */
  renewals(): number;
  /** Tells if a call of the application's function runs. */
  isPending(): boolean;
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

/** Wraps the application's function. */
export function createCallerToken(
  callerToken: TokenSourceOptions['callerToken'],
  time: Time,
  maxWaitMs: number,
  report: Report,
): CallerToken {
  let flight: { readonly renew: boolean; readonly token: Promise<string> } | undefined;
  let controller = new AbortController();
  let renewals = 0;
  let renewed: Promise<string> | undefined;

  const call = async (renew: boolean): Promise<string> => {
    const { signal } = controller;
    try {
      const token = await boundedRun<unknown>(time, maxWaitMs, signal, (signal) =>
        callerToken({ renew, signal }),
      );
      // fetch would show any other text in the message of its own error.
      if (typeof token !== 'string' || !/^[!-~]+$/.test(token))
        throw new TypeError('It must give a token, without "Bearer ".');
      if (renew && !signal.aborted) {
        renewals++;
        report('caller-token-renewed');
      }
      return token;
    } catch (cause) {
      throw new LayermintError('caller-token-failed', 'callerToken gave no token: the cause is its error.', {
        cause,
      });
    } finally {
      if (!signal.aborted) flight = undefined;
    }
  };
  const get = async (renew: boolean): Promise<string> => {
    // A plain call that runs can still give the refused token.
    if (flight && renew && !flight.renew) {
      await flight.token.catch(() => undefined);
      return get(true);
    }
    if (!flight) {
      flight = { renew, token: call(renew) };
      if (renew) renewed = flight.token;
    }
    return flight.token;
  };

  return {
    renewals: () => renewals,
    isPending: () => !!flight,
    get: () => get(false),
    another: (before) => (renewals > before && renewed ? renewed : get(true)),
    drop() {
      controller.abort();
      controller = new AbortController();
      flight = renewed = undefined;
    },
  };
}
