import { afterEach, describe, expect, test } from '@jest/globals';
import {
  browserConnectivity,
  createTokenSource,
  reactNativeConnectivity,
} from '../../../../clients/typescript/src/index.ts';

const page = globalThis as unknown as Record<string, unknown>;

class Page extends EventTarget {
  hidden = false;
}

/** Makes the globals of a browser. */
function browser(): {
  readonly window: EventTarget;
  readonly document: Page;
  readonly navigator: { onLine: boolean };
} {
  const window = new EventTarget();
  const document = new Page();
  const navigator = { onLine: true };
  const own = {
    document,
    navigator,
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
  };
  for (const [name, value] of Object.entries(own))
    Object.defineProperty(page, name, { value, configurable: true });
  return { window, document, navigator };
}

describe('browserConnectivity', () => {
  const navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator');

  afterEach(() => {
    for (const name of ['document', 'addEventListener', 'removeEventListener'])
      Reflect.deleteProperty(page, name);
    if (navigator) Object.defineProperty(page, 'navigator', navigator);
  });

  test('follows the network, the visibility and the cache of pages', () => {
    const { window, document, navigator } = browser();
    const connectivity = browserConnectivity();
    const events: string[] = [];
    const stop = connectivity.subscribe((event) => events.push(event));
    navigator.onLine = false;
    window.dispatchEvent(new Event('offline'));
    expect(connectivity.isOnline()).toBe(false);
    window.dispatchEvent(new Event('online'));
    document.hidden = true;
    document.dispatchEvent(new Event('visibilitychange'));
    document.hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('pageshow'));
    expect(events).toEqual(['offline', 'online', 'resume', 'resume']);
    stop();
    window.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
    expect(events).toHaveLength(4);
  });

  test('is the default in a browser', async () => {
    const { navigator } = browser();
    navigator.onLine = false;
    const source = createTokenSource({ api: 'https://api.example.com', callerToken: () => 'caller' });
    await expect(source.token({ documentId: 'contract' })).rejects.toMatchObject({ code: 'offline' });
    source.close();
  });
});

describe('reactNativeConnectivity', () => {
  test('follows AppState and NetInfo, and takes a state that is not known yet for online', () => {
    let change = (_: string): void => undefined;
    let net = (_: { isConnected: boolean | null }): void => undefined;
    const removed: string[] = [];
    const connectivity = reactNativeConnectivity({
      AppState: {
        addEventListener(_, listener) {
          change = listener;
          return { remove: () => removed.push('AppState') };
        },
      },
      NetInfo: {
        addEventListener(listener) {
          net = listener;
          return () => removed.push('NetInfo');
        },
      },
    });
    const events: string[] = [];
    const stop = connectivity.subscribe((event) => events.push(event));
    net({ isConnected: null });
    expect(connectivity.isOnline()).toBe(true);
    net({ isConnected: false });
    net({ isConnected: false });
    expect(connectivity.isOnline()).toBe(false);
    change('background');
    change('active');
    net({ isConnected: true });
    expect(events).toEqual(['offline', 'resume', 'online']);
    stop();
    expect(removed).toEqual(['AppState', 'NetInfo']);
  });

  test('does without NetInfo', () => {
    const connectivity = reactNativeConnectivity({
      AppState: { addEventListener: () => ({ remove: () => undefined }) },
    });
    connectivity.subscribe(() => undefined)();
    expect(connectivity.isOnline()).toBe(true);
  });
});
