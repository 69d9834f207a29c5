import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { TokenSource } from '../../typescript/src/index.ts';
import type { Api } from './api.ts';
import type { ConsoleConfig } from './config.ts';
import type { Session } from './session/session.ts';

/** The services of the page for its sections. */
export interface Console {
  readonly config: ConsoleConfig;
  readonly session: Session;
  readonly api: Api;
  /** Mints tokens with the client for apps. It is closed at the sign-out. */
  readonly source: TokenSource;
  /** Says a short sentence in the live region, for screen readers. */
  readonly announce: (sentence: string) => void;
}

/** Provides the services. */
export const ConsoleContext = createContext<Console | undefined>(undefined);

/** Gives the services to a component below the shell. */
export function useConsole(): Console {
  const found = useContext(ConsoleContext);
  if (found === undefined) throw new Error('useConsole works below ConsoleContext.Provider only');
  return found;
}
