import { useCallback, useEffect, useState } from 'preact/hooks';

/** A value that is loaded. */
export type LoadState<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'loaded'; readonly value: T };

/** A value that is loaded, and a way to load it again. */
export type Loading<T> = LoadState<T> & { readonly reload: () => void };

/**
 * Loads a value when the component appears, and again when an input changes. An answer to an earlier input is dropped.
 *
 * @param load - gets a signal that is aborted once the answer is not used any more
 */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
): Loading<T> {
  const [state, setState] = useState<LoadState<T>>({ state: 'loading' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    setState({ state: 'loading' });
    load(signal).then(
      (value) => {
        if (!signal.aborted) setState({ state: 'loaded', value });
      },
      (error: unknown) => {
        if (!signal.aborted) setState({ state: 'failed', error });
      },
    );
    return () => {
      ended.abort();
    };
  }, [...inputs, round]);
  const reload = useCallback(() => {
    setRound((it) => it + 1);
  }, []);
  return { ...state, reload };
}

/** An action that a person starts, such as sending a form. */
export interface Action<T> {
  readonly busy: boolean;
  readonly error: unknown;
  readonly value: T | undefined;
  /** Starts it. While it runs, another start does nothing. */
  readonly run: () => void;
  /** Drops its result. */
  readonly clear: () => void;
}

/** Makes an action of a function. */
export function useAction<T>(act: () => Promise<T>): Action<T> {
  const [state, setState] = useState<{ busy: boolean; error?: unknown; value?: T }>({ busy: false });
  const run = (): void => {
    if (state.busy) return;
    setState({ busy: true });
    act().then(
      (value) => {
        setState({ busy: false, value });
      },
      (error: unknown) => {
        setState({ busy: false, error });
      },
    );
  };
  const clear = useCallback(() => {
    setState({ busy: false });
  }, []);
  return { busy: state.busy, error: state.error, value: state.value, run, clear };
}
