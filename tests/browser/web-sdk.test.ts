import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../tools/screenshots/chromium.ts';
import { RecordingDocumentEngine } from '../support/browser/recording-document-engine.ts';
import { inPage, stateOf, ViewerPages } from '../support/browser/viewer-page.ts';

let browser: Browser;
let pages: ViewerPages;
let engine: RecordingDocumentEngine;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  pages = await ViewerPages.start(browser);
});
afterAll(async () => {
  await browser.close();
  await pages.close();
});
beforeEach(async () => {
  [engine, page] = await Promise.all([RecordingDocumentEngine.start(), pages.open()]);
});
afterEach(async () => {
  await page.context().close();
  await engine.close();
});

/** Connects a viewer. Without a container, the SDK loads the document without its user interface, which needs a licence. */
async function load(configuration: { container?: string } = {}): Promise<unknown> {
  await inPage(page, 'connect', engine.url, configuration);
  return inPage(page, 'loaded');
}

/**
 * Resolves when the SDK has its answers to what it asks for by itself after loading. A refusal of such a request that arrives after the
 * new token would let the SDK show that token once more.
 */
async function requestsAfterLoading(): Promise<void> {
  const names = ['sync', 'embedded-files'];
  await Promise.all(names.map((name) => engine.next(name, () => [404, 'There is nothing at this path'])));
}

const REVOKED = [401, 'Token has been revoked'] as const;

describe("Nutrient's Web SDK with connectViewer", () => {
  test('shows the token to Document Engine, and asks for the document with the session that it gets', async () => {
    expect(await load()).toBe('loaded');
    expect(engine.requests.slice(0, 2)).toEqual([
      '/i/d/doc/auth token-1',
      '/i/d/doc/h/handle/document.json token-1',
    ]);
    expect(await stateOf(page)).toEqual({ errors: [], renewals: [], isWatching: true, isLoaded: true });
  });

  test('shows a renewed token at once, and continues with its session', async () => {
    await load();
    await inPage(page, 'renew', engine.url);
    await inPage(page, 'outline');
    expect(engine.authentications).toEqual(['token-1', 'token-2']);
    expect(engine.requests).toContain('/i/d/doc/h/handle/outline.json token-2');
  });

  test.each([
    ['401', REVOKED],
    ['403', [403, 'Token has been revoked']],
  ] as const)(
    'gets another token in place of a revoked one, and repeats the request (%s)',
    async (_, refusal) => {
      const answered = requestsAfterLoading();
      await load();
      await answered;
      engine.refused.set('token-1', refusal);
      expect(await inPage(page, 'outline')).toBe(0);
      expect(engine.authentications).toEqual(['token-1', 'token-1', 'token-2']);
      expect(engine.requests).toContain('/i/d/doc/h/handle/outline.json token-2');
      expect(await stateOf(page)).toMatchObject({ errors: [], renewals: ['token-1'] });
    },
  );

  test.each([
    ['401', [401, 'No token']],
    ['403', [403, 'Invalid `exp` claim in JWT: Expiration time is in the past']],
  ] as const)('loads once more if the first token is refused (%s)', async (_, refusal) => {
    engine.refused.set('token-1', refusal);
    expect(await load()).toBe('loaded');
    expect(engine.authentications).toEqual(['token-1', 'token-2']);
    expect(await stateOf(page)).toMatchObject({ errors: [], renewals: ['token-1'] });
  });

  test('starts anew with another token if authentication fails before load() has resolved', async () => {
    void engine.next('document.json', () => {
      engine.refused.set('token-1', REVOKED);
      return REVOKED;
    });
    expect(await load()).toBe('loaded');
    expect(engine.authentications).toEqual(['token-1', 'token-1', 'token-2']);
    expect(await stateOf(page)).toMatchObject({ errors: [], renewals: ['token-1'], isLoaded: true });
  });

  test('says so if Document Engine refuses every token', async () => {
    for (const jti of ['token-1', 'token-2', 'token-3']) engine.refused.set(jti, [403, 'Invalid token']);
    expect(await load()).toMatch(/^viewer-failed: .*Invalid token/);
    expect(engine.authentications).toEqual(['token-1', 'token-2']);
    expect(await stateOf(page)).toMatchObject({ isWatching: false, isLoaded: false });
  });

  test('ends the renewals of an instance that the application has unloaded, once the SDK lets go of it', async () => {
    await load();
    await inPage(page, 'unload');
    await load(); // Until then, the SDK itself holds the former instance.
    const devtools = await page.context().newCDPSession(page);
    while ((await stateOf(page, 0)).isLoaded) await devtools.send('HeapProfiler.collectGarbage');
    await inPage(page, 'renew', engine.url, 0);
    expect(await stateOf(page, 0)).toMatchObject({ isWatching: false, errors: [] });
    expect(engine.authentications).toEqual(['token-1', 'token-2']);
  });

  test('leaves its container to the next one of a double mount, also while it loads', async () => {
    const asked = engine.next('auth', () => undefined);
    await inPage(page, 'connect', engine.url, { container: '#viewer' });
    await asked;
    await inPage(page, 'close');
    expect(await inPage(page, 'loaded')).toBe('closed: undefined');
    // A container that is taken would be the fault.
    expect(await load({ container: '#viewer' })).toMatch(/license key/);
  });

  test('comes as far as the user interface without a licence, and frees its container when closed', async () => {
    const end = /^viewer-failed: The web UI feature is not enabled for your license key/;
    expect(await load({ container: '#viewer' })).toMatch(end);
    await inPage(page, 'close');
    expect(await load({ container: '#viewer' })).toMatch(end);
  });
});

test('No page asked for anything outside of this machine', () => {
  expect(pages.outside).toEqual([]);
});
