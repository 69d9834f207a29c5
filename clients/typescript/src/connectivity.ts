/** `offline` and `online` follow the network. `resume`: the page or the app is in the foreground again. */
export type ConnectivityEvent = 'online' | 'offline' | 'resume';

/** An adapter to the platform's news about network and foreground. */
export interface Connectivity {
  /** Tells if a request has a chance. If unsure, true. */
  isOnline(): boolean;
  /** Calls the listener with each event, until the returned function is called. */
  subscribe(listener: (event: ConnectivityEvent) => void): () => void;
}

/** The parts of a browser that are used. The types of the DOM are not there in React Native. */
interface Page extends EventTarget {
  readonly navigator: { readonly onLine: boolean };
  readonly document: EventTarget & { readonly hidden: boolean };
}

/** Follows the browser's `online`, `offline`, `pageshow` and `visibilitychange` events. */
export function browserConnectivity(): Connectivity {
  const page = globalThis as unknown as Page;
  const events = [
    [page, 'online'],
    [page, 'offline'],
    [page, 'pageshow'],
    [page.document, 'visibilitychange'],
  ] as const;
  return {
    isOnline: () => page.navigator.onLine,
    subscribe(listener) {
      const handle = ({ type }: Event): void => {
        if (type === 'online' || type === 'offline') listener(type);
        else if (!page.document.hidden) listener('resume');
      };
      for (const [target, type] of events) target.addEventListener(type, handle);
      return () => {
        for (const [target, type] of events) target.removeEventListener(type, handle);
      };
    },
  };
}

/** The parts of React Native's `AppState` and of `@react-native-community/netinfo` that are used. */
export interface ReactNativeParts {
  readonly AppState: {
    addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
  };
  readonly NetInfo?:
    | { addEventListener(listener: (state: { readonly isConnected: boolean | null }) => void): () => void }
    | undefined;
}

/**
 * Follows React Native's `AppState`, and the network if you pass `NetInfo`.
 *
 * @example
 *   import { AppState } from 'react-native';
 *   import NetInfo from '@react-native-community/netinfo';
 *   const connectivity = reactNativeConnectivity({ AppState, NetInfo });
 */
export function reactNativeConnectivity({ AppState, NetInfo }: ReactNativeParts): Connectivity {
  let online = true;
  return {
    isOnline: () => online,
    subscribe(listener) {
      const state = AppState.addEventListener('change', (to) => {
        if (to === 'active') listener('resume');
      });
      const net = NetInfo?.addEventListener(({ isConnected }) => {
        // NetInfo says null until it knows.
        const now = isConnected !== false;
        if (now === online) return;
        online = now;
        listener(now ? 'online' : 'offline');
      });
      return () => {
        state.remove();
        net?.();
      };
    },
  };
}

/** Tells if the device is online, as far as its adapter knows: if it does not, a request will tell. */
export function seemsOnline(connectivity: Connectivity | undefined): boolean {
  try {
    return connectivity?.isOnline() ?? true;
  } catch {
    return true;
  }
}
