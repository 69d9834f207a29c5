import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleSite } from '../support/browser/console-site.ts';

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
});
afterAll(async () => {
  await site.stop();
});

describe('The links between the sections', () => {
  test('lead from a refusal in the recent decisions to its reasons, and to the same request as oneself', async () => {
    await site.as('mallory', 'POST', '/v1/tokens', { documentId: 'contract-2026' }).catch(() => undefined);
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.goTo('Recent decisions');
    const refused = console_.page.getByRole('row').filter({ hasText: 'mallory' });
    await refused.getByRole('link', { name: 'Explain' }).click();
    await console_.says('The person would be refused.');
    expect(await console_.field('User').inputValue()).toBe('mallory');
    await console_.page.goBack();
    await refused.getByRole('link', { name: 'Try it as yourself' }).click();
    await console_.heading('A token’s way').waitFor();
    expect(await console_.field('Document').inputValue()).toBe('contract-2026');
    await console_.expectNoAxeViolations();
    await console_.close();
  });

  test('lead from a minted token to its inspection, without a token in the address', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.goTo('My access');
    await console_.field('Document').fill('contract-2026');
    await console_.page.getByRole('button', { name: 'Mint', exact: true }).click();
    await console_.button('Inspect it').click();
    await console_.heading('Inspect').waitFor();
    expect(await console_.field('Token').inputValue()).toMatch(/^eyJ/);
    expect(console_.page.url()).toBe(`${site.stack.console}#/inspect`);
    await console_.page.getByRole('main').getByRole('button', { name: 'Inspect' }).click();
    await console_.says('Document Engine would accept this token.');
    await console_.goTo('Keys');
    await console_.goTo('Inspect');
    expect(await console_.field('Token').inputValue()).toBe('');
    await console_.close();
  });

  test('lead from the grants of a document to its way and its decisions', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.page.goto(`${site.stack.console}#/grants/contract-2026`);
    const { page } = console_;
    await page.getByRole('main').getByRole('link', { name: 'Recent decisions' }).click();
    await console_.heading('Recent decisions').waitFor();
    expect(await console_.field('Document').inputValue()).toBe('contract-2026');
    await console_.close();
  });
});

test('A page over plain http from another machine says that nobody can sign in there, and the address that works', async () => {
  const context = await site.browser.newContext();
  const page = await context.newPage();
  await page.addInitScript('Object.defineProperty(window, "isSecureContext", { value: false })');
  await page.goto(site.stack.console);
  await page.getByRole('alert').getByText('Nobody can sign in at this address.').waitFor();
  expect(await page.getByRole('link').getAttribute('href')).toBe(site.stack.console);
  expect(await page.getByRole('button').count()).toBe(0);
  await context.close();
});
