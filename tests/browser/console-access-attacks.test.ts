import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { copied, mint, openAccess, row, tokenPanel, type Look } from '../support/browser/access-section.ts';
import type { ConsolePage } from '../support/browser/console-page.ts';
import { ConsoleSite } from '../support/browser/console-site.ts';

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
});
afterAll(async () => {
  await site.stop();
});

const DOCUMENT = 'contract-2026';
const HOSTILE = `<img src=x onerror="document.title='owned'">$(id)\`id\``;
const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;

const open = (user: string, look?: Look): Promise<ConsolePage> => openAccess(site, user, look);

describe('Attacks on My access', () => {
  test('keeps the token in memory alone, and shows it only on demand', async () => {
    const page = await open('alice');
    await mint(page, DOCUMENT);
    await page.says('The token is minted.');
    expect(await page.kept()).not.toContain('eyJ');
    await page.page.getByText('Show the token').click();
    await tokenPanel(page).getByText(TOKEN).waitFor();
    await page.page.getByText('Show the token').click();
    await tokenPanel(page).getByText(TOKEN).waitFor({ state: 'detached' });
    await page.goTo('Inspect');
    await page.goTo('My access');
    expect(await tokenPanel(page).count()).toBe(0);
    expect(await page.kept()).not.toContain('eyJ');
    await page.close();
  });

  test('a token that is pasted as a document never gets into the address', async () => {
    const page = await open('alice');
    await mint(page, 'eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiJ4In0.c2ln');
    await page.alerts('You may not open this layer of this document.');
    await page.goTo('Inspect');
    expect(await page.page.evaluate<string>('location.href + JSON.stringify(history.state)')).not.toContain(
      'eyJ',
    );
    await page.close();
  });

  test('hostile claims stay text, and those that were not read have a remedy', async () => {
    const page = await site.open({ narrow: true });
    const groups = Array.from({ length: 500 }, (_, at) => `${HOSTILE} ${at}`);
    await page.page.route('**/v1/caller', (route) =>
      route.fulfill({
        json: {
          ...{ userId: HOSTILE.repeat(5), name: HOSTILE, groups, scopes: [HOSTILE], issuer: HOSTILE },
          ...{ clientId: HOSTILE, expiresAt: '2099-01-01T00:00:00Z' },
          unread: [
            { claim: HOSTILE, reason: 'left-out' },
            { claim: '/realm_access/roles', reason: 'shape' },
          ],
        },
      }),
    );
    await page.signIn('mallory');
    const unread = page.page.locator('.problem', { hasText: 'was not read' });
    await unread.filter({ hasText: HOSTILE }).getByText('send only the groups that have grants').waitFor();
    await unread.filter({ hasText: '/realm_access/roles' }).getByText('groupsClaim').waitFor();
    await page.page.getByText('and 480 more').click();
    await page.page.getByText(`${HOSTILE} 499`).waitFor();
    await page.expectNoSidewaysScroll();
    await page.expectNoAxeViolations();
    await page.expectOnlyText();
    expect(await page.page.title()).toBe('My access – Layermint local');
    await page.close();
  });

  test('hostile ids and layers stay text, in the page and in a shell', async () => {
    const page = await site.open({ narrow: true });
    await page.page.route('**/v1/documents', (route) =>
      route.fulfill({
        json: {
          documents: [
            {
              documentId: HOSTILE,
              layers: Array.from({ length: 7 }, (_, at) => ({
                ...{ layer: `${HOSTILE}${at}`, roles: [HOSTILE], permissions: [HOSTILE] },
              })),
            },
          ],
        },
      }),
    );
    await page.signIn('alice');
    await row(page, HOSTILE).getByText('and 2 more layers').click();
    await row(page, HOSTILE).getByRole('button', { name: 'Choose' }).last().click();
    expect(await page.field('Name of the layer').inputValue()).toBe(`${HOSTILE}6`);
    await page.button('Mint').click();
    await page.page.locator('.error', { hasText: 'A document id has' }).waitFor();
    await page.field('Name of the layer').fill(`${HOSTILE}'; exit 7; '\u202e`);
    await mint(page, DOCUMENT);
    await page.says('The token is minted.');
    await page.expectNoSidewaysScroll();
    const answer = execFileSync('sh', ['-c', await copied(page, 'curl')], {
      env: { ...process.env, CALLER_TOKEN: site.stack.callers['alice']?.token },
      stdio: 'pipe',
    });
    expect(JSON.parse(answer.toString())).toMatchObject({ layer: `${HOSTILE}'; exit 7; '\u202e` });
    expect(await copied(page, 'Web')).toContain('\\u{202e}');
    await page.expectOnlyText();
    await page.close();
  });
});

describe('A sign-in that the service does not accept any more', () => {
  test('is renewed once, without a word', async () => {
    const page = await open('alice');
    let refused = 0;
    await page.page.route('**/v1/tokens', (route) =>
      refused++ === 0 ? route.fulfill({ status: 401, json: { message: 'Unauthorized' } }) : route.fallback(),
    );
    const renewal = page.page.waitForRequest('**/token');
    await mint(page, DOCUMENT);
    await page.says('The token is minted.');
    expect((await renewal).postData()).toContain('grant_type=refresh_token');
    expect(refused).toBe(2);
    await page.close();
  });

  test('is asked for again after the second refusal, and keeps the document and the layer', async () => {
    const page = await open('alice');
    await page.page.route('**/v1/tokens', (route) =>
      route.fulfill({ status: 401, json: { message: 'Unauthorized' } }),
    );
    await page.field('Layer').selectOption('private');
    await mint(page, DOCUMENT);
    await page.alerts('The service does not accept your sign-in any more.');
    await page.page.unroute('**/v1/tokens');
    await page.signIn('alice');
    expect(await page.field('Document').inputValue()).toBe(DOCUMENT);
    expect(await page.field('Layer').inputValue()).toBe('private');
    await page.button('Mint').click();
    await page.says('The token is minted.');
    await page.close();
  });

  test('keeps them also if they were typed and not sent', async () => {
    const page = await site.open();
    page.expectReports(/the server responded with a status of 401/);
    await page.page.route('**/v1/documents', (route) =>
      route.fulfill({ json: { documents: [], nextCursor: 'more' } }),
    );
    await page.page.route('**/v1/documents?cursor=more', (route) =>
      route.fulfill({ status: 401, json: { message: 'Unauthorized' } }),
    );
    await page.signIn('alice');
    await page.field('Document').fill(DOCUMENT);
    await page.field('Layer').selectOption('named');
    await page.field('Name of the layer').fill('a/b ü');
    await page.button('Show more documents').click();
    await page.alerts('The service does not accept your sign-in any more.');
    await page.signIn('alice');
    expect(await page.field('Document').inputValue()).toBe(DOCUMENT);
    expect(await page.field('Name of the layer').inputValue()).toBe('a/b ü');
    await page.close();
  });
});
