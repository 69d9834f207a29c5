import { useEffect, useState } from 'preact/hooks';

/** A value with listeners. */
export interface Signal<T> {
  get(): T;
  set(value: T): void;
  /** Calls the listener after each change. @returns removes it */
  listen(listener: () => void): () => void;
}

/** Makes a value with listeners. */
export function signal<T>(first: T): Signal<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      value = next;
      for (const listener of listeners) listener();
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Reads a signal in a component, which renders again after a change. */
export function useSignal<T>(of: Signal<T>): T {
  const [value, setValue] = useState(of.get());
  useEffect(() => {
    const update = (): void => {
      setValue(() => of.get());
    };
    update();
    return of.listen(update);
  }, [of]);
  return value;
}
