import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

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

/**
 * Makes an action of a function. A result that arrives after `clear` is dropped: it belongs to an earlier input.
 *
 * @param act - gets a signal that is aborted once its result is not used any more
 */
export function useAction<T>(act: (signal: AbortSignal) => Promise<T>): Action<T> {
  const [state, setState] = useState<{ busy: boolean; error?: unknown; value?: T }>({ busy: false });
  const running = useRef<AbortController>(undefined);
  const run = (): void => {
    if (state.busy) return;
    setState({ busy: true });
    const ended = new AbortController();
    const { signal } = ended;
    running.current = ended;
    act(signal).then(
      (value) => {
        if (!signal.aborted) setState({ busy: false, value });
      },
      (error: unknown) => {
        if (!signal.aborted) setState({ busy: false, error });
      },
    );
  };
  const clear = useCallback(() => {
    running.current?.abort();
    setState({ busy: false });
  }, []);
  useEffect(
    () => () => {
      running.current?.abort();
    },
    [],
  );
  return { busy: state.busy, error: state.error, value: state.value, run, clear };
}
