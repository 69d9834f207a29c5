import { createContext, type ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import { readCaller, type Caller } from './caller-answer.ts';
import { useConsole } from './context.ts';
import { useLoaded, type Loading } from './loading.ts';

const CallerContext = createContext<Loading<Caller> | undefined>(undefined);

/** Asks once for whom the service takes the signed-in person, and tells everything below. */
export function CallerProvider({ children }: { readonly children: ComponentChildren }) {
  const { api } = useConsole();
  const caller = useLoaded(
    async (signal) => (await api.get('/v1/caller', readCaller, { signal })).body,
    [api],
  );
  return <CallerContext.Provider value={caller}>{children}</CallerContext.Provider>;
}

/** Gives the caller to a component below {@link CallerProvider}. */
export function useCaller(): Loading<Caller> {
  const found = useContext(CallerContext);
  if (found === undefined) throw new Error('useCaller works below CallerProvider only');
  return found;
}
