import { useState } from 'preact/hooks';
import { useAction, useLoaded, type Action, type Loading } from './loading.ts';

/** A page of a list. */
export interface Page<T> {
  readonly entries: readonly T[];
  /** The cursor of the next page. */
  readonly next: string | undefined;
}

/** The pages of a list that have been loaded so far, as one. */
export interface Pages<T> {
  readonly first: Loading<unknown>;
  readonly entries: readonly T[];
  /** Loads the next page; undefined after the last one. */
  readonly more: Action<void> | undefined;
  /** Changes the loaded entries, after a change at the service. */
  readonly edit: (change: (entries: readonly T[]) => readonly T[]) => void;
}

/** Loads a list page by page. @param append - joins the entries of the next page to those before */
export function usePages<T>(
  load: (cursor: string | undefined) => Promise<Page<T>>,
  append: (before: readonly T[], next: readonly T[]) => readonly T[],
  inputs: readonly unknown[],
): Pages<T> {
  const [pages, setPages] = useState<Page<T>>({ entries: [], next: undefined });
  const first = useLoaded(async () => {
    setPages(await load(undefined));
  }, inputs);
  const more = useAction(async () => {
    const { entries, next } = await load(pages.next);
    setPages((now) => ({ entries: append(now.entries, entries), next }));
  });
  return {
    first,
    entries: pages.entries,
    more: pages.next === undefined ? undefined : more,
    edit: (change) => {
      setPages((now) => ({ ...now, entries: change(now.entries) }));
    },
  };
}

/** Makes the query of a page. */
export function pageQuery(cursor: string | undefined): string {
  return cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
}
