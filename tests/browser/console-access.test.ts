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
const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;

const open = (user: string, look?: Look): Promise<ConsolePage> => openAccess(site, user, look);

describe('My access', () => {
  test('says for whom the service takes the person, in the header too', async () => {
    const page = await open('bob');
    const { userId, groups } = site.stack.callers['bob'] ?? {};
    await page.page.locator('header').getByText(`(${userId})`).waitFor();
    const facts = await page.page.locator('.who').innerText();
    expect(facts).toContain(userId);
    for (const group of groups ?? []) expect(facts).toContain(group);
    await page.page.getByText('The service could read every claim').waitFor();
    await page.expectNoAxeViolations();
    await page.close();
  });

  test('mints a token for a chosen layer, and explains its life and its claims', async () => {
    const page = await open('alice');
    await row(page, DOCUMENT).getByRole('button', { name: 'the default layer' }).click();
    await page.page.locator('input[name=documentId]:focus').waitFor();
    expect(await page.field('Document').inputValue()).toBe(DOCUMENT);
    await page.page.clock.install();
    await page.page.getByLabel(/^download:/).check();
    await page.page.getByLabel(/^read-document:/).check();
    await page.field('Life in seconds').fill('600');
    await page.button('Mint').click();
    await page.says('The token is minted.');
    await page.page.locator('h2:focus', { hasText: 'Your token' }).waitFor();
    const told = await tokenPanel(page).innerText();
    expect(told).toContain('read-document, download');
    expect(told).toContain('The user for whom Document Engine records annotations and comments.');
    const timers = tokenPanel(page).getByRole('timer');
    expect(await timers.allInnerTexts()).toEqual([
      expect.stringMatching(/min/),
      expect.stringMatching(/min/),
    ]);
    // It is refreshed after 70 to 85 % of its life.
    await page.page.clock.fastForward(520_000);
    await timers.getByText('none, it should now').waitFor();
    expect(await timers.first().innerText()).toMatch(/^1 min|^[67]\d s/);
    await page.page.clock.fastForward(90_000);
    await timers.getByText('none, it has expired').waitFor();
    await page.expectNoAxeViolations();
    await page.button('Drop it').click();
    await tokenPanel(page).waitFor({ state: 'detached' });
    await page.close();
  });

  test('can be used with the keyboard alone on a phone in the dark', async () => {
    const page = await open('alice', { narrow: true, dark: true });
    const { keyboard } = page.page;
    await page.tabTo(page.field('Find by id'));
    await keyboard.type('CONTRACT');
    await page.tabTo(row(page, DOCUMENT).getByRole('button', { name: 'the default layer' }));
    await keyboard.press('Enter');
    await page.page.locator('input[name=documentId]:focus').waitFor();
    await keyboard.press('Enter');
    await page.says('The token is minted.');
    await page.tabTo(page.button('Copy the token'));
    await keyboard.press('Enter');
    await page.says('Token: copied.');
    expect(await page.page.evaluate<string>('navigator.clipboard.readText()')).toMatch(TOKEN);
    await page.tabTo(page.page.locator('summary', { hasText: 'Flutter' }));
    await keyboard.press('Enter');
    await page.page.locator('details[open]').getByText('docs/phone-or-emulator.md').waitFor();
    await page.expectNoSidewaysScroll();
    await page.expectNoAxeViolations();
    await page.close();
  });

  test('copies code that makes the same request, without a token in it', async () => {
    const page = await open('alice');
    await page.field('Layer').selectOption('private');
    await mint(page, DOCUMENT);
    await page.says('The token is minted.');
    for (const platform of ['Web', 'Flutter', 'iOS', 'Android']) {
      const code = await copied(page, platform);
      expect(code).toContain(site.stack.api);
      expect(code).toContain(DOCUMENT);
      expect(code).toMatch(/privateLayer: true|"user:alice"/);
      expect(code).not.toContain('eyJ');
    }
    const command = await copied(page, 'curl');
    expect(command).not.toContain('eyJ');
    const answer = execFileSync('sh', ['-c', command], {
      env: { ...process.env, CALLER_TOKEN: site.stack.callers['alice']?.token },
      stdio: 'pipe',
    });
    expect(JSON.parse(answer.toString())).toMatchObject({ documentId: DOCUMENT, layer: 'user:alice' });
    await page.close();
  });

  test('finds a document page by page', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `archive-${String(at).padStart(2, '0')}`);
    for (const name of names)
      await site.as('backend', 'PUT', `/v1/documents/${name}/grants?user=carol`, { role: 'viewer' });
    const page = await open('carol');
    await page.says('50 documents loaded.');
    await page.field('Find by id').fill('archive-59');
    await page.page.getByText('No document that was loaded so far has “archive-59” in its id.').waitFor();
    await page.button('Show more documents').click();
    await row(page, 'archive-59').waitFor();
    await page.page.getByText('1 of 61 documents').waitFor();
    expect(await page.button('Show more documents').count()).toBe(0);
    await page.field('Find by id').fill('nowhere');
    await page.page.getByText('None of your documents has “nowhere” in its id.').waitFor();
    await page.close();
  });

  test('says to somebody without a grant whom to ask, and tells the refusal in words', async () => {
    const page = await open('mallory');
    await page.page.getByText('a grant to your user id, mallory, or to one of your groups').waitFor();
    await mint(page, DOCUMENT);
    await page.alerts('You may not open this layer of this document.');
    await page.alerts('the service does not tell which');
    await page.expectNoAxeViolations();
    await page.page.getByRole('link', { name: 'Follow this request on its way' }).click();
    await page.heading('A token’s way').waitFor();
    expect(await page.field('Document').inputValue()).toBe(DOCUMENT);
    await page.close();
  });

  test('tells a fault beside its field', async () => {
    const page = await open('carol');
    const fault = (text: string): Promise<void> =>
      page.page.locator('.faulty .error', { hasText: text }).waitFor();
    await page.button('Mint').click();
    await fault('Enter the id of a document.');
    await page.page.locator('input[name=documentId]:focus').waitFor();
    await page.field('Life in seconds').fill('5');
    await mint(page, DOCUMENT);
    await fault('must be a whole number of seconds from 60');
    await page.field('Life in seconds').fill('');
    await page.page.getByLabel(/^write:/).check();
    await page.button('Mint').click();
    await page.alerts('You may open it, but not with these permissions.');
    await page.page.locator('fieldset .error', { hasText: 'Not granted' }).waitFor();
    await page.page.getByLabel(/^write:/).uncheck();
    await page.field('Group of new records').fill('legal');
    await page.button('Mint').click();
    await page.alerts('You may open it, but not with this group of new records.');
    await fault('Leave out "defaultGroup"');
    await page.close();
  });

  test('says that too many requests are no fault of the person', async () => {
    const page = await open('alice');
    await page.page.route('**/v1/tokens', (route) =>
      route.fulfill({ status: 429, json: { message: 'Too Many Requests' } }),
    );
    await mint(page, DOCUMENT);
    await page.alerts('The service gets too many requests at the moment.');
    await page.alerts('Wait a moment, and mint again.');
    await page.close();
  });
});
