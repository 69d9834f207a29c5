import { LayermintError } from './errors.ts';
import type { Time } from './server-time.ts';

/** Calls a function if a signal is aborted, unless the returned function is called before. Never at once. */
export function onAbort(signal: AbortSignal | undefined, run: () => void): () => void {
  if (signal?.aborted) void Promise.resolve().then(run);
  signal?.addEventListener('abort', run);
  return () => signal?.removeEventListener('abort', run);
}

/**
 * Settles with the work, unless the time or the signal ends before: the application's functions need not watch theirs.
 *
 * @param begin - begins the work. It returns a function that is called at the end, whatever ended it
 * @throws LayermintError `aborted` if the signal ended it, or the error for the end of the time
 */
export function bounded<T>(
  time: Time,
  ms: number,
  signal: AbortSignal | undefined,
  begin: (done: (value: T) => void, fail: (error: unknown) => void) => () => void,
  timedOut?: () => LayermintError,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const ending =
      <V>(settle: (value: V) => void) =>
      (value: V): void => {
        cancel();
        forget();
        end();
        settle(value);
      };
    const fail = ending(reject);
    const cancel = time.after(ms, () => {
      fail(timedOut?.());
    });
    const forget = onAbort(signal, () => {
      fail(new LayermintError('aborted', 'The call was aborted.', { cause: signal?.reason }));
    });
    const end = begin(ending(resolve), fail);
  });
}

/** Runs a function with a signal of its own for as long as {@link bounded} allows. */
export function boundedRun<T>(
  time: Time,
  ms: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  return bounded(time, ms, signal, (done, fail) => {
    const controller = new AbortController();
    void Promise.resolve(controller.signal).then(run).then(done, fail);
    return () => {
      controller.abort();
    };
  });
}
