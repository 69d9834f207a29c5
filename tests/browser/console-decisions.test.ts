import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { ConsoleSite } from '../support/browser/console-site.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
  const grants = '/v1/documents/contract-2026/grants';
  await site.as('backend', 'PUT', `${grants}?user=${encodeURIComponent(HOSTILE)}`, { role: 'viewer' });
  await site.as('bob', 'POST', '/v1/tokens', { documentId: 'contract-2026', layer: 'review' });
  await site.as('mallory', 'POST', '/v1/tokens', { documentId: 'contract-2026' }).catch(() => undefined);
});
afterAll(async () => {
  await site.stop();
});

describe('The section Recent decisions', () => {
  test('shows a refusal with its reason, and the whole record', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.goTo('Recent decisions');
    const row = console_.page.getByRole('row').filter({ hasText: 'mallory' });
    await row.getByText('Token refused', { exact: true }).waitFor();
    expect(await row.innerText()).toContain('not-granted');
    await row.getByText('Whole record').click();
    await row.getByText('requestId', { exact: true }).waitFor();
    await console_.expectNoAxeViolations();
    await console_.close();
  });

  test('filters by user and document, and shows all again, by the keyboard alone', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.goTo('Recent decisions');
    await console_.page.getByRole('cell', { name: 'mallory' }).waitFor();
    await console_.tabTo(console_.field('User id'));
    await console_.page.keyboard.type('bob');
    await console_.page.keyboard.press('Enter');
    await console_.page.getByRole('cell', { name: 'mallory' }).waitFor({ state: 'detached' });
    await console_.page.getByRole('row').filter({ hasText: 'Token minted' }).first().waitFor();
    await console_.tabTo(console_.button('Show all'));
    await console_.page.keyboard.press('Enter');
    await console_.page.getByRole('cell', { name: 'mallory' }).waitFor();
    await console_.field('Document').fill('no-such-document');
    await console_.button('Filter').click();
    await console_.page.getByText(/No record fits/).waitFor();
    await console_.close();
  });

  test('shows older records page by page', async () => {
    for (let at = 0; at < 26; at += 1)
      await site.as('alice', 'POST', '/v1/tokens', { documentId: 'floor-plan' }).catch(() => undefined);
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.goTo('Recent decisions');
    await console_.button('Older records').click();
    await console_.page.getByRole('cell', { name: 'mallory' }).waitFor();
    await console_.close();
  });

  test('shows markup in ids as text', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.goTo('Recent decisions');
    await console_.field('Document').fill('contract-2026');
    await console_.button('Filter').click();
    await console_.page.getByText(`user ${HOSTILE}; as viewer`).waitFor();
    expect(await console_.page.locator('img').count()).toBe(0);
    await console_.close();
  });

  test.each([{ dark: false }, { dark: true }])('fits a phone, dark: $dark', async ({ dark }) => {
    const console_ = await site.open({ narrow: true, dark });
    await console_.signIn('carol');
    await console_.goTo('Recent decisions');
    await console_.page.getByRole('row').nth(1).waitFor();
    await console_.expectNoSidewaysScroll();
    await console_.expectNoAxeViolations();
    await console_.close();
  });

  test('leads from a stage to the audit log in the AWS console, with the filter in the query', async () => {
    const console_ = await site.open();
    await console_.page.route('**/console/config.json', async (route) => {
      const answer = await route.fetch();
      const config = z.record(z.string(), z.unknown()).parse(await answer.json());
      const auditLog = { region: 'eu-central-1', logGroup: '/layermint/prod' };
      await route.fulfill({ response: answer, json: { ...config, stage: 'prod', auditLog } });
    });
    await console_.page.reload();
    await console_.signIn('alice');
    await console_.goTo('Recent decisions');
    await console_.field('User id').fill('a"b');
    await console_.button('Filter').click();
    await console_.page.getByText('filter data.userId like /^a.b$/').waitFor();
    const link = console_.page.getByRole('link', { name: /Logs Insights/ });
    const address = new URL((await link.getAttribute('href')) ?? '');
    expect(address.origin).toBe('https://console.aws.amazon.com');
    expect(address.searchParams.get('region')).toBe('eu-central-1');
    expect(address.hash).toContain('*2flayermint*2fprod');
    await console_.expectNoAxeViolations();
    await console_.close();
  });
});
