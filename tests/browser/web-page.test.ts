import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../tools/screenshots/chromium.ts';
import { ExamplePage } from '../support/browser/example-page.ts';
import { ExampleProcess } from '../support/guides/example-process.ts';
import { startLocalStack, type LocalStack } from '../support/local-stack/local-stack.ts';

let stack: LocalStack;
let browser: Browser;
let server: Awaited<ReturnType<typeof ExampleProcess.start>>;
let site: ExamplePage;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startLocalStack(['--log-level', 'warn']), launchChromium()]);
  server = await ExampleProcess.start('examples/web/serve.js', { LAYERMINT_API: stack.api });
});
afterAll(async () => {
  await browser.close();
  await server.example.stop();
  await stack.stop();
});
beforeEach(async () => {
  site = await ExamplePage.open(browser, server.url);
});
afterEach(async () => {
  await site.close();
});

const CONTRACT = 'Open contract-2026, the default layer (read)';

/** Changes a grant as the demo backend, on the document that the tests share. */
async function grant(method: 'PUT' | 'DELETE', query: string, body?: object): Promise<void> {
  const answer = await fetch(`${stack.api}/v1/documents/contract-2026/grants?${query}`, {
    method,
    headers: {
      authorization: `Bearer ${stack.callers['backend']?.token}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

describe('The page of examples/web', () => {
  test('lists the documents of the user and opens one, from another origin than the API', async () => {
    await site.signIn('carol');
    await site.openDocument(CONTRACT);
    await site.notes('First token. It lives for 60 min.');
    expect(await site.page.getByRole('heading', { level: 2 }).allTextContents()).toContain(
      'contract-2026, the default layer',
    );
    expect(await site.page.locator('#token').textContent()).toContain('Usercarol');
    expect(new URL(site.page.url()).origin).not.toBe(new URL(stack.api).origin);
    // Of the list and of the token.
    expect(site.preflights).toEqual(expect.arrayContaining(['GET', 'POST']));
    expect(site.faults).toEqual([]);
  });

  test('shows and stores no token', async () => {
    await site.signIn('carol');
    await site.openDocument(CONTRACT);
    const kept = await site.page.evaluate<string>(
      'JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }, document.cookie, location.href])',
    );
    expect(kept).not.toContain('eyJ');
  });

  test('renews the token before it expires, as often as needed', async () => {
    await site.signIn('carol');
    await site.page.getByLabel('Life of a token').selectOption('60');
    await site.openDocument(CONTRACT);
    await site.pass(55);
    await site.notes('Renewed. It lives for 1 min.');
    await site.pass(55);
    await site.notes('Renewed. It lives for 1 min.', 2);
    await site.says('The document is open.');
    expect(site.faults).toEqual([]);
  });

  test('gets another token when the present one was revoked by a sign-out on another device', async () => {
    await site.signIn('carol');
    await site.openDocument(CONTRACT);
    const other = await ExamplePage.open(browser, server.url);
    await other.signIn('carol');
    await other.openDocument(CONTRACT);
    await other.button('Sign out').click();
    await other.says(
      'You are signed out. The tokens on your other devices are revoked. An app that is still signed in there gets new ones.',
    );
    expect(await other.button('Close the document').isVisible()).toBe(false);
    await other.close();

    await site.button('Ask Document Engine again').click();
    await site.notes('Document Engine refused the token.');
    await site.notes('Renewed.');
    await site.says('The document is open.');
  });

  test('says that access has ended, and asks no more', async () => {
    await site.signIn('carol');
    await site.openDocument(CONTRACT);
    await grant('DELETE', 'user=carol');
    try {
      await site.pass(3600);
      await site.says('You have no access to this document any more.');
    } finally {
      await grant('PUT', 'user=carol', { role: 'viewer' });
    }
    const asked: string[] = [];
    site.page.on('request', (request) => asked.push(request.url()));
    await site.pass(3600);
    expect(asked).toEqual([]);
  });

  test('asks to sign in again if the service refuses each caller token', async () => {
    await site.signIn('carol');
    await site.answer(stack, '/v1/tokens', 401, { message: 'Unauthorized' });
    await site.button(CONTRACT).click();
    await site.says('Please sign in again.');
  });

  test('says that it is offline, and continues when the user asks', async () => {
    await site.page.context().setOffline(true);
    await site.page.getByLabel('Demo user').selectOption('carol');
    await site.button('Sign in').click();
    await site.says('You are offline.');
    await site.page.context().setOffline(false);
    await site.button('Try again').click();
    await site.button(CONTRACT).waitFor();
    expect(await site.button('Try again').isVisible()).toBe(false);
  });

  test('says that tokens on other devices live on if a sign-out does not reach the service, and tries again', async () => {
    await site.signIn('carol');
    await site.openDocument(CONTRACT);
    await site.answer(stack, '/v1/revocations', 403, { message: 'Forbidden' });
    await site.button('Sign out').click();
    await site.says('The tokens on your other devices live until they expire.');
    await site.page.unrouteAll();
    await site.button('Try again').click();
    await site.says(
      'You are signed out. The tokens on your other devices are revoked. An app that is still signed in there gets new ones.',
    );
  });

  test('tells a user without documents that there are none', async () => {
    await site.signIn('mallory');
    await site.page.getByText('Nobody has shared a document with you.').waitFor();
  });

  test('can be used with the keyboard alone, and moves the focus to the list and to the document', async () => {
    await site.page.getByLabel('Demo user').focus();
    await site.page.keyboard.type('carol');
    await site.page.keyboard.press('Tab');
    await site.page.keyboard.press('Enter');
    await site.says('Signed in as carol.');
    expect(await site.page.evaluate<string>('document.activeElement.id')).toBe('list-title');
    await site.button(CONTRACT).focus();
    await site.page.keyboard.press('Enter');
    await site.says('The document is open.');
    expect(await site.page.evaluate<string>('document.activeElement.id')).toBe('document-title');
  });
});

describe('A hostile layer name', () => {
  const HOSTILE = [
    '<img src=x onerror="document.title=\'attacked\'">',
    '</bdi><script>document.title="attacked"</script>',
    '\u202Egnp.tcartnoc',
    'long'.repeat(64),
  ];
  beforeAll(async () => {
    await grant('PUT', 'user=mallory', { role: 'editor', layers: HOSTILE });
  });

  test('is shown as text, runs no script, and widens no narrow window', async () => {
    await site.page.setViewportSize({ width: 320, height: 640 });
    await site.signIn('mallory');
    for (const layer of HOSTILE) {
      await site.button(new RegExp(RegExp.escape(layer))).click();
      await site.page.locator('#document-title').filter({ hasText: layer }).waitFor();
      await site.notes('First token.');
    }
    expect(await site.page.locator('img, script:not([src="page.js"])').count()).toBe(0);
    expect(await site.page.title()).toBe('Layermint in a web page');
    expect(await site.page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    expect(site.faults).toEqual([]);
  });
});
